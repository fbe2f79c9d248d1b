"""Pending retries: jobs that staff want tried again, more of them than one request can do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.batch import Batch
from django_tryon.models.job import TryOnJob
from django_tryon.models.ordered import Ordered


class PendingRetry(Ordered):
    """One job that is to be tried again. The row goes with the retry."""

    class State(models.TextChoices):
        """How it stands."""

        WAITING = Ordered.WAITING, _("Not tried again yet")
        LEFT_OUT = Ordered.LEFT_OUT, _("Left out")

    # One row for each job: who presses twice orders nothing twice. No constraint, as with wishes:
    # whoever deletes a job need not look here.
    job = models.OneToOneField(
        TryOnJob, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    token = models.CharField(max_length=32)
    """Of the run that is to be repeated: not of one that somebody began since."""
    batch = models.ForeignKey(
        Batch,
        on_delete=models.SET_NULL,
        null=True,
        related_name="pending_retries",
        db_constraint=False,
    )
    """The job's, so that they can be counted for it."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)

    class Meta:
        verbose_name = _("pending retry")
        verbose_name_plural = _("pending retries")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at"], name="django_tryon_again_due"),
            models.Index(fields=["batch", "state"], name="django_tryon_again_state"),
            models.Index(fields=["claim"], name="django_tryon_again_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} · {self.get_state_display()}"
