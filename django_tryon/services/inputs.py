"""How a job's pictures reach the provider."""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

from django.db import models

from django_tryon.conf import conf
from django_tryon.engines import Engine, GarmentInput, Inputs
from django_tryon.exceptions import LaunchRefused
from django_tryon.hosts import is_loopback, why_not_public
from django_tryon.models import Garment, TryOnJob
from django_tryon.models.files import absolute, place_of, signed_path
from django_tryon.products import picture_of

WAYS_OUT = (
    "Set TRYON['PUBLIC_URL'] to the https address under which this site is reachable from outside, "
    "or use a storage that gives signed https links, or set TRYON['INPUTS'] = 'asset-store' to "
    "upload pictures to Segmind's own store (public, and for good)."
)


@dataclass(frozen=True)
class Files:
    """The files of one job, in the order in which an engine asks for them."""

    person: Any
    garments: tuple[tuple[Garment, Any], ...]
    reference: Any = None
    person_size: tuple[int, int] | None = None

    @property
    def all(self) -> list[Any]:
        """Every file that must reach the provider."""
        files = [self.person, *(file for _garment, file in self.garments), self.reference]
        return [file for file in files if file]


def files_of(job: TryOnJob, engine: type[Engine]) -> Files:
    """Return the files of a job as they are now.

    Raises LaunchRefused if something that was there at launch is gone.
    """
    person, size = _person_file(job, engine)
    worn: list[tuple[Garment, Any]] = []
    for garment in garments_of(job):
        picture = picture_of(garment) if engine.takes_garment_image else None
        if engine.takes_garment_image and not picture:
            raise LaunchRefused(
                f"The garment “{garment}” has no picture any more.",
                code="garment_gone",
                field="garments",
            )
        worn.append((garment, picture))
    if not worn:
        raise LaunchRefused(
            "The garment was deleted, perhaps together with its product.",
            code="garment_gone",
            field="garments",
        )
    reference = (job.reference or _result_of(job)) if engine.needs_reference else None
    return Files(person, tuple(worn), reference, size)


def garments_of(job: TryOnJob) -> list[Garment]:
    """Return what a job puts on: of an outfit its own part, while all of the outfit is there."""
    garments = list(job.garments.all())
    if job.puts_on is None:
        return garments
    same = models.Q(pk=job.outfit_id or job.pk) | models.Q(outfit=job.outfit_id or job.pk)
    of_each = TryOnJob.objects.filter(same, puts_on__isnull=False).values_list("puts_on", flat=True)
    wanted = {key for keys in of_each for key in keys or ()}
    if Garment.objects.filter(pk__in=wanted).count() < len(wanted):
        raise LaunchRefused(
            "A garment of the outfit was deleted, perhaps together with its product.",
            code="garment_gone",
            field="garments",
        )
    return [garment for garment in garments if garment.pk in job.puts_on]


def _person_file(job: TryOnJob, engine: type[Engine]) -> tuple[Any, tuple[int, int] | None]:
    if job.previous_id and not engine.needs_reference and (job.person_id or job.puts_on is None):
        result = job.previous.results.filter(kind="image").first() if job.previous else None
        if result is not None:
            size = (result.width, result.height) if result.width and result.height else None
            return result.file, size
        raise LaunchRefused(
            "The picture of the try-on before this one is gone.",
            code="previous_gone",
            field="previous",
        )
    is_later = job.puts_on is not None and len(job.garments.all()) > len(job.puts_on)
    if is_later and job.person_id:  # the bare photo would show but its own part of the outfit
        raise LaunchRefused(
            "The try-on before this one was deleted.", code="previous_gone", field="previous"
        )
    if job.person is not None and (file := job.person.file_for(engine.person_kind)):
        return file, job.person.size
    raise LaunchRefused("The person's photo was deleted.", code="person_gone", field="person")


def _result_of(job: TryOnJob) -> Any:
    result = job.previous.results.filter(kind="image").first() if job.previous else None
    return result.file if result else None


def link(file: Any, token: str) -> str:
    """Return a link to this file that the provider can fetch for a while.

    A storage that gives absolute links of its own is taken at its word; any other file is served
    by this site. ``token`` marks the link as this job's, also in the provider's history.
    """
    if own := _storage_link(file):
        return f"{own}#{token}"
    return absolute(signed_path(file, purpose="input", token=token))


def _storage_link(file: Any) -> str:
    try:
        url = str(file.storage.url(file.name))
    except (AttributeError, NotImplementedError, ValueError):
        # The first is Google's, where its credentials hold no key to sign with.
        return ""
    return url if not why_not_public(url) else ""


def check_reachable(files: Files) -> None:
    """Refuse inputs that the provider could not fetch; raises LaunchRefused."""
    if conf.INPUTS == "asset-store":
        return
    why = "" if is_loopback(conf.BASE_URL) else why_not_public(absolute("/"))
    for file in files.all:
        if _storage_link(file):
            continue
        place_of(file)
        if why:
            raise LaunchRefused(
                f"Segmind could not fetch the pictures: {why}. {WAYS_OUT}",
                code="inputs_unreachable",
            )


def with_links(files: Files, links: list[str]) -> Inputs:
    """Return what the engine builds its payload from. ``links`` stand in the order of ``all``."""
    rest = iter(links)
    return Inputs(
        person_url=next(rest),
        garments=tuple(
            GarmentInput(
                category=garment.category,  # type: ignore[arg-type]
                description=garment.words,
                url=next(rest) if picture else "",
            )
            for garment, picture in files.garments
        ),
        person_size=files.person_size,
        reference_url=next(rest) if files.reference else "",
    )


def read_all(files: Files) -> list[tuple[str, bytes]]:
    """Return content type and bytes of every file, for an upload to the asset store."""
    read = []
    for file in files.all:
        with file.storage.open(file.name) as opened:
            read.append((guess_type(file.name)[0] or "application/octet-stream", opened.read()))
    return read
