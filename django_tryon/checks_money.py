"""System checks of what concerns money: budgets, prices, the pace, and lost answers."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from django.core.checks import CheckMessage, Error, Warning

from django_tryon.conf import conf
from django_tryon.hosts import is_loopback, why_not_public

BUDGETS = {
    "STOREFRONT_DAILY_BUDGET": "DAILY_BUDGET",
    "STOREFRONT_MONTHLY_BUDGET": "MONTHLY_BUDGET",
    "DAILY_BUDGET": "MONTHLY_BUDGET",
    "PREWARM_BUDGET": "DAILY_BUDGET",
}
"""Each budget, and the one that it is a part of."""


def check_money() -> list[CheckMessage]:
    """E014, W003: budgets, prices and the pace are numbers, and a part is less than the whole."""
    found: list[CheckMessage] = []

    def demand(name: str, given: Any, what: str, example: str) -> None:
        found.append(
            Error(
                f"TRYON{name} must be {what}, not {given!r}.",
                hint=f"For example {example}.",
                id="django_tryon.E014",
            )
        )

    for name in sorted({*BUDGETS, *BUDGETS.values()}):
        given = getattr(conf, name)
        if given is not None and not is_amount(given):
            demand(f"['{name}']", given, "an amount in US$, 0 or more, or None", "Decimal('25')")
    for slug, price in conf.PRICES.items() if isinstance(conf.PRICES, dict) else ():
        if not is_amount(price):
            demand(f"['PRICES']['{slug}']", price, "an amount in US$, 0 or more", "Decimal('0.04')")
    pace = conf.SUBMITS_PER_MINUTE
    if pace is not None and (isinstance(pace, bool) or not isinstance(pace, int) or pace < 1):
        demand("['SUBMITS_PER_MINUTE']", pace, "a whole number above 0, or None", "60")
    if found:
        return found
    for part, whole in BUDGETS.items():
        some, most = getattr(conf, part), getattr(conf, whole)
        if some is not None and most is not None and some > most:
            found.append(
                Warning(
                    f"TRYON['{part}'] is {some}, more than TRYON['{whole}'], which is {most}.",
                    hint=f"It is never reached: use at most {most}.",
                    id="django_tryon.W003",
                )
            )
    return found


def is_amount(given: Any) -> bool:
    """Tell whether something is an amount of money that can be reckoned with."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        return False
    return math.isfinite(given) and given >= 0


def check_doubt() -> list[CheckMessage]:
    """E015: where lost answers are looked for, and what becomes of them."""
    found: list[CheckMessage] = []
    if conf.UNCERTAIN not in {"ask", "submit-again"}:
        found.append(
            Error(
                f"TRYON['UNCERTAIN'] is “{conf.UNCERTAIN}”; it must be “ask” or “submit-again”.",
                id="django_tryon.E015",
            )
        )
    url = str(conf.HISTORY_URL)
    if url and not is_loopback(str(conf.BASE_URL)) and (why := why_not_public(url)):
        found.append(
            Error(
                f"TRYON['HISTORY_URL'] is “{url}”: {why}. The key must not go there.",
                hint="Use https://api.spotprod.segmind.com, or '' to look nowhere.",
                id="django_tryon.E015",
            )
        )
    return found
