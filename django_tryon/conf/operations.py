"""What operators and other systems are told."""

from __future__ import annotations

from datetime import timedelta

from django_tryon.conf.option import Option


class Operations:
    """What operators and other systems are told."""

    HEALTH_TOKEN = Option(
        "",
        "Who sends it (`Authorization: Bearer …`) to `health/` is told details; staff are in any "
        "case, all others only the one word.",
    )
    WEBHOOK_LIFETIME = Option(
        timedelta(days=30), "How long it is kept what was sent to the shop's webhook endpoints."
    )
