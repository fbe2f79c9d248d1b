"""Publish: put a result on its product's page, and take it off again."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnResult
from django_tryon.models.doomed import DoomedFile
from django_tryon.services.announcing.webhooks import announce
from django_tryon.services.review import approve
from django_tryon.signals import result_published, result_unpublished


def publish(result: TryOnResult, *, by: Any = None, seen: str | None = None) -> TryOnResult:
    """Show a result on the pages of its garments' products; publishing approves it, too.

    A public copy is made: the private file stays where it is. Raises WrongState for a shopper's
    own result, unless they offer it, and for one that no product would show. Publishing twice is
    the same as once.
    ``seen`` is what ``approve`` takes.
    """
    if result.published_at is not None:
        return result
    check_may_be_published(result)
    if not result.job.garments.exists():
        raise WrongState(
            _("Its garment was deleted, so there is no page to publish it on."),
            code="garment_gone",
        )
    if result.review != TryOnResult.Review.APPROVED:
        approve(result, by=by, seen=seen)
    try:
        copies = [
            _copy(result.file, result.published_file),
            _copy(result.poster, result.published_poster),
        ]
    except FileNotFoundError as error:
        raise WrongState(_("That result is not there any more."), code="gone") from error
    won = False
    try:
        with transaction.atomic():
            won = _write_down(result, by, copies)
    finally:
        if not won:  # somebody else published it meanwhile, or it could not be written down
            storage = result.published_file.storage
            for name in filter(None, copies):
                DoomedFile.discard(storage, name)
    if not won and not TryOnResult.objects.published().filter(pk=result.pk).exists():
        raise WrongState(
            _("Its shopper has taken it back, or deleted it, just now."), code="withdrawn"
        )
    result.refresh_from_db()
    if won:
        result.touch_job()
        transaction.on_commit(
            lambda: result_published.send_robust(sender=TryOnResult, result=result, by=by)
        )
    return result


def check_may_be_published(result: TryOnResult) -> None:
    """Raise WrongState for a result that shows a shopper who does not offer it."""
    if not result.may_be_published:
        raise WrongState(
            _(
                "Only a result on a house model can be published, or one that its shopper offers; "
                "this one shows somebody who does not."
            ),
            code="not_a_house_model",
        )


def _write_down(result: TryOnResult, by: Any, copies: list[str]) -> bool:
    """Say in the row that it is published, and have the shop told; False if it was already."""
    rows = TryOnResult.objects.filter(pk=result.pk, published_at=None)
    # A shopper who takes it back waits for this, or this finds that they have.
    won = (rows if result.is_on_house_model else rows.offered()).update(
        published_at=timezone.now(),
        published_by=by,
        published_file=copies[0],
        published_poster=copies[1],
    )
    if won:
        result.refresh_from_db()
        announce("result.published", result)
    return bool(won)


def unpublish(result: TryOnResult, *, by: Any = None) -> TryOnResult:
    """Take a result off the product pages; its public copy is deleted, the private file stays."""
    result.refresh_from_db()  # what is public is the row's to say, not the caller's copy
    storage = result.published_file.storage
    names = [name for name in (result.published_file.name, result.published_poster.name) if name]
    with transaction.atomic():
        won = TryOnResult.objects.filter(pk=result.pk, published_at__isnull=False).update(
            published_at=None, published_by=None, published_file="", published_poster=""
        )
        if won:
            announce("result.unpublished", result)
            for name in names:
                DoomedFile.doom(storage, name)
    result.refresh_from_db()
    if won:
        result.touch_job()
        transaction.on_commit(
            lambda: result_unpublished.send_robust(sender=TryOnResult, result=result, by=by)
        )
    return result


def _copy(source: Any, target: Any) -> str:
    """Copy a private file to the public storage and return its name there."""
    if not source:
        return ""
    name = target.field.generate_filename(None, PurePosixPath(source.name).name)
    with source.storage.open(source.name) as opened:
        return str(target.storage.save(name, File(opened)))
