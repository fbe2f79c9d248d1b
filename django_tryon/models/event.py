"""Events: how often a day the button was seen, opened and so on; counts, and nobody's steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

NONE, ALL = Decimal(0), Decimal(1)


class Kind(models.TextChoices):
    """What happened, in the order in which it does."""

    SEEN = "seen", _("Saw the button")
    OPENED = "opened", _("Opened it")
    PHOTO = "photo", _("Gave a photo")
    LAUNCHED = "launched", _("Launched a try-on")
    READY = "ready", _("Got a result")
    ADDED = "addtocart", _("Added to the basket from it")
    VISITOR = "visitor", _("Visitor of the comparison")
    BUYER = "buyer", _("Visitor who ordered")
    ORDERED = "ordered", _("Ordered")
    RETURNED = "returned", _("Sent back")


BROWSER = (Kind.SEEN, Kind.OPENED, Kind.PHOTO, Kind.LAUNCHED, Kind.READY, Kind.ADDED)
"""What the button itself tells; all else is told by the shop's own code."""


class Group(models.TextChoices):
    """Which group of the comparison."""

    OUTSIDE = "", _("not part of it")
    BUTTON = "button", _("with the button")
    HELD = "held", _("without it")


class EventCount(models.Model):
    """How often something happened on one day. Nothing in a row stands for a person."""

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    product = models.CharField(_("product"), max_length=200, blank=True, default="")
    """As ``app.model:key``; empty for what is of no one product."""
    group = models.CharField(_("group"), max_length=6, choices=Group, blank=True, default="")
    holdout = models.DecimalField(_("hold-out"), max_digits=5, decimal_places=4, default=NONE)
    """The part of visitors that was held out when the visitor was drawn; 0 outside."""
    sampled = models.DecimalField(_("sampled"), max_digits=5, decimal_places=4, default=ALL)
    """The part of page views that tell; so a count stands for that many times more."""
    count = models.PositiveBigIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("count of events")
        verbose_name_plural = _("counts of events")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "product", "group", "holdout", "sampled"],
                name="django_tryon_one_count",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.kind}: {self.count}"

    @classmethod
    def add(
        cls,
        kind: str,
        *,
        day: date,
        product: str = "",
        group: str = Group.OUTSIDE,
        holdout: Decimal = NONE,
        sampled: Decimal = ALL,
    ) -> None:
        """Count one more. Of many who do so at once, each counts."""
        of = {
            "day": day,
            "kind": kind,
            "product": product,
            "group": group,
            "holdout": holdout,
            "sampled": sampled,
        }
        row = EventCount.objects.filter(**of)
        if not row.update(count=models.F("count") + 1):
            # Whoever else makes it at the same moment may be first.
            EventCount.objects.bulk_create([EventCount(**of)], ignore_conflicts=True)
            row.update(count=models.F("count") + 1)
