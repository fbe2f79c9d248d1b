"""Gates: why nothing is submitted at the moment, by one engine or by all."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon.models.question import Blank

ACCOUNT = "account"
"""The key of the gate before every engine."""


class Gate(models.Model):
    """One row per engine and one for the account, written when it closes for the first time.

    A closed gate stops submits only; what runs already is polled and fetched all the same.
    """

    class Reason(models.TextChoices):
        """Why it is closed, the one that takes most to mend last."""

        RATE_LIMITED = "rate_limited", _("Too many requests")
        SPEND_LIMIT = "spend_limit", _("Spend limit reached")
        NO_CREDITS = "no_credits", _("No credits")
        BAD_KEY = "bad_key", _("Key not accepted")
        FORBIDDEN = "forbidden", _("Not allowed for this account")
        ENGINE_RETIRED = "engine_retired", _("Retired by the provider")

    key = models.CharField(_("of"), max_length=50, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    says = models.TextField(_("what the provider said"), blank=True)
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)
    opened_at = models.DateTimeField(_("opened"), null=True)
    """Null while it is closed."""
    opens_at = models.DateTimeField(_("opens by itself"), null=True)
    """Null if nobody knows when."""
    look_at = models.DateTimeField(_("next look"), null=True, db_index=True)
    """When the account is asked, for free, whether it may open; null where that tells nothing."""
    closings = models.PositiveIntegerField(default=1)
    """How often it closed again soon after it had opened: the waits grow with it."""
    needs = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    """US$ that the refused job was to cost, where credits were missing."""
    key_hash = models.CharField(max_length=64, blank=True)
    """A keyed hash of the API key that was refused: another key opens the gate."""

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ["key"]
        permissions = [("open_gate", _("Can open gates (waiting jobs are then submitted)"))]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_reason_display()}"

    def is_closed(self, now: datetime) -> bool:
        """Tell whether it stops submits at that moment."""
        return self.opened_at is None and (self.opens_at is None or self.opens_at > now)

    @staticmethod
    def closed(now: datetime | Blank) -> Q:
        """Return the condition for the rows of closed gates."""
        return Q(opened_at=None) & (Q(opens_at=None) | Q(opens_at__gt=now))
