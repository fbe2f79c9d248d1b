"""Words: what a comparison tells and what it does not, in a sentence or three."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.services.analytics.comparison import Comparison, Rates
from django_tryon.services.analytics.intervals import Interval, Part

NOTHING = "-"


def percent(rate: float | None) -> str:
    """Return a rate as a percentage; a dash for none."""
    return NOTHING if rate is None else f"{rate * 100:.1f} %"


def between(interval: Interval | None) -> str:
    """Return from where to where a rate may be; a dash for none."""
    if interval is None:
        return NOTHING
    return f"{interval[0] * 100:.1f} \N{EN DASH} {interval[1] * 100:.1f} %"


def points(value: float | None, *, signed: bool = True) -> str:
    """Return a difference in percentage points; a dash for none."""
    if value is None:
        return NOTHING
    rounded = round(value * 100, 1) + 0.0  # no minus before nothing
    return (f"{rounded:+.1f}" if signed else f"{abs(rounded):.1f}").replace("-", "\N{MINUS SIGN}")


def part(of: Part) -> str:
    """Return so many of so many."""
    return _("%(count)s of %(of)s") % {"count": whole(of.count), "of": whole(of.of)}


def whole(number: int) -> str:
    """Return a number as people write it."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def told(found: Comparison) -> list[str]:
    """Return all that the comparison tells."""
    return list(filter(None, [on_buying(found), on_returns(found)]))


def on_buying(found: Comparison) -> str:
    """Return what the comparison tells of orders."""
    if found.is_lopsided:
        held, button = found.bought.held.of, found.bought.button.of
        return _(
            "Do not believe these figures: %(is)s of the visitors are held out, and %(meant)s were "
            "meant to be. Chance does not do that. Something sorts them, such as a cache that "
            "gives one visitor's page to another."
        ) % {"is": percent(held / (held + button)), "meant": percent(float(found.holdout))}
    return _told(
        found.bought,
        _("Orders"),
        more=_("With the button more visitors order: %(by)s points more (%(between)s)."),
        fewer=_("With the button fewer visitors order: %(by)s points fewer (%(between)s)."),
        units=lambda count: ngettext(
            "about %(count)s more visitor is needed to tell it",
            "about %(count)s more visitors are needed to tell it",
            count,
        ),
    )


def on_returns(found: Comparison) -> str:
    """Return what the comparison tells of returns; empty where the groups cannot be believed."""
    if found.is_lopsided:
        return ""
    return _told(
        found.returned,
        _("Returns"),
        more=_("With the button more orders come back: %(by)s points more (%(between)s)."),
        fewer=_("With the button fewer orders come back: %(by)s points fewer (%(between)s)."),
        units=lambda count: ngettext(
            "about %(count)s more order is needed to tell it",
            "about %(count)s more orders are needed to tell it",
            count,
        ),
    )


def _told(rates: Rates, what: str, *, more: str, fewer: str, units: Callable[[int], str]) -> str:
    difference, interval = rates.difference, rates.interval
    if difference is None or interval is None:
        return _("%(what)s: one of the groups is still empty, so there is nothing to compare.") % {
            "what": what
        }
    said = {
        "by": points(difference, signed=False),
        "between": _("95 %%: %(low)s to %(high)s")
        % {"low": points(interval[0]), "high": points(interval[1])},
    }
    if rates.is_told:
        return f"{(more if difference > 0 else fewer) % said} " + _(
            "That is more than chance explains."
        )
    unsure = _(
        "%(what)s: no difference can be told from chance; it may be anything from %(low)s to "
        "%(high)s points."
    ) % {"what": what, "low": points(interval[0]), "high": points(interval[1])}
    if (missing := rates.missing) is None:
        return unsure
    return f"{unsure} " + _("If it really is %(by)s, as it looks now, %(many)s.") % {
        "by": points(difference),
        "many": units(missing) % {"count": whole(_roughly(missing))},
    }


def _roughly(number: int) -> int:
    """Return a number to two places, rounded up: more of them would be a claim."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step
