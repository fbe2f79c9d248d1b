"""Lapse: end the offers that nobody can take back any more, or whose products are gone."""

from __future__ import annotations

from datetime import datetime

from django_tryon import logs, products
from django_tryon.conf import conf
from django_tryon.exceptions import NotPlaced
from django_tryon.models import TryOnResult
from django_tryon.services.shoppers.tokens import RENEWABLE
from django_tryon.services.shoppers.withdraw import withdraw


def lapsed(now: datetime) -> list[TryOnResult]:
    """Return the offers that are to end.

    With the token a visitor without an account loses the only way to take a picture back. When it
    was last renewed is not kept, so it is reckoned from the offer.
    """
    offered = TryOnResult.objects.offered().select_related("job__shopper")
    return [one for one in offered.prefetch_related("job__garments") if _is_over(one, now)]


def _is_over(result: TryOnResult, now: datetime) -> bool:
    """Tell whether nobody can take it back any more, or nothing is left that it could show."""
    if all(products.product_of(garment) is None for garment in result.job.garments.all()):
        return True
    oldest = now - RENEWABLE - conf.TOKEN_LIFETIME
    shopper, offered_at = result.job.shopper, result.offered_at
    is_visitors = shopper is None or shopper.user_id is None
    return is_visitors and offered_at is not None and offered_at <= oldest


def end(results: list[TryOnResult]) -> None:
    """Withdraw them; one that the shop's adapter keeps is left to the next purge."""
    for result in results:
        try:
            withdraw(result)
        except NotPlaced as error:
            logs.error(
                "offer.not_ended", "A picture stays in the shop", job=result.job, error=error
            )
