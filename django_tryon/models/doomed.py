"""Doomed files: what a storage has yet to let go, so that nothing outlives its row for good."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils import timezone

from django_tryon import logs
from django_tryon.models.files import is_private, storage_at

FOR_ITS_ROW = timedelta(hours=1)
"""How long a file that was just written may wait for the row that names it."""


class DoomedFile(models.Model):
    """A file that no row names any more. Purging tries again what a storage would not delete."""

    place = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    doomed_at = models.DateTimeField(default=timezone.now, db_index=True)
    objects: ClassVar[models.Manager[DoomedFile]] = models.Manager()

    class Meta:
        verbose_name = "doomed file"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.name}"

    @classmethod
    def doom(cls, storage: Storage, name: str) -> None:
        """Delete this file once the transaction that dropped its row is final; not without it."""
        cls.doom_at(cls.place_of(storage), name)

    @classmethod
    def discard(cls, storage: Storage, name: str) -> None:
        """Delete now a file that no row ever named."""
        cls(place=cls.place_of(storage), name=name).bury()

    @staticmethod
    def place_of(storage: Storage) -> str:
        """Name one of our two storages."""
        return "private" if is_private(storage) else "public"

    @classmethod
    def doom_at(cls, place: str, name: str) -> None:
        """Do the same in a storage by its place, as ``storage_at`` knows it."""
        doomed = cls.objects.create(place=place, name=name)
        transaction.on_commit(doomed.bury, robust=True)

    @classmethod
    def expect(cls, place: str, name: str) -> DoomedFile:
        """Have a file that is about to be written go again, unless a row comes to name it.

        Whoever writes that row deletes this one in the same transaction; ``bury`` deletes the file
        at once, and the purge does so where nobody has come to that.
        """
        return cls.objects.create(place=place, name=name, doomed_at=timezone.now() + FOR_ITS_ROW)

    def known_as(self, name: str) -> None:
        """Keep the name that the storage gave the file, where it is another one."""
        if name != self.name:
            self.name = name
            self.save()

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
