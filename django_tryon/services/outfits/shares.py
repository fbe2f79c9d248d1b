"""Shares: of what was taken for an outfit at once, which part each of its jobs stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django_tryon.models.tally import BUDGET
from django_tryon.services.shoppers.allowance import Used


def share_out(used: Iterable[Used], prices: Sequence[Decimal]) -> list[list[Used]]:
    """Return what each job of an outfit stands for, in their order.

    Of money each its own price, so that what cost nothing is given back alone. A try-on that
    counts for a shopper counts once, and with the first job: once that is paid for, it counts.
    """
    shares: list[list[Used]] = [[] for _price in prices]
    for key, amount in used:
        if key.startswith(BUDGET):
            for share, price in zip(shares, prices, strict=True):
                share.append([key, str(price)])
        else:
            shares[0].append([key, amount])
    return shares
