"""System checks of the licences of the engines' weights."""

from __future__ import annotations

import difflib

from django.core.checks import CheckMessage, Warning

from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines
from django_tryon.hosts import why_not_public

SAYS = {"no": "no commercial use", "unknown": "whether commercial use is allowed is not known"}


def check_licences() -> list[CheckMessage]:
    """W007, W008: the shop knows of licences that may forbid what it does, and spelt them right."""
    if not isinstance(conf.ACKNOWLEDGED_LICENCES, list | tuple):
        return []  # told by another check, as what comes next
    try:
        engines = all_engines()
    except ImportError:
        return []
    return [*misspelt(engines), *unacknowledged(engines)]


def misspelt(engines: dict[str, type[Engine]]) -> list[CheckMessage]:
    """Return a warning for each name that is no engine's."""
    found: list[CheckMessage] = []
    for slug in conf.ACKNOWLEDGED_LICENCES:
        if slug not in engines:
            close = difflib.get_close_matches(str(slug), engines, n=1)
            found.append(
                Warning(
                    f"TRYON['ACKNOWLEDGED_LICENCES'] names “{slug}”, which is no engine in use.",
                    hint=f"Did you mean “{close[0]}”?" if close else "Remove it.",
                    id="django_tryon.W008",
                )
            )
    return found


def unacknowledged(engines: dict[str, type[Engine]]) -> list[CheckMessage]:
    """Return one warning for all; none while the sandbox draws, as no weights are used then."""
    if why_not_public(str(conf.BASE_URL)):  # nor where nothing could be sent
        return []
    named = [
        f"{slug} ({engine.licence.name}: {SAYS[engine.licence.commercial]})"
        for slug, engine in engines.items()
        if not engine.is_licence_acknowledged()
    ]
    if not named:
        return []
    return [
        Warning(
            f"The weights of these engines may not be meant for a shop: {'; '.join(named)}.",
            hint="Ask Segmind what its terms grant. Then name those that you use in "
            "TRYON['ACKNOWLEDGED_LICENCES'], and leave the others out of TRYON['ENGINES']. "
            "See the page on engines in the docs.",
            id="django_tryon.W007",
        )
    ]
