"""System checks of what is counted: shares are shares, and a hold-out can be held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from django_tryon.conf import conf

MOST = 0.5
REQUEST = "django.template.context_processors.request"
LEAST_SHARE = 0.0001


def check_events() -> list[CheckMessage]:
    """E023, W011: shares lie where they can, and the tag sees who asks."""
    return [*_share("EVENTS_SHARE", LEAST_SHARE, 1.0), *_share("HOLDOUT", 0.0, MOST), *_request()]


def _share(name: str, least: float, most: float) -> Iterator[CheckMessage]:
    given = getattr(conf, name)
    if not _is_between(given, least, most):
        yield Error(
            f"TRYON['{name}'] must be a number from {least:g} to {most:g}, not {given!r}.",
            hint="0.1 is every tenth.",
            id="django_tryon.E023",
        )


def _is_between(given: object, least: float, most: float) -> bool:
    try:
        return not isinstance(given, bool) and least <= float(str(given)) <= most
    except ValueError:
        return False


def _request() -> Iterator[CheckMessage]:
    seen = any(
        REQUEST in each.get("OPTIONS", {}).get("context_processors", [])
        for each in cast("list[dict[str, Any]]", settings.TEMPLATES)
    )
    has_sessions = any("SessionMiddleware" in name for name in settings.MIDDLEWARE)
    if not conf.HOLDOUT or (seen and has_sessions):
        return
    what, hint = (
        ("sessions", "Add django.contrib.sessions and its middleware.")
        if seen
        else (f"context processor {REQUEST}", "Add it to the OPTIONS of TEMPLATES.")
    )
    yield Warning(
        f"TRYON['HOLDOUT'] is {conf.HOLDOUT!r}, but this site has no {what}, so the button is "
        "shown to everybody and nothing is compared.",
        hint=hint,
        id="django_tryon.W011",
    )
