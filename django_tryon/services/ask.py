"""Ask: a shopper's way to launch. What is asked twice is paid once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import get_engine
from django_tryon.exceptions import KeyReused, LaunchRefused
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services import allowance, consent
from django_tryon.services.inputs import picture_of
from django_tryon.services.launch import launch


def ask(
    shopper: Shopper,
    *,
    garments: Sequence[Garment],
    person: Person,
    engine: str,
    params: Mapping[str, Any] | None = None,
    key: str = "",
    address: str = "",
    notify: str = "",
) -> tuple[TryOnJob, bool]:
    """Launch a try-on for a shopper; return its job, and whether it is a new one.

    The same key gives the same job. The same wish joins the job that is still on its way (with
    ``notify``, where given), or gives the one that succeeded. Raises KeyReused, or LaunchRefused
    (also for a used-up quota or budget).
    """
    wish = wish_of(garments, person, engine, params)
    before = _asked_before(shopper, key, wish)
    if before is not None:
        return _joined(before, notify), False
    check_may_see(shopper, garments, person, engine)
    price = get_engine(engine).estimate(len(garments))
    try:
        with transaction.atomic():
            used = allowance.take(allowance.launches(shopper, address, price))
            job = launch(
                garments=garments,
                person=person,
                engine=engine,
                params=params,
                requested_by=shopper.user,
                on_behalf={
                    "shopper": shopper,
                    "idempotency_key": key or None,
                    "wish": wish,
                    "open_wish": f"{shopper.pk}:{wish}",
                    "allowances": used,
                    "notify": notify,
                    "notify_language": (get_language() or "") if notify else "",
                },
            )
    except IntegrityError:  # the same was asked in the same moment, and came first
        before = _asked_before(shopper, key, wish)
        if before is None:
            raise
        return _joined(before, notify), False
    return job, True


def _joined(job: TryOnJob, notify: str) -> TryOnJob:
    """Write down where to write when a job that goes on already is ready."""
    if notify:
        going_on = TryOnJob.objects.filter(pk=job.pk).exclude(status__in=FINISHED)
        going_on.update(notify=notify, notify_language=get_language() or "")
    return job


def wish_of(
    garments: Sequence[Garment], person: Person, engine: str, params: Mapping[str, Any] | None
) -> str:
    """Return a hash of what is wished: the same pictures, engine and parameters."""
    wanted = get_engine(engine).read_params(params)
    pictures = sorted(
        f"{garment.pk}:{getattr(picture_of(garment), 'name', '')}" for garment in garments
    )
    return allowance.digest(
        *pictures, f"{person.pk}:{person.file.name}", engine, json.dumps(wanted, sort_keys=True)
    )


def _asked_before(shopper: Shopper, key: str, wish: str) -> TryOnJob | None:
    known = Q(open_wish=f"{shopper.pk}:{wish}") | Q(wish=wish, status=Status.SUCCEEDED)
    if key:
        known |= Q(idempotency_key=key)
    # Nearly always there is none, so it is cheap to see that, and only then are rows read whole.
    jobs = TryOnJob.objects.filter(known, shopper=shopper).order_by("-created_at")
    found = list(jobs.values_list("pk", "wish", "open_wish", "idempotency_key"))
    for pk, wished, _open_wish, known_key in found:
        if known_key == key or wished != wish:  # some databases take “K” and “k” for the same key
            if wished != wish:
                raise KeyReused(
                    _("This Idempotency-Key was used for another try-on. Use a new one.")
                )
            return TryOnJob.objects.filter(pk=pk).first()
    going_on = [pk for pk, _wish, open_wish, _key in found if open_wish]
    if going_on:
        return TryOnJob.objects.filter(pk__in=going_on).first()
    done = TryOnJob.objects.filter(pk__in=[pk for pk, *_ in found], results__isnull=False)
    return done.order_by("-created_at").first() if found else None


def check_may_see(
    shopper: Shopper, garments: Sequence[Garment], person: Person, engine: str
) -> None:
    """Refuse what is not for this shopper; raises LaunchRefused."""
    if engine not in conf.STOREFRONT_ENGINES:
        raise LaunchRefused(
            _("This engine is not offered to shoppers."), code="unknown_engine", field="engine"
        )
    if not person.is_house_model and person.shopper_id != shopper.pk:
        raise LaunchRefused(_("There is no such person."), code="not_found", field="person")
    if person.delete_at is not None and person.delete_at <= timezone.now():
        raise LaunchRefused(_("This photo was deleted."), code="not_found", field="person")
    if person.consent is not None:
        consent.check(person.consent.version)
    for garment in garments:
        product = garment.product
        if product is None or not products.adapter_for(product).is_public(product):
            raise LaunchRefused(
                _("This garment is not for sale at the moment."),
                code="not_found",
                field="garments",
            )
