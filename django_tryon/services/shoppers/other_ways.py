"""Other ways: the engines that may do what another one failed to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Status, TryOnJob
from django_tryon.services.budget import is_open
from django_tryon.services.check_launch import check_wish
from django_tryon.services.looks.wearing import puts_on
from django_tryon.services.outfits.again import is_paid, rest_of
from django_tryon.services.outfits.order import estimate, typical_seconds
from django_tryon.services.reasons import may_go_elsewhere
from django_tryon.services.shoppers.opening import shut_engines

LATELY = timedelta(hours=1)
"""For how long an engine is not offered again that has failed at the same."""


@dataclass(frozen=True)
class OtherWay:
    """An engine that may be offered instead."""

    engine: type[Engine]
    seconds: float
    """How long it usually takes for what is left to be put on."""


def other_ways(job: TryOnJob) -> list[OtherWay]:
    """Return by which other engines a shopper's try-on may be done that came to nothing.

    The storefront's usual one comes first. Each can put all of it on, has no closed gate, is
    affordable, and has not failed at the same lately. Nothing where another engine would not help:
    after a photo that was refused, say, or where the picture only has to be fetched again. Takes
    a few queries, so it is for one job, and not for a list.
    """
    if not conf.API_KEY or not may_go_elsewhere(job) or is_paid(job) or job.person is None:
        return []
    garments = list(job.garments.all())
    # Not the person's kind: a clip's first frame is dressed as a photo is.
    tried = all_engines().get(job.engine)
    kind = tried.person_kind if tried is not None else job.person.kind
    able = [each for each in _others(job) if each.person_kind == kind and _can(each, garments)]
    if not able:
        return []
    refused = {*shut_engines(able), *_failed_lately(job, garments)}
    left = _left(job, garments)
    return [
        OtherWay(engine, typical_seconds(engine, left))
        for engine in able
        if engine.slug not in refused and is_open(estimate(engine, left))
    ]


def _others(job: TryOnJob) -> list[type[Engine]]:
    engines = all_engines()
    slugs = dict.fromkeys([conf.STOREFRONT_ENGINE, *conf.STOREFRONT_ENGINES])
    allowed = [slug for slug in slugs if slug in conf.STOREFRONT_ENGINES]
    return [engines[slug] for slug in allowed if slug in engines and slug != job.engine]


def _can(engine: type[Engine], garments: Sequence[Garment]) -> bool:
    if not garments or not puts_on(engine, garments):
        return False
    try:
        check_wish(engine, garments, engine.read_params(None))
    except LaunchRefused:
        return False
    return True


def _failed_lately(job: TryOnJob, garments: Sequence[Garment]) -> set[str]:
    """Return the engines at which this shopper's same wish has ended: none is offered in turns."""
    same = TryOnJob.objects.filter(
        shopper=job.shopper_id, person=job.person_id, outfit=None, garments=garments[0]
    )
    ended = same.filter(
        status__in=[Status.FAILED, Status.EXPIRED], finished_at__gte=timezone.now() - LATELY
    )
    return set(ended.values_list("engine", flat=True))


def _left(job: TryOnJob, garments: list[Garment]) -> list[Garment]:
    """Return what an outfit would go on with; all of it where nothing is done."""
    try:
        rest = rest_of(job)
    except WrongState:  # what it would go on from is gone
        return garments
    return garments if rest is None or rest.done is None else rest.garments
