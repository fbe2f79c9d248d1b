"""Template tags: ``{% load tryon %}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import get_engine
from django_tryon.models import Garment, Person, TryOnResult
from django_tryon.models import Look as GarmentsLook
from django_tryon.services.analytics.visits import is_held_out
from django_tryon.services.looks.shown import gallery_of, others_in
from django_tryon.services.publishing.shown import TryOnPictures, tryon_pictures_of

HELD = "no button, as this visitor is held out: TRYON['HOLDOUT']"

register = template.Library()


@dataclass(frozen=True)
class Look:
    """One published result as a page shows it."""

    result: TryOnResult
    person: Person | None
    garment: str
    called: str = ""
    """The name of the look that it is the picture of; empty for any other."""
    note: str = ""
    others: Sequence[tuple[str, str]] = ()
    """Title and address of what else belongs to that look."""

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
    def name(self) -> str:
        """The house model's name; a shopper who lets the shop show a picture has none here."""
        return self.person.name if self.person and self.person.is_house_model else ""

    @property
    def words(self) -> str:
        """The result in words, for those who do not see it."""
        if not self.name:
            return _("%(garment)s, worn; AI-generated") % {"garment": self.garment}
        return _("%(person)s in: %(garment)s; AI-generated") % {
            "person": self.name,
            "garment": self.garment,
        }


@register.inclusion_tag("django_tryon/results.html")
def tryon_results(product: models.Model, limit: int = 12) -> dict[str, Any]:
    """Show the published try-ons of a product, pictures with what they were made from.

    Published looks come first, each with its name and links to what else belongs to it, then the
    newest. ``limit`` bounds how many are shown. Renders nothing where none is published. A product
    whose model is not in ``TRYON["PRODUCTS"]`` (any more) goes by its own word for itself.
    """
    return {"looks": [shown(*pair, product) for pair in gallery_of(product, limit)]}


def shown(result: TryOnResult, look: GarmentsLook | None, product: models.Model) -> Look:
    """Return a result as the page of a product shows it, and the look that it is of, if any."""
    title = products.title_of(product)
    if look is None:
        return Look(result, result.job.person, title)
    others = others_in(look, product)
    links = [(products.title_of(one), products.adapter_for(one).url(one)) for one in others]
    worn = ", ".join([title, *(name for name, _url in links)])
    return Look(result, result.job.person, worn, look.name, look.note, links)


@register.simple_tag
def tryon_pictures(product: models.Model | Iterable[models.Model]) -> TryOnPictures:
    """Return which of the shop's own pictures of a product, or of several, are try-ons.

    ``{% tryon_pictures product as tryons %}``, and then ``{% if picture in tryons %}``. One query
    for each model of products.
    """
    return tryon_pictures_of([product] if isinstance(product, models.Model) else product)


@register.inclusion_tag("django_tryon/button.html", takes_context=True)
def tryon_button(
    context: Mapping[str, Any],
    product: models.Model | Iterable[models.Model],
    label: str = "",
) -> dict[str, Any]:
    """Show “Try it on” for a product, or for several at once, such as a basket.

    A link to pages that need no JavaScript, which the module turns into a button with a dialog.
    Renders nothing where there is nothing to try on, and for visitors whom ``TRYON["HOLDOUT"]``
    keeps it from, but under ``DEBUG`` a comment that says why. One query for each model of
    products.
    """
    given = [product] if isinstance(product, models.Model) else list(dict.fromkeys(product))
    worn = wearable([one for one in given if products.adapter_for(one).is_public(one)])
    several = not isinstance(product, models.Model)
    # Who would have no button anyway tells nothing, and is not drawn.
    held = bool(worn) and is_held_out(context.get("request"))
    shown = [] if held else worn
    why = "" if shown or not settings.DEBUG else HELD if held else why_none(given)
    return button_of(shown, label, several=several) | {"why": why}


def button_of(
    shown: Iterable[models.Model], label: str = "", *, several: bool = False
) -> dict[str, Any]:
    """Return what the button's template needs, for products that can be put on."""
    return {
        "products": ",".join(map(products.reference_to, shown)),
        "events": share_of_events(),
        "several": several,
        "api": api_root(),
        "label": label or (_("Try on my basket") if several else _("Try it on")),
    }


@register.inclusion_tag("django_tryon/pill.html")
def tryon_pill() -> dict[str, Any]:
    """Show, in a corner of a page without the button, the try-on that the shopper waits for."""
    return {"api": api_root(), "events": share_of_events()}


def share_of_events() -> str:
    """Return the share of page views that send events, as JavaScript reads it; empty for none."""
    return str(float(conf.EVENTS_SHARE)) if conf.EVENTS else ""


def api_root() -> str:
    """Return the path of the REST API."""
    return reverse("django_tryon:api-jobs").removesuffix("jobs/")


def why_none(given: list[models.Model]) -> str:
    """Say to a developer why there is no button for these products."""
    hidden = [one for one in given if not products.adapter_for(one).is_public(one)]
    if not given or hidden:
        return "no button, as the product is not public" if hidden else "no button without products"
    engine = get_engine(conf.STOREFRONT_ENGINE)
    return (
        f"no button, as no garment of this product can be put on by {engine.slug} "
        f"({', '.join(engine.categories)}). Add one in the admin under Virtual try-on, Garments"
    )


def wearable(given: Sequence[models.Model]) -> list[models.Model]:
    """Return those of these products that the storefront's engine can put on."""
    categories = get_engine(conf.STOREFRONT_ENGINE).categories
    keys: dict[type[models.Model], list[Any]] = {}
    for product in given:
        keys.setdefault(type(product), []).append(product.pk)
    found = {
        (model, key)
        for model, some in keys.items()
        for key in Garment.objects.for_products(model, some)
        .filter(category__in=categories)
        .values_list("product_id", flat=True)
    }
    return [product for product in given if (type(product), str(product.pk)) in found]
