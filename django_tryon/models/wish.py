"""Wishes: what a batch is to launch, one try-on each, until there is a job for it or a reason."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.batch import Batch
from django_tryon.models.garment import Garment
from django_tryon.models.job import TryOnJob
from django_tryon.models.ordered import Ordered
from django_tryon.models.person import Person


class BatchWish(Ordered):
    """One try-on that a batch is to launch. Workers launch them, some at a time."""

    class State(models.TextChoices):
        """How it stands."""

        WAITING = Ordered.WAITING, _("Not launched yet")
        LAUNCHED = "launched", _("Launched")
        LEFT_OUT = Ordered.LEFT_OUT, _("Left out")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="wishes")
    garments = models.JSONField(default=list)
    """The keys of the garments: any of them may be gone when it is launched."""
    # No constraints: whoever deletes a person or a job need not look here, and an older version
    # could not. What is gone reads as None where it is joined.
    person = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    engine = models.CharField(max_length=50)
    params = models.JSONField(default=dict)
    previous = models.ForeignKey(
        TryOnJob, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    """The job whose picture it starts from."""
    reuses = models.BooleanField(default=True)
    """Whether what was tried on already is not paid for again."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    job = models.ForeignKey(
        TryOnJob, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )

    worn: list[Garment | None]
    """Its garments, None for each that is gone, once somebody has read them."""

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at"], name="django_tryon_wish_due"),
            models.Index(fields=["batch", "state"], name="django_tryon_wish_state"),
            models.Index(fields=["claim"], name="django_tryon_wish_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.engine} · {self.get_state_display()}"
