"""The system check of the quality gate: its checks exist, and so do their thresholds."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error

from django_tryon.conf import conf
from django_tryon.quality import CHECKS, faults


def check_quality() -> list[CheckMessage]:
    """E025: every check, action and threshold in ``QUALITY`` makes sense."""
    return [
        Error(
            f"TRYON['QUALITY']{fault}.",
            hint="See “Photos and results” in the docs.",
            id="django_tryon.E025",
        )
        for fault in faults(CHECKS, conf.QUALITY)
    ]
