"""The sample shop as it would be deployed, with a view to compare with."""

from __future__ import annotations

from example_project.settings import *  # noqa: F403
from example_project.settings import DATABASES, VAR_DIR
from example_project.settings import TRYON as SHOPS

ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.urls"
# A file, as in a shop: Django would take SQLite into memory.
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = VAR_DIR / "bench.sqlite3"
else:
    DATABASES["default"]["TEST"]["NAME"] = "tryon_bench"
TRYON = SHOPS | {
    # They take a processor, and are no part of what is measured.
    "QUALITY": {name: {"action": "ignore"} for name in ("face", "colour", "outline", "skin")},
}
