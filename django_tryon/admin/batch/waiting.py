"""The clips of a batch that wait until somebody has looked at their first frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.conf import conf
from django_tryon.models import Batch, Status, TryOnResult, WaitingClip


@dataclass(frozen=True)
class Waiting:
    """How many clips wait."""

    clips: int
    ready: int
    """How many of the first frames can be looked at."""
    key: Any
    """One of them."""

    @property
    def words(self) -> str:
        """How many clips wait, and how many frames are ready; nothing if none waits."""
        if not self.clips:
            return ""
        said = ngettext(
            "%(count)d clip waits until its first frame is approved.",
            "%(count)d clips wait until their first frames are approved.",
            self.clips,
        ) % {"count": self.clips}
        if not self.ready:
            return said
        ready = ngettext(
            "%(count)d frame is ready to be looked at.",
            "%(count)d frames are ready to be looked at.",
            self.ready,
        )
        return f"{said} {ready % {'count': self.ready}}"

    def url(self, request: HttpRequest, batch: Batch, site: str) -> str:
        """Return where the frames are approved; empty for those who may not see them."""
        may_see = request.user.has_perm("django_tryon.view_waitingclip")
        if not self.clips or not (may_see or has_launch_permission(request)):
            return ""
        page = "admin:django_tryon_waitingclip"
        if self.clips == 1:
            return reverse(f"{page}_change", args=[self.key], current_app=site)
        listed = reverse(f"{page}_changelist", current_app=site)
        return f"{listed}?frame__batch={batch.pk}&state__exact={WaitingClip.State.WAITING}"


def waiting_of(batch: Batch) -> Waiting:
    """Count the clips of a batch that wait for an approval, in one query."""
    since = timezone.now() - conf.FRAME_LIFETIME
    waiting = WaitingClip.objects.filter(
        frame__batch=batch, state=WaitingClip.State.WAITING, created_at__gt=since
    ).order_by()
    waiting = waiting.exclude(frame__results__review=TryOnResult.Review.REJECTED)
    ready = Q(frame__status=Status.SUCCEEDED)
    found = waiting.aggregate(clips=Count("pk"), ready=Count("pk", filter=ready))
    key = waiting.values_list("pk", flat=True).first() if found["clips"] == 1 else None
    return Waiting(**found, key=key)
