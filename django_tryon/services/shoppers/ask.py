"""Ask: a shopper's way to launch. What is asked twice is paid once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Repeat, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.deadlock import in_transaction
from django_tryon.models.question import Blank, Question
from django_tryon.services.check_launch import check
from django_tryon.services.launch import launch
from django_tryon.services.outfits.again import Rest
from django_tryon.services.outfits.plan import Plan, plan_for
from django_tryon.services.reuse import wish_of
from django_tryon.services.shoppers import allowance, consent
from django_tryon.services.shoppers.hold import hold_to_launch
from django_tryon.services.shoppers.notify import write_to
from django_tryon.services.shoppers.repeats import joined_with, remember, reused

OF, KEY = Blank("shopper", models.UUIDField()), Blank("key", models.CharField())
WISHED = Q(wish=Blank("wish", models.CharField()))
REPEATS = Repeat.objects.filter(shopper=OF, key_hash=Blank("key_hash", models.CharField()))
OWN = (
    TryOnJob.objects.order_by()
    .only("created_at", "wish", "open_wish", "status", "idempotency_key", "idempotency_hash")
    .filter(shopper=OF, outfit=None)
)
BY_WISH = Question(OWN.filter(WISHED))
BY_KEY = Question(OWN.filter(WISHED | Q(idempotency_key=KEY) | Q(pk__in=REPEATS.values("job"))))


def ask(
    shopper: Shopper,
    *,
    garments: Sequence[Garment],
    person: Person,
    engine: str,
    params: Mapping[str, Any] | None = None,
    key: str = "",
    body: str | None = None,
    address: str = "",
    notify: str = "",
    goes_on: Rest | None = None,
    of_clip: bool = False,
) -> tuple[TryOnJob, bool]:
    """Launch a try-on for a shopper; return its job, and whether it is a new one.

    The same key gives the same job, if it came with the same ``body``, a hash of what was asked
    for; without one the wish decides. The same wish joins the job that is still on its way (with
    ``notify``, where given), or gives the one that succeeded. An outfit counts as one try-on, and
    begins with what the shopper has of it already; or, with ``goes_on``, with what is done of one
    that failed. ``of_clip`` dresses the first frame of a clip. Raises KeyReused, LaunchRefused
    (also for a used-up quota or budget), or TokenRefused if everything was erased meanwhile.
    """
    chosen = get_engine(engine)
    wanted = chosen.read_params(params)
    wish = wish_of(garments, person, engine, wanted)
    before = _asked_before(shopper, key, body, wish)
    if before is not None:
        remember(shopper, key, body or wish, before)
        return _joined(before, notify), False
    check_may_see(shopper, garments, person, engine)
    plan: Plan | None = None
    if len(garments) > 1:
        check(chosen, garments, person, wanted, of_clip=of_clip)
        plan = plan_for(chosen, garments, person, wanted, shopper=shopper, goes_on=goes_on)
    price = plan.price if plan else chosen.estimate(1)

    def start() -> TryOnJob:
        hold_to_launch(shopper, chosen)
        used = allowance.take(allowance.launches(shopper, address, price))
        return launch(
            garments=garments,
            person=person,
            engine=engine,
            params=params,
            requested_by=shopper.user,
            plan=plan,
            of_clip=of_clip,
            on_behalf={
                "shopper": shopper,
                "idempotency_key": key or None,
                "idempotency_hash": body if key else None,
                "wish": wish,
                "open_wish": f"{shopper.pk}:{wish}",
                "allowances": used,
                "notify": notify,
                "notify_language": (get_language() or "") if notify else "",
            },
        )

    try:
        job = in_transaction(start)
    except IntegrityError:  # the same was asked in the same moment, and came first
        before = _asked_before(shopper, key, body, wish)
        if before is None:
            raise
        remember(shopper, key, body or wish, before)
        return _joined(before, notify), False
    return job, True


def _joined(job: TryOnJob, notify: str) -> TryOnJob:
    if notify:
        write_to(job, notify)
    return job


def asked_with(shopper: Shopper, key: str, body: str, *, notify: str = "") -> TryOnJob | None:
    """Return the job of a repeat, whose photo or garment may be gone by now; None for a new key.

    Raises KeyReused where the key came with another ``body``.
    """
    known = TryOnJob.objects.filter(shopper=shopper, idempotency_key=key)
    with_hash = known.exclude(idempotency_hash=None)
    # Some databases take “K” and “k” for the same key.
    same = next((job for job in with_hash if job.idempotency_key == key), None)
    if same is not None:
        if same.idempotency_hash != body:
            raise reused()
        return _joined(same, notify)
    before = joined_with(shopper, key, body)
    return _joined(before, notify) if before is not None else None


def launched_before(shopper: Shopper, wish: str) -> TryOnJob | None:
    """Return the shopper's job of the same wish that goes on, or whose result is there."""
    return _asked_before(shopper, "", None, wish)


def _asked_before(shopper: Shopper, key: str, body: str | None, wish: str) -> TryOnJob | None:
    # Nearly always there is none, so it is cheap to see that, and only then are rows read whole.
    asked = {"shopper": shopper.pk, "wish": wish}
    if key:
        known = BY_KEY.objects(**asked, key=key, key_hash=allowance.digest(key))
    else:
        known = BY_WISH.objects(**asked)
    found = sorted(known, key=attrgetter("created_at"), reverse=True)
    if key and found and (before := joined_with(shopper, key, body or wish)) is not None:
        return before
    for job in found:
        # Some databases take “K” and “k” for the same key.
        if job.idempotency_key == key or job.wish != wish:
            by_body = job.idempotency_hash and body
            if job.idempotency_hash != body if by_body else job.wish != wish:
                raise reused()
            return TryOnJob.objects.filter(pk=job.pk).first()
    going_on = [job.pk for job in found if job.open_wish]
    if going_on:
        return TryOnJob.objects.filter(pk__in=going_on).first()
    done = [job.pk for job in found if job.status == Status.SUCCEEDED]
    if not done:
        return None
    jobs = TryOnJob.objects.filter(pk__in=done, results__in=TryOnResult.objects.there())
    return jobs.order_by("-created_at").first()


def check_may_see(
    shopper: Shopper, garments: Sequence[Garment], person: Person, engine: str
) -> None:
    """Refuse what is not for this shopper; raises LaunchRefused."""
    if engine not in conf.STOREFRONT_ENGINES:
        raise LaunchRefused(
            _("This engine is not offered to shoppers. Choose one of: %(engines)s.")
            % {"engines": ", ".join(conf.STOREFRONT_ENGINES)},
            code="unknown_engine",
            field="engine",
        )
    if not person.is_house_model and person.shopper_id != shopper.pk:
        raise LaunchRefused(_("There is no such person."), code="not_found", field="person")
    if not person.is_there:
        raise LaunchRefused(_("This photo was deleted."), code="not_found", field="person")
    if not person.is_house_model:
        consent.check_given(person.consent)
    for garment in garments:
        product = products.product_of(garment)
        if product is None or not products.adapter_for(product).is_public(product):
            raise LaunchRefused(
                _("This garment is not for sale at the moment."),
                code="not_found",
                field="garments",
            )
