"""How many try-ons, how long, how much: what the bar of the launch page says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.drawing import measures
from django_tryon.services.eta import Span


def span_words(span: Span) -> str:
    """Say how long something takes; of a mere guess, how long at most."""
    said = _("at most %(time)s") if span.is_most else _("about %(time)s")
    return said % {"time": measures.seconds(span.seconds)}


@dataclass(frozen=True)
class Estimate:
    """What a launch would come to."""

    count: int
    cost: Decimal
    span: Span
    """How long it takes until the last one is there."""
    later: Decimal = Decimal(0)
    """What is to be paid once first frames are approved, US$."""

    @property
    def parts(self) -> list[str]:
        """The bar's figures, in words."""
        if not self.count:
            return [_("No try-ons yet")]
        later = self.words()["later"].replace("%s", measures.dollars(self.later))
        return [
            ngettext("%(count)d try-on", "%(count)d try-ons", self.count) % {"count": self.count},
            span_words(self.span),
            _("about %(amount)s") % {"amount": measures.dollars(self.cost)},
            *([later] if self.later else []),
        ]

    @staticmethod
    def words() -> dict[str, str]:
        """Return the bar's words for the page's script: %s is the number."""

        def form(count: int) -> str:
            return ngettext("%(count)d try-on", "%(count)d try-ons", count).replace(
                "%(count)d", "%s"
            )

        # One, few and many cover the languages whose plurals are told apart by such numbers.
        return {
            "none": _("No try-ons yet"),
            "no_frame": _("No try-ons yet: choose a first frame"),
            "no_category": _("No try-ons yet: say what the ticked products are"),
            "later": _("and about %s once the first frames are approved"),
            "one": form(1),
            "few": form(3),
            "other": form(5),
            "seconds": _("%(count)d s").replace("%(count)d", "%s"),
            "minutes": _("%(count)d min").replace("%(count)d", "%s"),
            "hours": _("%(count)d h").replace("%(count)d", "%s"),
        }

    def __str__(self) -> str:
        return " · ".join(self.parts)
