"""What the launch page draws: garments with their readiness, people, first frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.drawing.pictures import garment_picture
from django_tryon.admin.launch.form import MakeForm, dressed_before, house_models
from django_tryon.admin.person_quality import look_at_new
from django_tryon.admin.shop_products import change_url, garment_title
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person
from django_tryon.models.files import view_url
from django_tryon.readiness import GOOD

SHOWN = 12
"""How many garments are shown at once; the others are folded away below them."""
SHOWN_BARE = 4
"""The same of products without a garment, whose cards are larger."""


@dataclass(frozen=True)
class GarmentCard:
    """A garment that can be chosen, and how well it is prepared."""

    garment: Garment
    title: str
    url: str
    instead: str
    """Why there is no picture to be seen."""
    facts: str
    """Category and product, where the title does not name them."""
    checked: bool
    advice: str
    """Why the result may not be as good as it could be."""
    blocked: list[tuple[str, str]]
    """Slug and reason for each engine that cannot put it on."""
    left_out: bool = False
    """Whether the last check refused it."""

    @property
    def is_hopeless(self) -> bool:
        """Tell whether no engine can put it on."""
        return len(self.blocked) == len(all_engines())

    @property
    def engines(self) -> str:
        """The engines that can put it on, for the page's script."""
        stopped = {slug for slug, _reason in self.blocked}
        return " ".join(slug for slug in all_engines() if slug not in stopped)


def seen_first(cards: Sequence[GarmentCard]) -> list[GarmentCard]:
    """Return them with those first that somebody should look at before it costs money.

    First what cannot be done, then what may be better, then what not every engine can do; the
    order is kept otherwise, and where all of them are shown at once.
    """
    if len(cards) <= SHOWN:
        return list(cards)
    return sorted(
        cards,
        key=lambda card: (
            not (card.is_hopeless or card.left_out),
            not card.advice,
            not card.blocked,
        ),
    )


def garment_cards(
    garments: Iterable[Garment], chosen: set[str], left_out: Collection[Any] = ()
) -> list[GarmentCard]:
    """Return a card for each garment."""
    cards = []
    for garment in garments:
        url, instead = garment_picture(garment)
        title, product = garment_title(garment), products.product_of(garment)
        facts = [
            garment.get_category_display(),
            _("Deleted") if product is None else products.title_of(product),
        ]
        cards.append(
            GarmentCard(
                garment=garment,
                title=title,
                url=url,
                instead=instead,
                facts=" · ".join(fact for fact in facts if fact not in title),
                left_out=garment.pk in left_out,
                checked=str(garment.pk) in chosen,
                advice=_advice(garment),
                blocked=[
                    (slug, why)
                    for slug, engine in all_engines().items()
                    if (why := why_not(engine, garment, no_picture=instead))
                ],
            )
        )
    return cards


def why_not(engine: type[Engine], garment: Garment, *, no_picture: str) -> str:
    """Say why this engine cannot put this garment on; nothing if it can."""
    names = {"engine": engine.title, "category": garment.get_category_display().lower()}
    if garment.category not in engine.categories:
        return _("%(engine)s cannot do this category: %(category)s.") % names
    if engine.takes_garment_image and no_picture:
        return _("%(engine)s needs a picture. %(why)s.") % (names | {"why": no_picture})
    return ""


def _advice(garment: Garment) -> str:
    if garment.readiness is not None and garment.readiness < GOOD:
        return " ".join(found.says for found in garment.advice[:2] if found.score < GOOD)
    if not garment.description.strip():
        return _("A description in a few words would help the engine.")
    return ""


@dataclass(frozen=True)
class ProductCard:
    """A product without a garment, and what can be done about it."""

    product: models.Model
    title: str
    url: str
    change_url: str
    form: MakeForm | None
    why: str = ""

    @property
    def is_wanted(self) -> bool:
        """Tell whether a garment is to be made from it, once the page was sent."""
        return self.form is not None and bool(self.form.cleaned_data.get("make"))

    @property
    def is_refused(self) -> bool:
        """Tell whether something that was filled in stands against it."""
        return self.form is not None and bool(self.form.errors)

    @property
    def is_unclear(self) -> bool:
        """Tell whether somebody has to say something before a garment can be made from it."""
        return self.form is not None and (self.is_refused or not self.form["category"].value())


def unclear_first(cards: Sequence[ProductCard]) -> list[ProductCard]:
    """Return them with those first that wait for an answer; as they are where all are shown."""
    if len(cards) <= SHOWN_BARE:
        return list(cards)
    return sorted(cards, key=lambda card: not card.is_unclear)


def product_cards(
    found: Iterable[models.Model], data: Any, *, may_make: bool, site: admin.AdminSite
) -> list[ProductCard]:
    """Return a card for each product that has no garment yet."""
    cards = []
    for product in found:
        adapter = products.adapter_for(product)
        form, why = None, ""
        try:
            image = adapter.image(product)
        except LaunchRefused as error:
            image, why = None, error.message
        if not image:
            why = why or _("It has no picture and no garment. Give it one of them first.")
        elif not may_make:
            why = _("It has no garment, and making one needs the permission to add garments.")
        else:
            form = MakeForm(
                data,
                prefix=f"make-{product.pk}",
                initial={
                    "make": True,
                    "category": adapter.category(product),
                    "description": adapter.description(product)[:500],
                },
            )
        cards.append(
            ProductCard(
                product=product,
                title=adapter.title(product),
                url=view_url(image) if image else "",
                change_url=change_url(product, site),
                form=form,
                why=why,
            )
        )
    return cards


@dataclass(frozen=True)
class PersonCard:
    """A house model that can be chosen."""

    person: Person
    url: str
    checked: bool
    left_out: bool = False
    """Whether the last check refused it."""

    @property
    def advice(self) -> str:
        """Why the result may not be as good as it could be."""
        return " ".join(found.says for found in self.person.advice[:2])

    @property
    def why_not(self) -> str:
        """Why nothing is launched with this photo."""
        return self.person.why_not


def person_cards(chosen: set[str], left_out: Collection[Any] = ()) -> list[PersonCard]:
    """Return a card for each house model, photos before clips."""
    people = list(house_models().order_by("kind", "name", "pk"))
    look_at_new(people)
    return [
        PersonCard(person, person.url, str(person.pk) in chosen, person.pk in left_out)
        for person in people
    ]


FRAMES = 24
"""How many earlier pictures are offered as first frames."""


@dataclass(frozen=True)
class FrameCard:
    """An earlier picture that a clip can start from."""

    key: str
    title: str
    who: str
    """Whom it shows."""
    url: str
    garments: str
    """The keys of the garments that it shows, for the page's script."""


def frame_cards(
    garments: Iterable[Garment] | None, people: Iterable[PersonCard]
) -> list[FrameCard]:
    """Return a card for each earlier picture of these garments, or of any if there are none.

    Those of whom a clip of these ``people`` shows come first: a chosen clip, if any is.
    """
    jobs = dressed_before().select_related("person").prefetch_related("results", "garments")
    if garments is not None:
        jobs = jobs.filter(garments__in=[garment.pk for garment in garments])
    cards = [card for card in people if card.person.kind == Person.Kind.VIDEO]
    clips = [card.person for card in cards if card.checked] or [card.person for card in cards]
    names = {clip.name for clip in clips} - {""}
    same = models.Q(person__in=clips) | models.Q(person__name__in=names)
    theirs = models.Case(models.When(same, then=0), default=1)
    return [
        FrameCard(
            key=str(job.pk),
            title=str(job),
            who=str(job.person),
            url=still.url,
            garments=" ".join(str(garment.pk) for garment in job.garments.all()),
        )
        for job in jobs.annotate(theirs=theirs).order_by("theirs", "-created_at")[:FRAMES]
        for still in list(job.results.all())[:1]
    ]
