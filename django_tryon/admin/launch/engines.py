"""The engines as the launch page draws them, and what is pinned for each category."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_tryon.admin.drawing import measures
from django_tryon.engines import Engine, all_engines
from django_tryon.models import Garment
from django_tryon.services.driving.pace import speeds
from django_tryon.services.outfits import order as outfits
from django_tryon.services.pins import Pinned


@dataclass(frozen=True)
class EngineCard:
    """An engine as staff see it."""

    slug: str
    engine: type[Engine]
    checked: bool
    good_for: str
    price: str
    price_note: str
    seconds: str
    licence: str
    licence_note: str
    licence_tone: str
    """Where the licence is to be seen at once: ``bad`` or ``odd``, or ``quiet`` if acknowledged."""
    takes: str
    limits: list[str]
    params: Any = field(default=None)
    second: Any = field(default=None)
    """The form of a second set of parameters, with which all of it is done once more."""
    has_second: bool = False
    """Whether that set is wanted."""

    usual: float = 0.0
    """Seconds that a run usually takes, for the page's script."""
    per_second: float = 0.0
    """How many runs a second it was seen to end, for the page's script; 0 if that is not known."""

    @property
    def first_price(self) -> str:
        """Price of one job, as a number for the page's script."""
        return str(self.engine.estimate(1))

    @property
    def more_price(self) -> str:
        """Price of each further garment, as a number for the page's script."""
        one_by_one = outfits.is_one_by_one(self.engine)
        return str(self.engine.estimate(1) if one_by_one else self.engine.extra_garment_price)

    @property
    def more_seconds(self) -> float:
        """What each further garment adds to the time, for the page's script."""
        return self.usual if outfits.is_one_by_one(self.engine) else 0

    @property
    def most(self) -> int:
        """How many garments one outfit may have, for the page's script. Of those that are put on
        one after another, the server says why they are too many."""
        return MANY if outfits.is_one_by_one(self.engine) else self.engine.max_garments

    @property
    def categories(self) -> str:
        """What it can put on, for the page's script."""
        return " ".join(self.engine.categories)

    @property
    def has_seed(self) -> bool:
        """Tell whether it can be asked for variations."""
        return "seed" in self.engine.params.model_fields


MANY = 99

COMMERCIAL = {
    "yes": gettext_lazy("commercial use allowed"),
    "no": gettext_lazy("no commercial use"),
    "unknown": gettext_lazy("commercial use not known"),
}


def licence_tone(engine: type[Engine]) -> str:
    """Return how loudly an engine's licence is to be shown; not at all where it allows the use."""
    if engine.licence.commercial == "yes":
        return ""
    if engine.is_licence_acknowledged():
        return "quiet"
    return "bad" if engine.licence.commercial == "no" else "odd"


def engine_cards(
    chosen: Collection[str],
    forms: dict[str, Any],
    seconds: dict[str, Any],
    doubled: Collection[str],
) -> list[EngineCard]:
    """Return a card for each engine."""
    speed_of = speeds()
    return [
        EngineCard(
            slug=slug,
            engine=engine,
            checked=slug in chosen,
            good_for=_(engine.good_for),
            price=measures.dollars(engine.estimate(1)),
            price_note=_(engine.price_note) if engine.price_note else "",
            seconds=measures.seconds((speed := speed_of(slug)).usual),
            usual=speed.usual,
            per_second=speed.per_second,
            licence=f"{engine.licence.name}: {COMMERCIAL[engine.licence.commercial]}",
            licence_note=_(engine.licence.note) if engine.licence.note else "",
            licence_tone=licence_tone(engine),
            takes=", ".join(engine.takes()),
            limits=[_(limit) for limit in engine.limits],
            params=forms[slug],
            second=seconds[slug],
            has_second=slug in doubled,
        )
        for slug, engine in all_engines().items()
    ]


@dataclass(frozen=True)
class PinCard:
    """What does each category, as one choice among the engines."""

    words: list[str]
    """A line for each category."""
    engines: str
    """The engine of each category, for the page's script."""
    checked: bool


def pin_card(pins: Mapping[str, Pinned], *, is_chosen: bool) -> PinCard:
    """Return the card of what is pinned."""
    label = dict(Garment.Category.choices)
    return PinCard(
        [f"{label[category]}: {pinned.engine.title}" for category, pinned in pins.items()],
        " ".join(f"{category}:{pinned.engine.slug}" for category, pinned in pins.items()),
        is_chosen,
    )
