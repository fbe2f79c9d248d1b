"""Offer: a shopper lets the shop show a result of theirs. Whether it does is for staff to say."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import WrongState
from django_tryon.models import Consent, TryOnJob, TryOnResult
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.hold import hold


def why_not(result: TryOnResult) -> WrongState | None:
    """Return why a result cannot be offered; None where it can, or is already."""
    if not conf.OFFERS:
        return WrongState(
            _("The shop shows no pictures of its customers at the moment."), code="no_offers"
        )
    if result.kind == TryOnResult.Kind.VIDEO:
        return WrongState(
            _("Only pictures can be offered to the shop; your clip stays yours."), code="clip"
        )
    of_the_shop = result.published_at is not None and result.offered_at is None
    if result.is_on_house_model or of_the_shop or not _may_show_shopper(result.job):
        return WrongState(
            _("This picture shows one of the shop's models: there is nothing of yours to offer."),
            code="house_model",
        )
    return None


def _may_show_shopper(job: TryOnJob) -> bool:
    """Tell whether a job can be of its shopper's photo. Where the person is gone, and the job is
    too old to know, it takes a consent to a photo from before it was asked for."""
    if job.shopper_id is None:
        return False
    if job.person_id is not None or job.on_house_model is not None:
        return not job.on_house_model
    shopper: Any = job.shopper
    given = shopper.consents.all()  # may have been fetched for a whole page
    return any(
        each.kind == Consent.Kind.PHOTO and each.given_at <= job.created_at for each in given
    )


def offer(
    result: TryOnResult, *, version: str, text_hash: str = "", address: str = ""
) -> TryOnResult:
    """Keep that a result's shopper lets the shop show it, with the consent to that.

    ``version``, ``text_hash`` and ``address`` are what ``consent.record`` takes. Offering twice is
    the same as once. Raises WrongState for what cannot be offered, LaunchRefused without consent,
    TokenRefused if everything was erased meanwhile; then nothing was kept.
    """
    shopper: Any = result.job.shopper
    reason = why_not(result)
    if reason is not None:
        raise reason
    consent.check(version, text_hash, Consent.Kind.OFFER)
    with transaction.atomic():
        hold(shopper)
        row = TryOnResult.objects.filter(pk=result.pk)
        is_new = row.filter(offered_at=None, published_at=None).update(offered_at=timezone.now())
        stands = row.select_related("job__person").first()
        if stands is None:
            raise WrongState(_("This try-on was deleted."), code="deleted")
        reason = why_not(stands)
        if reason is not None:
            raise reason
        if is_new:
            consent.record(
                shopper,
                version=version,
                text_hash=text_hash,
                address=address,
                kind=Consent.Kind.OFFER,
                result=result,
            )
            result.touch_job()
    result.refresh_from_db()
    return result
