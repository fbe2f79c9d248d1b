"""The system check of the pre-warm: its engine is one that can dress a catalogue."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error

from django_tryon.conf import conf
from django_tryon.engines import all_engines


def check_prewarm() -> list[CheckMessage]:
    """E022: ``PREWARM_ENGINE`` is in use, and needs nothing that only a person can give."""
    try:
        engines = all_engines()
    except ImportError:  # told by another check
        return []
    slug = conf.PREWARM_ENGINE
    able = [each for each, engine in engines.items() if not engine.needs_reference]
    if not slug or slug in able:
        return []
    why = "needs a dressed first frame" if slug in engines else "is no engine in use"
    return [
        Error(
            f"TRYON['PREWARM_ENGINE'] is “{slug}”, which {why}.",
            hint=f"Choose one of: {', '.join(able)}.",
            id="django_tryon.E022",
        )
    ]
