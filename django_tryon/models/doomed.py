"""Doomed files: what a storage has yet to let go, so that nothing outlives its row for good."""

from __future__ import annotations

from typing import ClassVar

from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils import timezone

from django_tryon import logs
from django_tryon.models.files import is_private, storage_at


class DoomedFile(models.Model):
    """A file that no row names any more. Purging tries again what a storage would not delete."""

    place = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    doomed_at = models.DateTimeField(default=timezone.now, db_index=True)
    objects: ClassVar[models.Manager[DoomedFile]] = models.Manager()

    class Meta:
        verbose_name = "doomed file"

    def __str__(self) -> str:
        return f"{self.place}: {self.name}"

    @classmethod
    def doom(cls, storage: Storage, name: str) -> None:
        """Delete this file once the transaction that dropped its row is final; not without it."""
        doomed = cls._of(storage, name)
        doomed.save()
        transaction.on_commit(doomed.bury, robust=True)

    @classmethod
    def discard(cls, storage: Storage, name: str) -> None:
        """Delete now a file that no row ever named."""
        cls._of(storage, name).bury()

    @classmethod
    def _of(cls, storage: Storage, name: str) -> DoomedFile:
        return cls(place="private" if is_private(storage) else "public", name=name)

    def bury(self) -> None:
        """Delete the file, or keep its name until that succeeds."""
        try:
            storage_at(self.place).delete(self.name)
        except Exception as error:  # the storage's, of any kind
            logs.warning(
                "file.not_deleted",
                "A file was not deleted and stays for the next purge",
                error=error,
            )
            if self.pk is None:
                self.save()
        else:
            if self.pk is not None:
                self.delete()
