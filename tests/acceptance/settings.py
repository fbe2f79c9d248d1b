"""The sample shop, with a queue of its own on a broker that others use, too."""

from __future__ import annotations

import os

from example_project.settings import *  # noqa: F403

CELERY_TASK_DEFAULT_QUEUE = os.environ.get("SHOP_QUEUE", "celery")
