"""Pre-warm: dress new and changed products on chosen house models, within a nightly budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon import logs, products
from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.exceptions import LaunchRefused, NothingLeft
from django_tryon.models import Batch, Garment, Person, Tally, TryOnJob
from django_tryon.models.deadlock import in_transaction
from django_tryon.models.readiness import assess
from django_tryon.models.tally import BUDGET
from django_tryon.readiness import POOR
from django_tryon.services import budget
from django_tryon.services.check_launch import check
from django_tryon.services.days import today
from django_tryon.services.driving.gates import closed
from django_tryon.services.launch import launch
from django_tryon.services.reuse import wish_of
from django_tryon.services.shoppers.allowance import Allowance, take

AT_ONCE = 200
"""How many garments are read at a time, with their products."""


@dataclass(frozen=True)
class Wanted:
    """One try-on that nobody has asked for yet."""

    garment: Garment
    person: Person
    wish: str


@dataclass
class Report:
    """What a pre-warm did, or would do."""

    dry_run: bool
    launched: int = 0
    cost: Decimal = Decimal(0)
    """About what the launched cost, US$."""
    there: int = 0
    """Tried on before, however that ended: never again by itself."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Why others were not launched → how many try-ons, or garments, that concerns."""
    stopped: str = ""
    """Why it went no further; empty if it came to the end."""
    batch: Batch | None = None

    def lines(self) -> Iterator[str]:
        """Say it in words, a line for each thing."""
        said = (
            ngettext("Would launch %(n)d try-on", "Would launch %(n)d try-ons", self.launched)
            if self.dry_run
            else ngettext("Launched %(n)d try-on", "Launched %(n)d try-ons", self.launched)
        )
        worth = _(", about US$ %(cost).2f") % {"cost": self.cost} if self.launched else ""
        yield f"{said % {'n': self.launched}}{worth}."
        if self.there:
            yield _("Tried on before: %(count)d.") % {"count": self.there}
        for why, count in self.left_out.most_common():
            yield _("Left out: %(count)d. %(why)s") % {"count": count, "why": why}
        if self.stopped:
            yield _("Stopped: %(why)s") % {"why": self.stopped}


class Overtaken(Exception):
    """Somebody else launched the same meanwhile."""


def prewarm(*, dry_run: bool = False) -> Report:
    """Launch what is missing, as far as budgets and gates allow, and say what was done.

    Safe to repeat, and to run twice at the same time: what was launched before, by whomever of the
    staff and with whatever result, is not launched again. Raises LaunchRefused if
    ``PREWARM_ENGINE`` is no engine.
    """
    engine, report = get_engine(conf.PREWARM_ENGINE or conf.STOREFRONT_ENGINE), Report(dry_run)
    people = list(Person.objects.filter(is_house_model=True, prewarm=True, kind=engine.person_kind))
    report.stopped = why_not(engine, people)
    if not report.stopped:
        params = engine.read_params(None)
        try:
            for wanted in missing(engine, people, params, report):
                _grant(engine, wanted, params, report)
        except LaunchRefused as error:
            report.stopped = error.message
    logs.info("prewarm.done", "prewarm: %d launched, %d there", report.launched, report.there)
    return report


def why_not(engine: type[Engine], people: list[Person]) -> str:
    """Return why nothing can be launched at all; empty if something may be."""
    if conf.PREWARM_BUDGET is None:
        return _("No money was set aside for it. Set TRYON['PREWARM_BUDGET'], in US$ a night.")
    if not people:
        return _("No house model is chosen. Tick “Dress new products” on one in the admin.")
    if gate := closed([engine.slug]).get(engine.slug):
        return _("%(engine)s cannot be used now: %(why)s.") % {
            "engine": engine.title,
            "why": gate.get_reason_display(),
        }
    return ""


def missing(
    engine: type[Engine], people: list[Person], params: dict[str, Any], report: Report
) -> Iterator[Wanted]:
    """Yield what nobody has tried on, the newest garments first; note the rest in the report."""
    rows = Garment.objects.filter(category__in=list(engine.categories)).order_by("-pk")
    last: int | None = None
    while some := list((rows if last is None else rows.filter(pk__lt=last))[:AT_ONCE]):
        last = some[-1].pk
        products.read_all(some)
        wanted = {garment: wishes_of(garment, engine, people, params) for garment in some}
        before = there_of([each.wish for wishes in wanted.values() for each in wishes])
        for garment, wishes in wanted.items():
            new = [each for each in wishes if each.wish not in before]
            report.there += len(wishes) - len(new)
            if new and is_poor(garment):
                says = _("The pictures of these garments are poor: see tryon_doctor --garments.")
                report.left_out[says] += 1
            else:
                yield from new


def wishes_of(
    garment: Garment, engine: type[Engine], people: list[Person], params: dict[str, Any]
) -> list[Wanted]:
    """Return a try-on for each of these people; none of a product that shoppers may not see.

    A product that cannot be read, because its adapter raises, say, costs the others nothing.
    """
    try:
        if not products.is_shown(products.product_of(garment)):
            return []
        return [
            Wanted(garment, person, wish_of([garment], person, engine.slug, params))
            for person in people
        ]
    except DatabaseError:
        raise
    except Exception as error:
        logs.error("prewarm.fault", "a product could not be read", error=error, trace=True)
        return []


def there_of(wishes: list[str]) -> set[str]:
    """Return those of these wishes for which staff, or a pre-warm, launched a job before."""
    jobs = TryOnJob.objects.filter(shopper=None, outfit=None, wish__in=wishes)
    return set(jobs.values_list("wish", flat=True))


def is_poor(garment: Garment) -> bool:
    """Tell whether a garment's picture is not worth the money; look at it if nobody has."""
    if not garment.is_assessed:
        assess(garment)
    return garment.readiness is not None and garment.readiness < POOR


def _grant(engine: type[Engine], wanted: Wanted, params: dict[str, Any], report: Report) -> None:
    """Launch one try-on; raises LaunchRefused where that stands against all others, too."""
    price = engine.estimate(1)
    try:
        if report.dry_run:
            check(engine, [wanted.garment], wanted.person, params)
            foresee(price, report.cost)
        else:
            _launch(engine, wanted, price, report)
    except LaunchRefused as error:
        if not error.field:  # no money, no key
            raise
        report.left_out[error.message] += 1
    except Overtaken:
        report.there += 1
    else:
        report.launched += 1
        report.cost += price


def _launch(engine: type[Engine], wanted: Wanted, price: Decimal, report: Report) -> None:
    """Launch one try-on, unless somebody else has; raises Overtaken or LaunchRefused."""

    def start() -> Batch:
        # First of all: two that run at once wait here for one another, and so see what the other
        # has launched.
        used = take([own_bound(price), *budget.bounds(price)])
        if there_of([wanted.wish]):
            raise Overtaken
        batch = report.batch or Batch.objects.create(
            name=_("Pre-warm of %(day)s") % {"day": today()}
        )
        launch(
            garments=[wanted.garment],
            person=wanted.person,
            engine=engine.slug,
            batch=batch,
            reserved=used,
        )
        return batch

    report.batch = in_transaction(start)


def own_bound(price: Decimal) -> Allowance:
    """Return the bound on what all pre-warms of a day together may cost."""
    says = _("The budget of the pre-warm is spent for this day.")
    limit = Decimal(str(conf.PREWARM_BUDGET))
    return Allowance(f"{BUDGET}prewarm:{today()}", price, limit, "budget_spent", says)


def foresee(price: Decimal, so_far: Decimal) -> None:
    """Raise NothingLeft as a launch would after some that cost so much."""
    for bound in (own_bound(price), *budget.bounds(price)):
        if Tally.used_of(bound.key) + so_far + price > bound.limit:
            raise NothingLeft(bound.says, code=bound.code)
