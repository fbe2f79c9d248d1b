"""The system check of shoppers' clips: what they need, and that somebody has bounded the cost."""

from __future__ import annotations

from importlib.util import find_spec

from django.core.checks import CheckMessage, Error, Warning

from django_tryon.checks_money import is_amount
from django_tryon.conf import conf
from django_tryon.engines import all_engines

BUDGETS = ("STOREFRONT_DAILY_BUDGET", "STOREFRONT_MONTHLY_BUDGET")


def check_clips() -> list[CheckMessage]:
    """E026, W014: shoppers' clips have their extra, an engine and a budget that fits."""
    if not conf.STOREFRONT_CLIPS:
        return []
    found: list[CheckMessage] = []
    if find_spec("av") is None:
        found.append(
            Error(
                "TRYON['STOREFRONT_CLIPS'] is on, but no clip can be read here.",
                hint="Run “pip install 'django-tryon[video]'”, or turn it off.",
                id="django_tryon.E026",
            )
        )
    try:
        engines = all_engines()
    except ImportError:  # told by another check
        return found
    slug = conf.STOREFRONT_CLIP_ENGINE
    able = [each for each, engine in engines.items() if engine.needs_reference]
    if slug not in able:
        why = (
            "makes no clips of a dressed first frame" if slug in engines else "is no engine in use"
        )
        found.append(
            Error(
                f"TRYON['STOREFRONT_CLIP_ENGINE'] is “{slug}”, which {why}.",
                hint=f"Choose one of: {', '.join(able)}.",
                id="django_tryon.E026",
            )
        )
        return found
    budgets = {name: getattr(conf, name) for name in BUDGETS}
    price, set_ones = engines[slug].estimate(), {n: b for n, b in budgets.items() if b is not None}
    if not set_ones:
        found.append(
            Warning(
                f"Shoppers may have clips made, about ${price:.2f} each, and nothing bounds what "
                "they cost together.",
                hint="Set TRYON['STOREFRONT_DAILY_BUDGET'] or TRYON['STOREFRONT_MONTHLY_BUDGET'].",
                id="django_tryon.W014",
            )
        )
    found += [
        Warning(
            f"TRYON['{name}'] is {budget}, less than one clip costs (about ${price:.2f}).",
            hint="No clip can be made: raise it, or turn TRYON['STOREFRONT_CLIPS'] off.",
            id="django_tryon.W014",
        )
        for name, budget in set_ones.items()
        if is_amount(budget) and budget < price
    ]
    return found
