"""Publish: put a result on its product's page, and take it off again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Any

from django.db import router, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.exceptions import NotPlaced, WrongState
from django_tryon.models import Appointment, Placement, TryOnResult
from django_tryon.models.doomed import DoomedFile
from django_tryon.services.announcing.webhooks import announce
from django_tryon.services.publishing import appoint
from django_tryon.services.publishing.copies import Copies, copied, no_fault_of
from django_tryon.services.publishing.labelled import labelled
from django_tryon.services.publishing.places import (
    Wanted,
    check_is_offered,
    choose,
    propose_alt,
)
from django_tryon.services.review import decided
from django_tryon.signals import result_published, result_unpublished

Review = TryOnResult.Review


def publish(
    result: TryOnResult,
    *,
    by: Any = None,
    seen: str | None = None,
    to: str | None = None,
    alt: str = "",
    position: int | None = None,
    at: datetime | None = None,
    until: datetime | None = None,
    keeps_end: bool = True,
    appointment: Appointment | None = None,
) -> TryOnResult:
    """Show a result on the pages of its garments' products; publishing approves it, too.

    A public copy is made: the private file stays where it is. ``to`` is a ``Place``; None is what
    the settings say. ``alt`` and ``position`` (from 0; None is behind the last) are for the shop's
    own pictures; “AI-generated” is added to an alt text that does not end so.
    ``at`` publishes later, ``until`` takes it off again then; both need a time zone.
    ``keeps_end`` leaves an end that was appointed before, where ``until`` gives none.
    Publishing twice is the same as once; to another place, it adds that place. ``seen`` is what
    ``approve`` takes, ``appointment`` the one that is kept.

    Raises WrongState for a shopper's own result that they do not offer, and for one that cannot
    stand there, NotPlaced if the shop's adapter raises. Then nothing was changed.
    """
    alt = labelled(alt) if alt.strip() else ""
    if at is not None and at > timezone.now():
        choose(result, to)
        return appoint.publish_later(
            result, by=by, seen=seen, to=to, alt=alt, position=position, at=at, until=until
        )
    appoint.check_times(timezone.now(), until)
    if result.published_at is not None and (to, until, appointment) == (None, None, None):
        return result
    wanted = choose(result, to)
    try:
        shown = [spot.product for spot in wanted.spots]
        with copied(result, wanted) as copies, all_or_nothing(shown):
            is_offered = not result.is_on_house_model
            appoint.lock(result)
            if is_offered:  # its shopper may have taken it back since; from here on they wait
                check_is_offered(result)
            until = _keep(result, appointment, until, keeps_end)
            is_new = result.published_at is None
            if is_new and appointment is None:
                appoint.approve_as_seen(result, by, seen)
            _write_down(result, wanted, copies, by)
            _add_pictures(result, copies, alt, position)
            if until is not None:
                appoint.unpublish_later(result, until, by)
            result.refresh_from_db()
            if is_new:
                announce("result.published", result)
    except BaseException:
        with suppress(Exception):  # it may say what was taken back
            result.refresh_from_db()
        raise
    result.touch_job()
    if is_new:
        transaction.on_commit(
            lambda: result_published.send_robust(sender=TryOnResult, result=result, by=by)
        )
    return result


@contextmanager
def all_or_nothing(shown: Iterable[Any]) -> Iterator[None]:
    """Open a transaction over our rows and those of the products' shop.

    Where they lie in two databases, the shop's are final a moment before ours.
    """
    databases = [router.db_for_write(TryOnResult)]
    databases += [router.db_for_write(type(product), instance=product) for product in shown]
    with ExitStack() as stack:
        for using in dict.fromkeys(databases):
            stack.enter_context(transaction.atomic(using=using))
        yield


def _keep(
    result: TryOnResult, appointment: Appointment | None, until: datetime | None, keeps_end: bool
) -> datetime | None:
    """Use up the result's appointment, whoever publishes; return until when it is to stay."""
    there = Appointment.objects.filter(result=result).first()
    if appointment is not None:
        if there is None or (there.publish_at, there.due_at) != (
            appointment.publish_at,
            appointment.due_at,
        ):
            raise WrongState(_("It is not to be published at that time any more."), code="changed")
        if result.review != Review.APPROVED:
            raise WrongState(decided(result), code="already_decided")
    if there is not None:
        there.delete()
        until = until or (there.unpublish_at if keeps_end else None)
    return until


def _write_down(result: TryOnResult, wanted: Wanted, copies: Copies, by: Any) -> None:
    """Say in the row that it is published, and where."""
    said: dict[str, Any] = {}
    if result.published_at is None:
        said = {"published_at": timezone.now(), "published_by": by, "in_gallery": False}
    is_shown = result.published_at is not None and result.in_gallery
    if wanted.in_gallery and not is_shown:
        said["in_gallery"] = True
        said |= {"published_file": copies.file, "published_poster": copies.poster}
        copies.spare_gallery()
    if said:
        TryOnResult.objects.filter(pk=result.pk).update(**said)


def _add_pictures(result: TryOnResult, copies: Copies, alt: str, position: int | None) -> None:
    """Have the adapters add the pictures that are not there yet, and remember each."""
    alt = alt or (propose_alt(result) if copies.pictures else "")
    for spot, picture in copies.pictures:
        at = Placement.keys_of(spot.product)
        if Placement.objects.filter(result=result, **at).exists():
            continue
        with no_fault_of(spot):
            reference = spot.adapter.add_image(spot.product, picture, alt=alt, position=position)
            if not isinstance(reference, str) or not reference:
                raise TypeError("add_image must return a text that remove_image knows it by")
        Placement.objects.create(
            result=result, reference=reference, alt=alt, position=position, **at
        )
        copies.spare(picture)


def unpublish(result: TryOnResult, *, by: Any = None) -> TryOnResult:
    """Take a result off the product pages, and out of the shop's own pictures.

    Its public copies are deleted, the private file stays. Raises NotPlaced if the shop's adapter
    raises: then nothing was changed.
    """
    placed = list(Placement.objects.filter(result=result))
    try:
        with all_or_nothing(filter(None, (placement.product for placement in placed))):
            won = _take_off(result)
    finally:
        with suppress(Exception):  # deleted meanwhile
            result.refresh_from_db()
    if won:
        result.touch_job()
        transaction.on_commit(
            lambda: result_unpublished.send_robust(sender=TryOnResult, result=result, by=by)
        )
    return result


def _take_off(result: TryOnResult) -> bool:
    """Undo in all places what was published; False if it was not."""
    appoint.lock(result)  # what is public is the row's to say, not the caller's copy
    Appointment.objects.filter(result=result, publish_at=None).delete()
    if result.published_at is None:
        return False
    announce("result.unpublished", result)
    for placement in Placement.objects.filter(result=result):
        _take_out(placement)
    storage = result.published_file.storage
    for file in (result.published_file, result.published_poster):
        if file:
            DoomedFile.doom(storage, str(file.name))
    TryOnResult.objects.filter(pk=result.pk).update(
        published_at=None,
        published_by=None,
        published_file="",
        published_poster="",
        in_gallery=True,
    )
    return True


def _take_out(placement: Placement) -> None:
    product = placement.product
    try:
        placement.take_out(product)
    except Exception as error:  # the shop's, of any kind
        said = _(
            "It could not be taken out of the shop's own pictures of “%(product)s” (%(error)s). "
            "Nothing was changed; what stands in its way must be mended first."
        )
        names = {"product": products.title_of(product), "error": type(error).__name__}
        raise NotPlaced(said % names) from error
