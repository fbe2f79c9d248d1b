"""What the pages show of jobs, results and products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.models.files import view_url
from django_tryon.products import picture_of
from django_tryon.services.shoppers.doubt import doubt_about
from django_tryon.services.shoppers.offer import why_not
from django_tryon.services.shoppers.opening import open_looks


@dataclass(frozen=True)
class Worn:
    """One result as its shopper sees it, beside the photo that it was made from."""

    result: TryOnResult
    person: Person | None
    garment: str
    shopper: Shopper | None = None

    @property
    def is_video(self) -> bool:
        """Whether it is a clip."""
        return self.result.kind == TryOnResult.Kind.VIDEO

    @property
    def has_before(self) -> bool:
        """Whether there is a photo to compare with that this shopper may see."""
        if self.is_video or self.person is None or not self.person.still_url:
            return False
        own = self.shopper is not None and self.person.shopper_id == self.shopper.pk
        return own or self.person.is_house_model

    @property
    def name(self) -> str:
        """The house model's name; a shopper's photo has none."""
        return self.person.name if self.person and self.person.is_house_model else ""

    @property
    def can_be_offered(self) -> bool:
        """Whether its shopper may let the shop show it, and does not yet."""
        return self.result.offered_at is None and why_not(self.result) is None

    @property
    def doubt(self) -> str:
        """What to look at closely, for whoever sees it; empty where nothing was seen."""
        return doubt_about(self.result)

    @property
    def words(self) -> str:
        """The result in words, for those who do not see it."""
        return _("%(garment)s, worn; AI-generated") % {"garment": self.garment}


@dataclass(frozen=True)
class Offer:
    """A product as the pages show it; its page may be gone."""

    title: str
    url: str
    reference: str

    @property
    def is_here(self) -> bool:
        """Whether there is a page to lead to."""
        return bool(self.reference)


@dataclass(frozen=True)
class LookCard:
    """A look that completes what is worn, as a link to try it on."""

    name: str
    url: str
    pictures: list[str]
    """A house model in it, or else its garments."""
    is_worn: bool
    """Whether it is the first of these, which has to be marked."""


def cards_of(
    found: Sequence[models.Model], engine: type[Engine] | None, worn: Sequence[Garment]
) -> list[LookCard]:
    """Return the looks that complete what is worn of these products."""
    reference = ",".join(products.references_of(found))
    page = reverse("django_tryon:try", args=[reference]) if reference else ""
    return [
        LookCard(
            one.look.name,
            f"{page}?look={one.look.pk}",
            [one.picture.url]
            if one.picture
            else [url for url in map(picture_url, one.garments) if url],
            one.picture is not None,
        )
        for one in open_looks(found, engine, worn)
    ]


def offer(product: models.Model | None, title: str = "") -> Offer:
    """Return what to show of a product; of one that is gone, or no longer public, its name only."""
    try:
        adapter = products.adapter_for(product) if product is not None else None
    except LaunchRefused:
        adapter = None
    if product is None or adapter is None or not adapter.is_public(product):
        return Offer(title, "", "")
    return Offer(adapter.title(product), adapter.url(product), products.reference_to(product))


def offer_of(job: TryOnJob) -> Offer:
    """Return the product, or the products, that a job's garments are of."""
    garments = list(job.garments.all())
    if not garments:
        return Offer(_("No longer offered"), "", "")
    return offer_of_all(list(map(products.product_of, garments)), names(garments))


def offer_of_all(given: Sequence[models.Model | None], title: str = "") -> Offer:
    """Return what to show of several products: together they have a name, and no page."""
    found = list(dict.fromkeys(given))
    if len(found) == 1:
        return offer(found[0], title)
    shown = [one for one in map(offer, found) if one.is_here]
    titles, references = [one.title for one in shown], [one.reference for one in shown]
    return Offer(title or ", ".join(titles), "", ",".join(references))


def names(garments: Sequence[Garment]) -> str:
    """Return the garments' names in one line."""
    return ", ".join(str(garment) for garment in garments)


def picture_url(garment: Garment) -> str:
    """Return where to see the garment; empty where it has no picture."""
    try:
        picture: Any = picture_of(garment)
    except (LaunchRefused, ObjectDoesNotExist):
        return ""
    return view_url(picture) if picture else ""
