"""File fields that store only what was verified and normalised, whoever assigns to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models

from django_tryon import photos, videos
from django_tryon.exceptions import UploadRefused
from django_tryon.models.doomed import DoomedFile


class VerifiedFileField(models.FileField):
    """Normalises a new file before it is stored; the stored one is never the uploaded one."""

    normalise: Callable[[File[bytes], models.Model], ContentFile[bytes]]
    """Returns what is to be stored, its name with the right ending. Raises UploadRefused."""

    def prepare(self, instance: models.Model) -> None:
        """Normalise the file of this instance, if it is a new one. Raises UploadRefused."""
        file = getattr(instance, self.attname)
        if file and file.field != self:  # another model's file: take a copy, never the file itself
            with file.storage.open(file.name) as opened:
                own = self.normalise(opened, instance)
            setattr(instance, self.attname, own)
            file = getattr(instance, self.attname)
            file.file.is_normalised = True
        if file and not file._committed:
            if not getattr(file.file, "is_normalised", False):
                file.file = self.normalise(file.file, instance)
                file.file.is_normalised = True
            file.name = file.file.name

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Normalise, then store."""
        self.prepare(model_instance)
        return super().pre_save(model_instance, add)

    def clean(self, value: Any, model_instance: Any) -> Any:
        """Tell a form what is wrong with an upload, in the words of the refusal."""
        try:
            self.prepare(model_instance)
        except UploadRefused as error:
            raise ValidationError(error.message, code=error.code) from error
        return super().clean(value, model_instance)


class PhotoField(VerifiedFileField):
    """A still picture: upright, sRGB, JPEG or PNG, without metadata."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def normalise(self, file: File[bytes], instance: models.Model) -> ContentFile[bytes]:
        """Return the picture as JPEG or PNG."""
        photo = photos.normalise_photo(file)
        note_size(instance, photo.width, photo.height)
        return ContentFile(photo.content, name=renamed(file, photo.extension))


class ClipField(VerifiedFileField):
    """A short clip: H.264 in MP4, without metadata."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def normalise(self, file: File[bytes], instance: models.Model) -> ContentFile[bytes]:
        """Return the clip as MP4."""
        clip = videos.normalise_clip(file)
        note_size(instance, clip.facts.width, clip.facts.height)
        instance.seconds = clip.facts.seconds  # type: ignore[attr-defined]
        return ContentFile(clip.content, name=renamed(file, "mp4"))


class VerifiesFiles(models.Model):
    """A model whose new files are verified before its row is touched.

    A refusal from within ``save()`` would leave the caller's transaction unusable.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Verify and normalise new files, then save. Raises UploadRefused."""
        fields = [f for f in self._meta.concrete_fields if isinstance(f, VerifiedFileField)]
        for field in fields:
            field.prepare(self)
        new = [f for f in fields if (file := getattr(self, f.attname)) and not file._committed]
        rows = type(self)._default_manager.filter(pk=self.pk) if self.pk and new else None
        old = rows.values_list(*[f.attname for f in new]).first() if rows is not None else None
        try:
            super().save(*args, **kwargs)
        except BaseException:
            self.discard(new)
            raise
        for field, name in zip(new, old or (), strict=False):
            if name:
                DoomedFile.doom(field.storage, name)

    def discard(self, fields: Iterable[models.FileField]) -> None:
        """Delete what was stored for these fields: the row that was to name it was not written."""
        for field in fields:
            file = getattr(self, field.attname)
            if file and file._committed:
                DoomedFile.discard(file.storage, file.name)


def note_size(instance: models.Model, width: int, height: int) -> None:
    """Keep width and height, in pixels, where the model has room for them."""
    if hasattr(instance, "width"):
        instance.width, instance.height = width, height  # type: ignore[attr-defined]


def renamed(file: File[bytes], extension: str) -> str:
    """Return the file's base name with another ending."""
    stem = PurePosixPath(file.name or "upload").stem or "upload"
    return f"{stem}.{extension}"
