"""Purge: delete what has outlived its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.exceptions import NotPlaced
from django_tryon.models import (
    ClipUpload,
    Consent,
    DoomedFile,
    Person,
    Placement,
    Repeat,
    Shopper,
    Tally,
    TryOnJob,
    TryOnResult,
    WaitingClip,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.files import private_storage
from django_tryon.models.putting import remove
from django_tryon.models.transitions import STEPS
from django_tryon.services.analytics.lapse import lapsed
from django_tryon.services.shoppers import lapse
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import drop
from django_tryon.services.shoppers.orphans import is_time_to_look, orphans

LONGEST_DAY = timedelta(days=2)
"""After this no allowance of a day is asked for, wherever in the world the day ends."""
LONGEST_MONTH = timedelta(days=33)
NEVER_SEEN_AGAIN = timedelta(days=60)
"""After this a visitor who left nothing behind is forgotten."""


@dataclass(frozen=True)
class Purged:
    """How much went, or would go."""

    photos: int
    results: int
    addresses: int
    """E-mail addresses to which nothing more will be sent."""
    tallies: int
    visitors: int
    """Shoppers who never gave or launched anything."""
    deliveries: int
    """Webhooks, delivered or not."""
    orphans: int = 0
    """Files that no row names; looked for once a day."""
    hashes: int = 0
    """Counted orders of which it is forgotten which they are."""
    events: int = 0
    """Counts of events and orders that are too old."""
    frames: int = 0
    """First frames that nobody approved in time, or that were rejected: their clips are no more."""


def purge(*, now: datetime, dry_run: bool = False) -> Purged:
    """Delete shoppers' photos and results whose day has come, and what nobody needs any more.

    A photo that a job is about to send is left for the lifetime of a link to it, and no longer.
    """
    busy = Q(jobs__status__in=STEPS, delete_at__gt=now - conf.INPUT_URL_LIFETIME)
    people = Person.objects.filter(delete_at__lte=now).exclude(
        pk__in=Person.objects.filter(busy).values("pk")
    )
    offers = lapse.lapsed(now)
    unshown = Q(published_at=None) | Q(pk__in=[result.pk for result in offers])
    results = TryOnResult.objects.filter(unshown, delete_at__lte=now)
    # What an outfit on its way is to go on from; as long as any other result, and no longer.
    awaited = TryOnJob.objects.filter(
        status__in=STEPS, previous__outfit__isnull=False, created_at__gt=now - conf.RESULT_LIFETIME
    )
    results = results.exclude(job__in=awaited.values("previous"))
    addressed = TryOnJob.objects.filter(created_at__lte=now - conf.RESULT_LIFETIME).exclude(
        notify=""
    )
    uploads = ClipUpload.objects.filter(created_at__lte=now - conf.PHOTO_LIFETIME)
    tallies, visitors = _old_tallies(now), _empty_visitors(now)
    deliveries, counted = _old_deliveries(now), lapsed(now)
    unapproved = _unapproved(now)
    left = list(orphans(now)) if dry_run or is_time_to_look(now) else []
    purged = Purged(
        photos=people.count(),
        results=results.count(),
        addresses=addressed.count(),
        tallies=tallies.count(),
        visitors=visitors.count(),
        deliveries=deliveries.count(),
        orphans=len(left),
        hashes=counted.hashes,
        events=counted.counts,
        frames=unapproved.count(),
    )
    if not dry_run:
        _old_consents(now).delete()
        for file in DoomedFile.objects.filter(doomed_at__lte=now):
            file.bury()
        for placement in Placement.objects.filter(result=None):
            placement.take_out_if_possible()
        for shopper in _half_erased():
            _erase_if_possible(shopper)
        lapse.end(offers)
        unapproved.delete()
        for upload in uploads:
            upload.delete()
        for person in people:
            person.delete()
        for result in results:
            drop(result, published_at=None)
        addressed.update(notify="")
        # Of an ended job of that age nothing is given back any more.
        ended = TryOnJob.objects.filter(finished_at__lte=now - LONGEST_DAY)
        ended.exclude(allowances=[]).update(allowances=[])
        Repeat.objects.filter(created_at__lte=now - LONGEST_MONTH).delete()
        tallies.delete()
        visitors.delete()
        deliveries.delete()
        counted.forget()
        remove(private_storage(), left)
    return purged


def _erase_if_possible(shopper: Shopper) -> None:
    """Erase what is left of a shopper, or leave it to the next purge; others have their turn."""
    try:
        erase(shopper)
    except NotPlaced as error:
        logs.error("shopper.not_erased", "A shopper was not erased entirely", error=error)


def _half_erased() -> QuerySet[Shopper]:
    """Return the shoppers whose erasure was interrupted."""
    erased = Shopper.objects.exclude(erased_at=None)
    left = Q(jobs__isnull=False) | Q(people__isnull=False) | Q(clip_uploads__isnull=False)
    return erased.filter(left).distinct()


def _old_tallies(now: datetime) -> QuerySet[Tally]:
    days = Q(touched_at__lte=now - LONGEST_DAY) & ~Q(key__startswith="budget:")
    return Tally.objects.filter(days | Q(touched_at__lte=now - LONGEST_MONTH))


def _unapproved(now: datetime) -> QuerySet[WaitingClip]:
    """Return what was not approved, for as long again after it lapsed as it waited: until then
    whoever asks is told why."""
    open_or_rejected = WaitingClip.objects.exclude(state=WaitingClip.State.APPROVED)
    return open_or_rejected.filter(created_at__lte=now - 2 * conf.FRAME_LIFETIME)


def _old_deliveries(now: datetime) -> QuerySet[WebhookDelivery]:
    """Return those whose time is over; of one that is to be sent again, only if nobody takes it."""
    active = WebhookEndpoint.objects.filter(is_active=True)
    sending = Q(state=WebhookDelivery.State.PENDING, endpoint__in=active)
    return WebhookDelivery.objects.filter(created_at__lte=now - conf.WEBHOOK_LIFETIME).exclude(
        sending
    )


def _old_consents(now: datetime) -> QuerySet[Consent]:
    """Return the proofs that nobody needs any more: what they allowed is long over."""
    kept = Person.objects.filter(consent__isnull=False).values("consent")
    long_ago = now - conf.CONSENT_LIFETIME
    ended = Q(withdrawn_at=None) | Q(withdrawn_at__lte=long_ago)
    offered = Q(withdrawn_at=None, result__in=TryOnResult.objects.offered().values("pk"))
    return Consent.objects.filter(ended, given_at__lte=long_ago).exclude(Q(pk__in=kept) | offered)


def _empty_visitors(now: datetime) -> QuerySet[Shopper]:
    return Shopper.objects.filter(
        created_at__lte=now - NEVER_SEEN_AGAIN, user=None, consents=None, jobs=None, people=None
    )
