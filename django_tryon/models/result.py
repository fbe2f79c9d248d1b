"""Results: one stored file that a job produced, its review and its publication."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon import quality
from django_tryon.conf import conf
from django_tryon.models.files import (
    SAVE,
    private_storage,
    public_storage,
    published_path,
    result_path,
    view_url,
)
from django_tryon.models.job import TryOnJob
from django_tryon.models.person import is_before


class ResultQuerySet(models.QuerySet["TryOnResult"]):
    """Results by what may be done with them."""

    def there(self) -> ResultQuerySet:
        """Return those whose day has not come, or that the shop shows for as long as it likes.

        What lies between the garments of an outfit is shown to nobody.
        """
        day = models.Q(delete_at=None) | models.Q(delete_at__gt=timezone.now())
        return self.asked_for().filter(day | models.Q(published_at__isnull=False))

    def asked_for(self) -> ResultQuerySet:
        """Return those that somebody asked for: no step of an outfit."""
        return self.filter(job__outfit=None)

    def offered(self) -> ResultQuerySet:
        """Return what shoppers let the shop show."""
        return self.filter(offered_at__isnull=False)

    def published(self) -> ResultQuerySet:
        """Return what everybody may see."""
        return self.filter(published_at__isnull=False)

    def published_for(self, product: models.Model) -> ResultQuerySet:
        """Return what the gallery on this product's page shows, the newest first."""
        kind = ContentType.objects.get_for_model(product)
        return (
            self.published()
            .filter(in_gallery=True)
            .filter(job__garments__content_type=kind, job__garments__product_id=str(product.pk))
            .select_related("job__person")
            .distinct()
            .order_by("-published_at")
        )


class TryOnResult(models.Model):
    """One picture or clip that a job produced."""

    class Kind(models.TextChoices):
        """What it is."""

        IMAGE = "image", _("Picture")
        VIDEO = "video", _("Clip")

    class Review(models.TextChoices):
        """What staff said of it."""

        PENDING = "pending", _("To be reviewed")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    class Reason(models.TextChoices):
        """Why staff rejected it."""

        GARMENT = "garment", _("The garment came out wrong")
        FACE = "face", _("The face came out wrong")
        BODY = "body", _("Body or hands came out wrong")
        CUT = "cut", _("Something is cut off")
        QUALITY = "quality", _("Blurred or spoilt")
        OTHER = "other", _("Something else")
        SEED = "seed", _("Asked for again with another seed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(TryOnJob, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=result_path, max_length=255
    )
    poster = models.FileField(
        _("poster"), storage=private_storage, upload_to=result_path, max_length=255, blank=True
    )
    published_file = models.FileField(
        _("published copy"),
        storage=public_storage,
        upload_to=published_path,
        max_length=255,
        blank=True,
    )
    published_poster = models.FileField(
        _("published poster"),
        storage=public_storage,
        upload_to=published_path,
        max_length=255,
        blank=True,
    )
    content_type = models.CharField(_("content type"), max_length=50, blank=True)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    bytes = models.PositiveBigIntegerField(null=True, editable=False)
    """How much its private files take; null where nobody measured."""
    review = models.CharField(
        _("review"), max_length=8, choices=Review, default=Review.PENDING, db_index=True
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=10, choices=Reason, blank=True, default="", db_default=""
    )
    """Why it was rejected, if anybody said."""
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")
    """The same in words of their own."""
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    held_until = models.DateTimeField(null=True, editable=False)
    """Until when it is left to whoever has it before them on the review board."""
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, db_index=True)
    offered_at = models.DateTimeField(
        _("offered by the shopper"), null=True, editable=False, db_index=True
    )
    """Since when its shopper lets the shop show it; None where they do not, or no longer."""
    in_gallery = models.BooleanField(default=True, db_default=True, editable=False)
    """Of a published one: whether the gallery shows it, or only the shop's own pictures do."""
    delete_at = models.DateTimeField(_("to be deleted"), null=True, editable=False, db_index=True)
    liked = models.BooleanField(
        _("liked by the shopper"), null=True, help_text=_("Thumbs up or down, if either.")
    )
    judge_at = models.DateTimeField(null=True, editable=False, db_index=True)
    """When the checks of results are due to look at it; None where they have, or will not."""
    judge_tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    findings = models.JSONField(null=True, editable=False)
    """What they saw, as ``quality.read`` takes it; None where nobody has looked."""
    is_flagged = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether they saw something to look at."""
    needs_look = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether it must be looked at by itself before it is approved or published."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["-created_at"]
        permissions = [
            ("review_tryonresult", _("Can approve and reject results")),
            ("publish_tryonresult", _("Can publish and unpublish results")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="django_tryon_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.job}"

    def touch_job(self) -> None:
        """Have whoever watches the job see that it no longer shows what it showed."""
        TryOnJob.objects.filter(pk=self.job_id).update(updated_at=timezone.now())

    @property
    def is_there(self) -> bool:
        """Whether its day has not come, or the shop shows it."""
        return self.published_at is not None or is_before(self.delete_at)

    @property
    def advice(self) -> list[quality.Finding]:
        """What to look at, by the checks of results; nothing where nothing was seen."""
        return quality.worth_telling(self.findings, conf.QUALITY)

    @property
    def is_doubtful(self) -> bool:
        """Whether whoever sees it is told to look closely."""
        return self.needs_look and bool(self.advice)

    @property
    def is_on_house_model(self) -> bool:
        """Whether it shows a house model; where the person is gone, nobody can be sure."""
        person = self.job.person
        return person is not None and person.is_house_model

    @property
    def url(self) -> str:
        """Where to see it: the public copy, or else a signed link that is valid for a while."""
        return view_url(self.published_file or self.file)

    @property
    def save_url(self) -> str:
        """A signed link that saves it, whichever site it is on, published or not."""
        return f"{view_url(self.file)}?{SAVE}"

    @property
    def poster_url(self) -> str:
        """A still picture of it: itself, or a clip's first frame; empty where there is none."""
        if self.kind == self.Kind.IMAGE:
            return self.url
        poster = self.published_poster or self.poster
        return view_url(poster) if poster else ""
