"""Appointments: when a result is to be published, or to go again, by itself."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.result import TryOnResult


class Place(models.TextChoices):
    """Where a result is published."""

    GALLERY = "gallery", _("The try-on gallery on the product's page")
    IMAGES = "images", _("The shop's own pictures of the product")
    BOTH = "both", _("Both")


class Appointment(models.Model):
    """What is to become of one result, and when."""

    result = models.OneToOneField(TryOnResult, on_delete=models.CASCADE, related_name="appointment")
    publish_at = models.DateTimeField(_("publish"), null=True)
    unpublish_at = models.DateTimeField(_("unpublish"), null=True)
    to = models.CharField(_("to"), max_length=10, choices=Place, blank=True, default="")
    """Empty: as the settings say when the time has come."""
    alt = models.CharField(_("alt text"), max_length=500, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("order"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True, db_index=True)
    """When it is kept, or tried again; null: it failed for good, and staff decide."""
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(_("why not"), max_length=500, blank=True, default="")
    """Why the last attempt failed, as a sentence."""

    objects: ClassVar[models.Manager[Appointment]] = models.Manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.publish_at or self.unpublish_at}"

    @property
    def is_given_up(self) -> bool:
        """Whether it failed for good."""
        return self.due_at is None

    @classmethod
    def given_up(cls) -> models.QuerySet[Appointment]:
        """Return those that staff must see to."""
        return cls.objects.filter(due_at=None)
