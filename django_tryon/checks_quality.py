"""The system checks of the quality gate: its checks, what becomes of their findings, its extra."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.checks import CheckMessage, Error, Info, Warning

from django_tryon.conf import conf
from django_tryon.engines import all_engines
from django_tryon.exceptions import LaunchRefused
from django_tryon.quality import CHECKS, action_of, faults, is_installed

SEE = "See “Photos and results” in the docs."


def check_quality() -> list[CheckMessage]:
    """E025, W013, I001: what ``QUALITY`` says makes sense, and can be done."""
    found: list[CheckMessage] = [
        Error(f"TRYON['QUALITY']{fault}.", hint=SEE, id="django_tryon.E025")
        for fault in faults(CHECKS, conf.QUALITY)
    ]
    if found or not isinstance(conf.QUALITY, Mapping):
        return found
    wanted = {action_of(CHECKS[name], conf.QUALITY) for name in conf.QUALITY} - {"ignore"}
    if wanted and not is_installed():
        found.append(
            Warning(
                "TRYON['QUALITY'] says what becomes of photos and results, but nobody looks at "
                "them: OpenCV is not installed.",
                hint="pip install 'django-tryon[quality]'",
                id="django_tryon.W013",
            )
        )
    without = _engines_without_seed() if "retry" in wanted else []
    if without:
        found.append(
            Info(
                "TRYON['QUALITY'] has results drawn again. These engines have no seed, or make "
                f"clips: theirs are only held: {', '.join(without)}.",
                hint=SEE,
                id="django_tryon.I001",
            )
        )
    return found


def _engines_without_seed() -> list[str]:
    """Return those in use whose results cannot be drawn again by themselves."""
    try:
        engines = all_engines()
    except (LaunchRefused, ImportError):  # another check tells
        return []
    return [
        slug
        for slug, engine in engines.items()
        if engine.output != "image" or "seed" not in engine.params.model_fields
    ]
