"""Template tags: ``{% load tryon %}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.db import models
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Person, TryOnResult

register = template.Library()


@dataclass(frozen=True)
class Look:
    """One published result as a page shows it."""

    result: TryOnResult
    person: Person | None
    garment: str

    @property
    def is_video(self) -> bool:
        """Whether it is a clip."""
        return self.result.kind == TryOnResult.Kind.VIDEO

    @property
    def has_before(self) -> bool:
        """Whether there is a house model's photo to compare with."""
        return (
            not self.is_video
            and self.person is not None
            and self.person.is_house_model
            and bool(self.person.photo)
        )

    @property
    def words(self) -> str:
        """The result in words, for those who do not see it."""
        if self.person is None or not self.person.name:
            return _("%(garment)s, worn; AI-generated") % {"garment": self.garment}
        return _("%(person)s in: %(garment)s; AI-generated") % {
            "person": self.person.name,
            "garment": self.garment,
        }


@register.inclusion_tag("django_tryon/results.html")
def tryon_results(product: models.Model, limit: int = 12) -> dict[str, Any]:
    """Show the newest published try-ons of a product, pictures with what they were made from.

    ``limit`` bounds how many are shown. Renders nothing where none is published. A product whose
    model is not in ``TRYON["PRODUCTS"]`` (any more) goes by its own word for itself.
    """
    results = TryOnResult.objects.published_for(product)[:limit]
    title = title_of(product)
    return {"looks": [Look(result, result.job.person, title) for result in results]}


def title_of(product: models.Model) -> str:
    """Return the product's name. A setting that misses it is no reason to break the shop's page."""
    try:
        return products.adapter_for(product).title(product)
    except LaunchRefused:
        return str(product)
