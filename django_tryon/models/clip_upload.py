"""Uploads of clips: kept as they came until a worker has made of them what can be used."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon.models.files import private_storage, upload_path
from django_tryon.models.person import Person
from django_tryon.models.shopper import Consent, Shopper


class ClipUpload(models.Model):
    """A shopper's clip on its way to a person: normalising one takes longer than a request may."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Is being prepared")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")

    # No constraints: a worker of the version before deletes shoppers and people as it knows them.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopper = models.ForeignKey(
        Shopper, on_delete=models.CASCADE, related_name="clip_uploads", db_constraint=False
    )
    consent = models.ForeignKey(
        Consent, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    file = models.FileField(
        storage=private_storage, upload_to=upload_path, max_length=255, blank=True
    )
    """The clip as it was sent; empty once it was prepared or refused."""
    begin = models.FloatField(null=True)
    """Seconds from its first frame at which it is to begin; None for the first frame."""
    end = models.FloatField(null=True)
    """Seconds from its first frame at which it is to end; None for the last frame."""
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    """Whom it shows, once it is ready."""
    notes = models.JSONField(default=list)
    """What was noticed of its first frame, in words for programs."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    error_code = models.CharField(max_length=50, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    """Why it was refused, in the shopper's language."""
    language = models.CharField(max_length=20, blank=True, default="")
    claim = models.CharField(max_length=32, blank=True, default="", db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects: ClassVar[models.Manager[ClipUpload]] = models.Manager()

    class Meta:
        verbose_name = _("upload of a clip")
        verbose_name_plural = _("uploads of clips")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"
