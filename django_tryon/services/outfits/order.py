"""What can be worn together, and in which order it is put on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment

ORDER = ("lower", "dress", "upper", "outer")
"""Categories, in the order in which they are put on: what lies over the rest comes last."""


def is_one_by_one(engine: type[Engine]) -> bool:
    """Tell whether several garments take a job each. Not where the first frame shows them all."""
    return engine.max_garments == 1 and not engine.needs_reference


def most_worn(engine: type[Engine], garments: Sequence[Garment]) -> int:
    """Return how many of these garments one may choose for one try-on."""
    if not is_one_by_one(engine):
        return engine.max_garments
    # One of each category, and either a dress or a lower part.
    parts = {"lower" if one.category == "dress" else one.category for one in garments}
    return max(1, len(parts))


def in_turns(engine: type[Engine], garments: Sequence[Garment]) -> list[list[Garment]]:
    """Return what each job puts on, in the order of the jobs."""
    if len(garments) == 1 or not is_one_by_one(engine):
        return [list(garments)]
    return [[garment] for garment in in_dressing_order(garments)]


def estimate(engine: type[Engine], garments: Sequence[Garment]) -> Decimal:
    """Return what these garments on one person are to cost, US$."""
    turns = in_turns(engine, garments)
    return sum((engine.estimate(len(turn)) for turn in turns), Decimal(0))


def typical_seconds(engine: type[Engine], garments: Sequence[Garment]) -> float:
    """Return how long these garments on one person usually take."""
    return engine.typical_seconds * len(in_turns(engine, garments))


def in_dressing_order(garments: Iterable[Garment]) -> list[Garment]:
    """Return the garments as they are put on, those of one category as they came."""
    return sorted(garments, key=lambda garment: ORDER.index(garment.category))


def check_wearable(garments: Sequence[Garment]) -> None:
    """Refuse what nobody wears together, whatever engine; raises LaunchRefused, naming what to
    drop."""
    of = _by_category(garments)
    if len(of["dress"]) > 1:
        raise _clash(
            _("Nobody wears two dresses: %(garments)s. Keep one of them, and leave out the rest."),
            of["dress"],
        )
    if of["dress"] and of["lower"]:
        raise _clash(
            _("%(garments)s cannot be worn together. Leave out “%(one)s”, or the dress."),
            [*of["dress"], *of["lower"]],
            one=of["lower"][0],
        )


def check_together(engine: type[Engine], garments: Sequence[Garment]) -> None:
    """Refuse garments that cannot be worn together; raises LaunchRefused, naming what to drop."""
    check_wearable(garments)
    if not is_one_by_one(engine):
        return
    for worn in _by_category(garments).values():
        if len(worn) > 1:
            raise _clash(
                _(
                    "%(engine)s puts on one garment after another, so of %(garments)s each would "
                    "take the place of the one before. Keep one of them, or choose an engine that "
                    "takes several at once."
                ),
                worn,
                engine=engine.title,
            )


def goes_with(engine: type[Engine], worn: Sequence[Garment], garment: Garment) -> bool:
    """Tell whether one more garment can be worn with these."""
    try:
        check_together(engine, [*worn, garment])
    except LaunchRefused:
        return False
    return True


def clashes(engine: type[Engine]) -> dict[str, list[str]]:
    """Return, for each category that an engine puts on, those that cannot be worn with it.

    All that ``check_together`` refuses is between two garments, so this tells the whole of it to
    whoever cannot call that: a browser.
    """
    bare = {part: Garment(category=part, name=part) for part in ORDER if part in engine.categories}
    return {
        part: [other for other, under in bare.items() if not goes_with(engine, [under], garment)]
        for part, garment in bare.items()
    }


def check_params(engine: type[Engine], params: Mapping[str, Any]) -> None:
    """Refuse a parameter that speaks of one garment, for several; raises LaunchRefused."""
    usual = engine.read_params(None)
    for name in engine.garment_params:
        if params[name] != usual[name]:
            raise LaunchRefused(
                _(
                    "%(engine)s: “%(param)s” speaks of one garment, and here each of several gets "
                    "a job of its own. Leave it out."
                )
                % {"engine": engine.slug, "param": name},
                code="invalid_parameter",
                field=f"params.{name}",
            )


def _by_category(garments: Iterable[Garment]) -> dict[str, list[Garment]]:
    of: dict[str, list[Garment]] = {part: [] for part in ORDER}
    for garment in garments:
        of[garment.category].append(garment)
    return of


def _clash(said: str, garments: Sequence[Garment], **names: Any) -> LaunchRefused:
    listed = ", ".join(f"“{garment}”" for garment in garments)
    words = {"garments": listed, **names}
    return LaunchRefused(said % words, code="garments_clash", field="garments")
