"""Waiting clips: ordered, and not paid for until somebody approves their dressed first frame."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon.conf import conf
from django_tryon.models.job import TryOnJob
from django_tryon.models.person import Person
from django_tryon.models.shopper import Shopper


class WaitingClip(models.Model):
    """A clip whose first frame is shown before the clip itself is paid for."""

    class State(models.TextChoices):
        """What was said of the first frame."""

        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    # No constraints: a worker of the version before deletes people and jobs as it knows them.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    frame = models.ForeignKey(
        TryOnJob,
        on_delete=models.CASCADE,
        related_name="waiting_clips",
        db_constraint=False,
        verbose_name=_("first frame"),
        help_text=_("The job that dresses the clip's first frame."),
    )
    clip = models.ForeignKey(
        TryOnJob,
        on_delete=models.SET_NULL,
        null=True,
        related_name="approvals",
        db_constraint=False,
        verbose_name=_("clip"),
        help_text=_("The job that makes the clip; empty until the first frame is approved."),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="waiting_clips",
        db_constraint=False,
        verbose_name=_("person"),
    )
    video = models.CharField(max_length=255, editable=False)
    """The file's name then: a clip that is replaced begins with another frame."""
    garments = models.JSONField(default=list, editable=False)
    """The keys of what is worn."""
    engine = models.CharField(_("engine"), max_length=50)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    estimated_cost = models.DecimalField(
        _("estimated cost of the clip, US$"), max_digits=10, decimal_places=4
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    shopper = models.ForeignKey(
        Shopper,
        verbose_name=_("shopper"),
        on_delete=models.CASCADE,
        null=True,
        related_name="waiting_clips",
        db_constraint=False,
    )
    open_wish = models.CharField(max_length=64, null=True, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    objects: ClassVar[models.Manager[WaitingClip]] = models.Manager()

    class Meta:
        verbose_name = _("waiting clip")
        verbose_name_plural = _("waiting clips")
        ordering = ["-created_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.frame)

    @property
    def lapses_at(self) -> datetime:
        """Until when its first frame can be approved (aware): a shopper's clip goes sooner."""
        at = self.created_at + conf.FRAME_LIFETIME
        goes_at = self.person.delete_at
        return min(at, goes_at) if goes_at else at

    @property
    def has_lapsed(self) -> bool:
        """Whether nobody decided in time."""
        return self.state == self.State.WAITING and self.lapses_at <= timezone.now()
