"""How many try-ons, how long, how much: what the bar of the launch page says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.drawing import measures

AT_ONCE = 5
"""How many jobs we reckon with at a time. Segmind prints no limit; keys of the free plan and the
rate of five requests a minute make more a lucky guess."""


@dataclass(frozen=True)
class Estimate:
    """What a launch would come to."""

    count: int
    cost: Decimal
    typical_seconds: float
    later: Decimal = Decimal(0)
    """What is to be paid once first frames are approved, US$."""

    @property
    def seconds(self) -> float:
        """How long it takes until the last one is there."""
        return math.ceil(self.count / AT_ONCE) * self.typical_seconds

    @property
    def parts(self) -> list[str]:
        """The bar's figures, in words."""
        if not self.count:
            return [_("No try-ons yet")]
        later = self.words()["later"].replace("%s", measures.dollars(self.later))
        return [
            ngettext("%(count)d try-on", "%(count)d try-ons", self.count) % {"count": self.count},
            _("about %(time)s") % {"time": measures.seconds(self.seconds)},
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
