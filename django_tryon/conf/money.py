"""What may be spent."""

from __future__ import annotations

from decimal import Decimal

from django_tryon.conf.option import Option


class Money:
    """What may be spent."""

    DAILY_BUDGET = Option[Decimal | None](
        None, "What all try-ons together may cost a day, US$, staff's too; None for no bound."
    )
    MONTHLY_BUDGET = Option[Decimal | None](
        None, "What all try-ons together may cost a month, US$, staff's too; None for no bound."
    )
    STOREFRONT_DAILY_BUDGET = Option[Decimal | None](
        None,
        "What shoppers' try-ons may cost a day, US$, as part of all; None for no bound.",
    )
    STOREFRONT_MONTHLY_BUDGET = Option[Decimal | None](
        None,
        "What shoppers' try-ons may cost a month, US$, as part of all; None for no bound.",
    )
    PREWARM_BUDGET = Option[Decimal | None](
        None,
        "What `tryon_prewarm` may spend a night (a day of the shop's), US$, as part of all; None "
        "for nothing, and then it does nothing.",
    )
    PREWARM_ENGINE = Option("", "The engine of `tryon_prewarm`; `STOREFRONT_ENGINE` if empty.")
