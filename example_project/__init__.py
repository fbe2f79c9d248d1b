"""A small shop that uses all of django_tryon; no key and no broker needed."""

from __future__ import annotations

import os

if os.environ.get("CELERY_BROKER_URL"):
    # So that a web process, too, sends its messages to the broker that is named there.
    from example_project.celery import app as celery_app

    __all__ = ["celery_app"]
