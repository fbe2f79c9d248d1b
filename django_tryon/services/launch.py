"""Launch: take a wish, refuse it with a reason or write it down, and wake the workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from django_tryon import photos, telemetry
from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, UploadRefused
from django_tryon.models import Batch, Garment, Person, TryOnJob
from django_tryon.models.deadlock import in_transaction
from django_tryon.services import budget
from django_tryon.services.announcing.webhooks import announce
from django_tryon.services.check_launch import check
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import settle_followers
from django_tryon.services.outfits.plan import Plan, plan_of
from django_tryon.services.outfits.shares import share_out
from django_tryon.services.outfits.write import write_down
from django_tryon.services.reuse import launched_before, wish_of
from django_tryon.services.shoppers.allowance import Used, give_back, take, taking_a_break
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
    on_behalf: Mapping[str, Any] | None = None,
    reuse: bool = False,
    reserved: Sequence[Used] | None = None,
    plan: Plan | None = None,
    of_clip: bool = False,
) -> TryOnJob:
    """Queue one try-on and return its job at once; workers do the rest.

    Several garments are one outfit: in one job if the engine takes them at once, else in one after
    another, of which the last is returned, and tells of the whole.
    ``previous`` is a job whose result this one starts from: as the person, or for an engine that
    needs one as the dressed first frame. ``reference`` is such a frame, given as a file.
    ``on_behalf`` sets further fields of the job, for a shopper. ``reuse`` gives the job that was
    launched for the same before, if it goes on or its result is there: it costs nothing.
    ``reserved`` is this try-on's share of what was taken from the budgets already, ``plan`` the
    jobs that it takes, where that is known. ``of_clip`` has an engine for photos dress the first
    frame of a clip, which was taken before. Raises LaunchRefused, saying what is wrong and naming
    the argument; then nothing was written.
    """
    chosen = get_engine(engine)
    wanted = chosen.read_params(params)
    worn = list(garments)
    # Whoever launches on behalf of another has seen that the engine is offered, in the question
    # that holds the shopper.
    is_offered = on_behalf is not None
    check(
        chosen,
        worn,
        person,
        wanted,
        previous=previous,
        reference=reference,
        is_offered=is_offered,
        of_clip=of_clip,
    )
    frame = _first_frame(reference)
    extra = dict(on_behalf or {})
    wish = extra.pop("wish", "") or wish_of(
        worn, person, chosen.slug, wanted, previous=previous, frame=frame
    )
    if reuse and (before := launched_before([wish]).get(wish)):
        give_back(reserved or ())
        return before
    if plan is None:
        plan = plan_of(chosen, worn, person, wanted, previous=previous, frame=frame, reuse=reuse)
    allowances, shopper = extra.pop("allowances", ()), extra.pop("shopper", None)

    def queue() -> TryOnJob:
        if reserved is None:
            says = taking_a_break() if on_behalf else ""
            share = take(budget.bounds(plan.price, says=says))
        else:  # what an outfit goes on from was paid for
            share = list(reserved)
            budget.give_back_rest(share, plan.price)
        job = write_down(
            plan,
            share_out([*allowances, *share], plan.prices),
            of_each={
                "engine": chosen.slug,
                "params": wanted,
                "person": person,
                "requested_by": requested_by,
                "shopper": shopper,
            },
            of_last={"batch": batch, "wish": wish, **extra},
            frame=frame,
        )
        telemetry.name_job(job)
        announce("job.launched", job)
        transaction.on_commit(lambda: _after_commit(job, plan.previous), robust=True)
        return job

    with telemetry.span("launch", engine=chosen.slug):
        # Whoever launches on behalf of another has a transaction open, and ends it if this fails.
        return in_transaction(queue, savepoint=on_behalf is None)


def hash_of_wish(
    *,
    garments: Sequence[Garment],
    person: Person,
    engine: str,
    params: Mapping[str, Any] | None = None,
    previous: TryOnJob | None = None,
    reference: Any = None,
) -> str:
    """Return by what ``launched_before`` knows the job of such a launch. Raises LaunchRefused."""
    wanted, frame = get_engine(engine).read_params(params), _first_frame(reference)
    return wish_of(garments, person, engine, wanted, previous=previous, frame=frame)


def _first_frame(reference: Any) -> ContentFile[bytes] | None:
    if reference is None:
        return None
    try:
        photo = photos.normalise_photo(reference)
    except UploadRefused as error:
        raise LaunchRefused(error.message, code=error.code, field="reference") from error
    return ContentFile(photo.content, name=f"frame.{photo.extension}")


def _after_commit(job: TryOnJob, previous: TryOnJob | None) -> None:
    job_launched.send_robust(sender=TryOnJob, job=job)
    if previous is not None:
        previous.refresh_from_db(fields=["status", "error_message"])
        settle_followers([previous])
    wake()
