"""Have files go with their rows, once the transaction that dropped the row is final.

And a result's pictures among the shop's own with the result.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, pre_delete

from django_tryon.models.clip_upload import ClipUpload
from django_tryon.models.doomed import DoomedFile
from django_tryon.models.garment import Garment
from django_tryon.models.job import TryOnJob
from django_tryon.models.person import Person
from django_tryon.models.placement import Placement
from django_tryon.models.result import TryOnResult

OWNERS: tuple[type[models.Model], ...] = (
    ClipUpload,
    Garment,
    Person,
    TryOnJob,
    TryOnResult,
)


def connect() -> None:
    """Listen for deleted rows."""
    for owner in OWNERS:
        post_delete.connect(_drop_files, sender=owner, dispatch_uid="django_tryon.files")
    pre_delete.connect(_take_out, sender=TryOnResult, dispatch_uid="django_tryon.placements")
    post_delete.connect(_touch_job, sender=TryOnResult, dispatch_uid="django_tryon.touch")


def _drop_files(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    for field in sender._meta.concrete_fields:
        if isinstance(field, models.FileField):
            file = getattr(instance, field.attname)
            if file:
                DoomedFile.doom(file.storage, file.name)


def _touch_job(sender: type[TryOnResult], instance: TryOnResult, **kwargs: Any) -> None:
    instance.touch_job()


def _take_out(sender: type[TryOnResult], instance: TryOnResult, **kwargs: Any) -> None:
    for placement in Placement.objects.filter(result=instance):
        placement.take_out_if_possible()
