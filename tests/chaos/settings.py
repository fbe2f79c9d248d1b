"""The sample shop in a hurry: short leases, a sweep every few seconds, and a budget to add up."""

from __future__ import annotations

from datetime import timedelta

from tests.acceptance.settings import *  # noqa: F403

DEBUG = False
TRYON = TRYON | {  # noqa: F405
    "LEASE": timedelta(seconds=25),
    "HTTP_TIMEOUT": timedelta(seconds=5),
    "DOWNLOAD_TIMEOUT": timedelta(seconds=10),
    "DAILY_BUDGET": 10_000,
    "MONTHLY_BUDGET": 100_000,
    # They take a processor from the storm.
    "QUALITY": {name: {"action": "ignore"} for name in ("face", "colour", "outline", "skin")},
}
# No engine of these waits for its answer as v1 does, so the lease may be shorter than that.
SILENCED_SYSTEM_CHECKS = ["django_tryon.E010"]
CELERY_BEAT_SCHEDULE = {"tryon-sweep": {"task": "django_tryon.sweep", "schedule": 5.0}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
