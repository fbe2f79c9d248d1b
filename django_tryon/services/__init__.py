"""The one layer that changes things: one verb per file."""

from django_tryon.services.advance import drive, drive_until_idle
from django_tryon.services.cancel import cancel
from django_tryon.services.launch import launch
from django_tryon.services.publish import publish, unpublish
from django_tryon.services.retry import retry
from django_tryon.services.review import approve, reject
from django_tryon.services.sweep import sweep

__all__ = [
    "approve",
    "cancel",
    "drive",
    "drive_until_idle",
    "launch",
    "publish",
    "reject",
    "retry",
    "sweep",
    "unpublish",
]
