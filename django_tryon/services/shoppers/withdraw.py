"""Withdraw: a shopper takes back what they offered; wherever the shop shows it, it goes at once."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone

from django_tryon.models import Appointment, Consent, TryOnResult
from django_tryon.services.publish import unpublish


def withdraw(result: TryOnResult) -> TryOnResult:
    """End an offer and the consent to it, and take the result off the shop's pages.

    Whoever is just publishing it either finds that it is offered no more, or has come first, and
    then it is unpublished here. Withdrawing what is not offered changes nothing.
    """
    with transaction.atomic():
        # The write comes first: it is what a publication waits for.
        if TryOnResult.objects.offered().filter(pk=result.pk).update(offered_at=None):
            given = Consent.objects.filter(result=result.pk, withdrawn_at=None)
            given.update(withdrawn_at=timezone.now())
            Appointment.objects.filter(result=result.pk).delete()
            unpublish(result)
            result.touch_job()
    return result


def withdraw_all(results: models.QuerySet[TryOnResult]) -> None:
    """Withdraw those of these results that are offered."""
    for result in results.filter(offered_at__isnull=False):
        withdraw(result)
