"""Launch: take a wish, refuse it with a reason or write it down, and wake the workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from django_tryon import photos
from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.exceptions import LaunchRefused, UploadRefused
from django_tryon.models import Batch, Garment, Person, Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.inputs import Files, check_reachable, picture_of
from django_tryon.services.outcome import settle_followers
from django_tryon.services.wake import wake
from django_tryon.signals import job_launched


def launch(
    *,
    garments: Sequence[Garment],
    person: Person,
    engine: str,
    params: Mapping[str, Any] | None = None,
    requested_by: Any = None,
    previous: TryOnJob | None = None,
    reference: Any = None,
    batch: Batch | None = None,
) -> TryOnJob:
    """Queue one try-on and return its job at once; workers do the rest.

    ``previous`` is a job whose result this one starts from: as the person, or for an engine that
    needs one as the dressed first frame. ``reference`` is such a frame, given as a file. Raises
    LaunchRefused, saying what is wrong and naming the argument; then nothing was written.
    """
    chosen = get_engine(engine)
    wanted = chosen.read_params(params)
    worn = list(garments)
    check(chosen, worn, person, wanted, previous=previous, reference=reference)
    frame = _first_frame(reference)
    waits = previous is not None and previous.status != Status.SUCCEEDED
    with transaction.atomic():
        job = TryOnJob(
            engine=chosen.slug,
            title=f"{', '.join(str(garment) for garment in worn)} · {person}"[:300],
            params=wanted,
            person=person,
            previous=previous,
            requested_by=requested_by,
            batch=batch,
            estimated_cost=chosen.estimate(len(worn)),
            next_step_at=None if waits else timezone.now(),
        )
        if frame is not None:
            job.reference = frame
        job.save(force_insert=True)
        job.garments.set(worn)
        transaction.on_commit(partial(_after_commit, job), robust=True)
    return job


def check(
    engine: type[Engine],
    garments: Sequence[Garment],
    person: Person,
    params: Mapping[str, Any],
    *,
    previous: TryOnJob | None = None,
    reference: Any = None,
) -> None:
    """Refuse what cannot be done, before anything is written or paid; raises LaunchRefused."""
    if not conf.API_KEY:
        raise LaunchRefused(
            "There is no Segmind key. Set TRYON['API_KEY'], best from the environment variable "
            "SEGMIND_API_KEY.",
            code="no_api_key",
        )
    _check_garments(engine, garments)
    _check_person(engine, person)
    described = all(garment.words for garment in garments)
    engine.check_wish(len(garments), params, described=described)
    _check_previous(previous)
    by_link = params.get(engine.reference_param) if engine.reference_param else None
    if engine.needs_reference and not (previous or reference or by_link):
        raise LaunchRefused(
            f"{engine.title} needs the clip's first frame already dressed: give it as a picture, "
            "or name the previous job that made it.",
            code="no_reference",
            field="previous",
        )
    pictures = (
        tuple((garment, picture_of(garment)) for garment in garments)
        if engine.takes_garment_image
        else ()
    )
    check_reachable(Files(person.file, pictures))


def _check_garments(engine: type[Engine], garments: Sequence[Garment]) -> None:
    def refuse(message: str, code: str) -> LaunchRefused:
        return LaunchRefused(message, code=code, field="garments")

    if not garments:
        raise refuse("Choose a garment.", "no_garment")
    if len(garments) > engine.max_garments:
        most = engine.max_garments
        raise refuse(
            f"{engine.title} takes at most {most} garment{'s' if most > 1 else ''} at once, "
            f"not {len(garments)}.",
            "too_many_garments",
        )
    for garment in garments:
        if garment.pk is None or garment.product is None:
            raise refuse(f"The product of “{garment}” was deleted.", "product_gone")
        if garment.category not in engine.categories:
            able = ", ".join(engine.categories)
            raise refuse(
                f"{engine.title} cannot dress the category “{garment.category}” of “{garment}”; "
                f"it can do: {able}.",
                "unsupported_category",
            )
        if engine.takes_garment_image and not _exists(picture_of(garment)):
            raise refuse(
                f"“{garment}” has no usable picture. Add one to the garment or to its product.",
                "no_garment_image",
            )


def _check_person(engine: type[Engine], person: Person) -> None:
    def refuse(message: str, code: str) -> LaunchRefused:
        return LaunchRefused(message, code=code, field="person")

    wanted = Person.Kind(engine.person_kind)
    if person.kind != wanted:
        raise refuse(
            f"{engine.title} needs a {wanted.label.lower()} of the person; "
            f"“{person}” is a {person.get_kind_display().lower()}.",
            "wrong_person_kind",
        )
    if person.pk is None or not _exists(person.file):
        raise refuse(f"“{person}” has no {wanted.label.lower()}.", "no_person_file")
    most = engine.max_clip_seconds
    if most is not None and person.seconds is not None and person.seconds >= most:
        raise refuse(
            f"The clip of “{person}” lasts {person.seconds:.1f} seconds; {engine.title} takes "
            f"less than {most:.0f}.",
            "clip_too_long",
        )


def _check_previous(previous: TryOnJob | None) -> None:
    if previous is None:
        return
    made_image = get_engine(previous.engine).output == "image"
    if not made_image or (previous.status in FINISHED and previous.status != Status.SUCCEEDED):
        raise LaunchRefused(
            "The previous try-on gave no picture to start from.",
            code="no_previous_result",
            field="previous",
        )
    if previous.status == Status.SUCCEEDED and not previous.results.filter(kind="image").exists():
        raise LaunchRefused(
            "The picture of the previous try-on was deleted.",
            code="no_previous_result",
            field="previous",
        )


def _exists(file: Any) -> bool:
    """Tell whether there is a file, and the storage still has it."""
    return bool(file) and file.storage.exists(file.name)


def _first_frame(reference: Any) -> ContentFile[bytes] | None:
    if reference is None:
        return None
    try:
        photo = photos.normalise_photo(reference)
    except UploadRefused as error:
        raise LaunchRefused(error.message, code=error.code, field="reference") from error
    return ContentFile(photo.content, name=f"frame.{photo.extension}")


def _after_commit(job: TryOnJob) -> None:
    job_launched.send_robust(sender=TryOnJob, job=job)
    if job.previous is not None:
        job.previous.refresh_from_db(fields=["status", "error_message"])
        settle_followers(job.previous)
    wake()
