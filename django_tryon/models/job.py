"""Jobs: one request to one engine. Only ``transitions`` writes the status."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from django_tryon.models.batch import Batch
from django_tryon.models.fields import PhotoField
from django_tryon.models.files import private_storage, reference_path
from django_tryon.models.garment import Garment
from django_tryon.models.person import Person
from django_tryon.models.shopper import Shopper


class Status(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting")  #: launched, nothing sent
    SUBMITTING = "submitting", _("Being sent")  #: the one request that costs money is on its way
    RUNNING = "running", _("Running")  #: the provider has it, and we know its id
    FETCHING = "fetching", _("Being fetched")  #: done and paid for, not stored yet
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")  #: the provider forgot it before we had its result
    UNCERTAIN = "uncertain", _("Uncertain")  #: perhaps accepted; nobody told us


def new_token() -> str:
    """Return the mark by which a request of ours can be told from any other."""
    return secrets.token_hex(16)


class TryOnJob(models.Model):
    """One request to one engine."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(
        Batch, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    engine = models.CharField(_("engine"), max_length=50)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    garments = models.ManyToManyField(Garment, verbose_name=_("garments"), related_name="jobs")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="jobs", verbose_name=_("person")
    )
    on_house_model = models.BooleanField(null=True, editable=False)
    """Whether the person was a house model at the launch; None for jobs from before this was kept.
    The person may be gone by now, and whose picture it is must still be known."""
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("previous"),
        help_text=_("The job whose result this one starts from."),
    )
    # No constraint: the steps of an outfit are written before the job that ends it.
    outfit = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="links",
        db_constraint=False,
        verbose_name=_("outfit"),
        help_text=_("The job that ends the outfit of which this one is a step."),
    )
    second_of = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="second",
        db_constraint=False,
        help_text=_("The job that this one draws once more, by itself, with another seed."),
    )
    """Then ``outfit`` names the same job: like a step it is shown to nobody."""
    puts_on = models.JSONField(null=True, editable=False)
    """The keys of those of its garments that this very job puts on; None for all of them."""
    reference = PhotoField(
        _("dressed first frame"), storage=private_storage, upload_to=reference_path, blank=True
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    shopper = models.ForeignKey(
        Shopper,
        verbose_name=_("shopper"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
    )
    idempotency_key = models.CharField(max_length=100, null=True, editable=False)
    idempotency_hash = models.CharField(max_length=64, null=True, editable=False)
    wish = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    open_wish = models.CharField(max_length=110, null=True, unique=True, editable=False)
    allowances = models.JSONField(default=list, editable=False)
    notify = models.EmailField(_("e-mail when ready"), blank=True, editable=False)
    notify_language = models.CharField(max_length=20, blank=True, editable=False)
    notified_at = models.DateTimeField(null=True, editable=False)

    erased_at = models.DateTimeField(null=True, editable=False)
    """When whoever asked for it had everything of theirs erased."""

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.QUEUED, editable=False
    )
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    provider_request_id = models.CharField(
        _("provider's request id"), max_length=128, null=True, unique=True, editable=False
    )
    claim = models.CharField(max_length=32, blank=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    outputs = models.JSONField(default=list, editable=False)
    error_code = models.CharField(_("error"), max_length=50, blank=True, editable=False)
    error_message = models.TextField(_("what went wrong"), blank=True, editable=False)
    estimated_cost = models.DecimalField(
        _("estimated cost, US$"), max_digits=10, decimal_places=4, null=True, editable=False
    )
    cost = models.DecimalField(
        _("cost, US$"), max_digits=12, decimal_places=6, null=True, editable=False
    )
    provider_seconds = models.FloatField(_("provider's seconds"), null=True, editable=False)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    next_step_at = models.DateTimeField(_("next step"), null=True, editable=False)

    class Meta:
        verbose_name = _("try-on job")
        verbose_name_plural = _("try-on jobs")
        ordering = ["-created_at"]
        permissions = [
            ("launch_tryonjob", _("Can launch try-ons (this costs money)")),
            ("view_money", _("Can see what try-ons cost")),
        ]
        indexes = [
            models.Index(fields=["next_step_at"], name="django_tryon_job_due"),
            models.Index(fields=["status", "-created_at"], name="django_tryon_job_status"),
            models.Index(fields=["claim"], name="django_tryon_job_claim"),
            models.Index(fields=["created_at"], name="django_tryon_job_created"),
            models.Index(fields=["batch", "created_at"], name="django_tryon_job_of_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shopper", "idempotency_key"], name="django_tryon_job_idempotent"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=list(Status.values)),
                name="django_tryon_job_known_status",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="running") | models.Q(provider_request_id__isnull=False),
                name="django_tryon_job_running_has_id",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.engine} {self.pk}"

    @cached_property
    def steps(self) -> list[TryOnJob]:
        """The steps of the outfit that this job ends, in their order, as they were when first
        asked for; none for any other job."""
        if self.previous_id is None or self.outfit_id is not None:
            return []
        return in_order(self, self.links.all())

    @property
    def seconds(self) -> float | None:
        """How long it took from launch to end, in seconds; None while it goes on."""
        if self.finished_at is None:
            return None
        return (self.finished_at - self.created_at).total_seconds()


def in_order(job: TryOnJob, steps: Iterable[TryOnJob]) -> list[TryOnJob]:
    """Return the steps of the outfit that a job ends, as each starts from the one before."""
    by_key, found = {step.pk: step for step in steps}, []
    step = by_key.get(job.previous_id) if job.previous_id else None
    while step is not None:
        found.append(step)
        step = by_key.get(step.previous_id) if step.previous_id else None
    return found[::-1]
