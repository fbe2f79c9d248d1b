"""Earlier runs: submits of a job of which nobody knows whether they were accepted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.job import TryOnJob


class EarlierRun(models.Model):
    """A submit that was given up in doubt, so that it can still be told from any other.

    Should the provider's history show it later, it was paid for: staff are told, and nothing is
    lost.
    """

    job = models.ForeignKey(TryOnJob, on_delete=models.CASCADE, related_name="earlier_runs")
    token = models.CharField(max_length=32, unique=True)
    sent_at = models.DateTimeField(_("sent"))
    look_at = models.DateTimeField(null=True, db_index=True)
    """When the history is asked next; null once it is known, or asked often enough."""
    looks = models.PositiveIntegerField(default=0)
    provider_request_id = models.CharField(_("provider's request id"), max_length=128, blank=True)
    """Empty as long as the history does not show it."""
    cost = models.DecimalField(_("cost, US$"), max_digits=12, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("earlier run")
        verbose_name_plural = _("earlier runs")
        default_permissions = ()

    def __str__(self) -> str:
        return self.provider_request_id or self.token
