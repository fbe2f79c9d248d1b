"""The small shop, as a worker process of its own sees it: same database, same files."""

from __future__ import annotations

import os
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import TRYON as USUAL

BASE_DIR = Path(os.environ["SHOP_FOLDER"])
MEDIA_ROOT = BASE_DIR / "media"
TRYON = USUAL | {
    "BASE_URL": os.environ["SHOP_PROVIDER"],
    "RUNNER": os.environ["SHOP_RUNNER"],
    "HTTP_TRANSPORT": "",
}
CELERY_BROKER_URL = os.environ["SHOP_BROKER"]
CELERY_TASK_DEFAULT_QUEUE = os.environ["SHOP_QUEUE"]
