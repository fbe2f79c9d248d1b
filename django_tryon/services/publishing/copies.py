"""Copies: the files of a result where everybody may see them, and gone again if nobody names them.

They are written before the transaction that publishes. Each is doomed before it is written, and
spared in that transaction, so that whatever happens in between leaves no file for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import NotPlaced, WrongState
from django_tryon.models import DoomedFile, TryOnResult
from django_tryon.services.publishing.places import Spot, Wanted


@dataclass
class Copies:
    """What is ready to be shown."""

    file: str = ""
    poster: str = ""
    pictures: list[tuple[Spot, File[Any]]] = field(default_factory=list)
    """One for each product, as its adapter prepared it."""

    def spare_gallery(self) -> None:
        """Keep the gallery's files: a row names them now."""
        names = [name for name in (self.file, self.poster) if name]
        DoomedFile.objects.filter(place="public", name__in=names).delete()

    def spare(self, picture: File[Any]) -> None:
        """Keep this picture's file: a row of the shop's names it now."""
        DoomedFile.objects.filter(place=_place(picture), name=picture.name).delete()

    def bury_the_rest(self) -> None:
        """Delete what nobody has spared."""
        named = [("public", self.file), ("public", self.poster)]
        named += [(_place(picture), picture.name or "") for _spot, picture in self.pictures]
        for place, name in named:
            for doomed in DoomedFile.objects.filter(place=place, name=name):
                doomed.bury()


def _place(picture: Any) -> str:
    """Name the storage of a picture that its adapter has stored; empty for one in memory."""
    of = getattr(picture, "field", None)
    return f"{of.model._meta.label_lower}.{of.name}" if of is not None else ""


@contextmanager
def copied(result: TryOnResult, wanted: Wanted) -> Iterator[Copies]:
    """Make the copies that are wanted; delete those that were not spared. Raises NotPlaced."""
    copies = Copies()
    try:
        if wanted.in_gallery and not (result.published_at and result.in_gallery):
            copies.file = _copy(result.file, result.published_file)
            copies.poster = _copy(result.poster, result.published_poster)
        source = str(result.file.name)
        for spot in wanted.spots:
            with result.file.storage.open(source) as opened, no_fault_of(spot):
                file = File(opened, name=f"try-on{PurePosixPath(source).suffix}")
                copies.pictures.append((spot, spot.adapter.prepare_image(spot.product, file)))
        yield copies
    finally:
        copies.bury_the_rest()


@contextmanager
def no_fault_of(spot: Spot) -> Iterator[None]:
    """Have whatever the shop's adapter raises be told in a sentence: NotPlaced."""
    try:
        yield
    except WrongState:
        raise
    except Exception as error:  # the shop's, of any kind
        logs.error("publish.not_placed", "the adapter took no picture", error=error, trace=True)
        said = _(
            "The shop's own pictures of “%(product)s” did not take it (%(error)s). Nothing was "
            "published."
        )
        names = {"product": spot.adapter.title(spot.product), "error": type(error).__name__}
        raise NotPlaced(said % names) from error


def _copy(source: Any, target: Any) -> str:
    """Copy a private file to the public storage and return its name there.

    Raises WrongState for one that somebody deletes just now.
    """
    if not source:
        return ""
    wanted = target.field.generate_filename(None, PurePosixPath(source.name).name)
    try:
        opened = source.storage.open(source.name)
    except FileNotFoundError as error:
        raise WrongState(_("It was deleted meanwhile."), code="gone") from error
    with opened:
        doomed = DoomedFile.expect("public", wanted)
        doomed.known_as(target.storage.save(wanted, File(opened)))
    return doomed.name
