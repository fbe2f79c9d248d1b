"""The one layer that changes things: one verb per file."""

from django_tryon.services.analytics.visits import visit_of
from django_tryon.services.approve_frame import approve_frame
from django_tryon.services.cancel import cancel
from django_tryon.services.clips.price import estimate_clip
from django_tryon.services.driving.advance import drive, drive_until_idle
from django_tryon.services.driving.sweep import settle, sweep
from django_tryon.services.driving.watch import attend, watch
from django_tryon.services.go_on import go_on
from django_tryon.services.launch import launch
from django_tryon.services.launch_clip import launch_clip
from django_tryon.services.publish import publish, unpublish
from django_tryon.services.publishing.appoint import unschedule
from django_tryon.services.record_order import record_order
from django_tryon.services.record_return import record_return
from django_tryon.services.redraw import redraw
from django_tryon.services.reject_frame import reject_frame
from django_tryon.services.retry import retry
from django_tryon.services.review import approve, reject, reopen

__all__ = [
    "approve",
    "approve_frame",
    "attend",
    "cancel",
    "drive",
    "drive_until_idle",
    "estimate_clip",
    "go_on",
    "launch",
    "launch_clip",
    "publish",
    "record_order",
    "record_return",
    "redraw",
    "reject",
    "reject_frame",
    "reopen",
    "retry",
    "settle",
    "sweep",
    "unpublish",
    "unschedule",
    "visit_of",
    "watch",
]
