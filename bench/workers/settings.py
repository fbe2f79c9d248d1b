"""The sample shop with the usual recipes beside the app."""

from __future__ import annotations

from example_project.settings import *  # noqa: F403
from example_project.settings import INSTALLED_APPS
from example_project.settings import TRYON as SHOPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.recipe"]
CELERY_TASK_DEFAULT_QUEUE = "tryon-bench"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django_tryon": {"level": "WARNING"}},
}
TRYON = SHOPS | {
    # They take a processor, and are no part of what is measured.
    "QUALITY": {name: {"action": "ignore"} for name in ("face", "colour", "outline", "skin")},
}
