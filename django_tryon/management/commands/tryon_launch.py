"""Launch try-ons from the shell: of garments or of a product, with the price told first."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError

from django_tryon import products, services
from django_tryon.engines import Engine, all_engines, get_engine
from django_tryon.exceptions import TryOnError
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.services import budget
from django_tryon.services.check_launch import check
from django_tryon.services.doctor.diagnosis import how_to
from django_tryon.services.outfits.order import estimate
from django_tryon.services.reuse import launched_before, wish_of


class Command(BaseCommand):
    """One try-on, or one for each of several people."""

    help = (
        "Launch try-ons: the given garments together on each of the given people. Costs money, as "
        "any launch does; --dry-run tells the price and launches nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--engine", required=True, help=f"one of: {', '.join(all_engines())}")
        parser.add_argument(
            "--person",
            type=int,
            action="append",
            required=True,
            metavar="ID",
            help="who wears it; may be given several times",
        )
        worn = parser.add_mutually_exclusive_group(required=True)
        worn.add_argument(
            "--garment",
            type=int,
            action="append",
            metavar="ID",
            help="what is worn; may be given several times, where the engine takes several",
        )
        worn.add_argument(
            "--product", metavar="APP.MODEL:KEY", help="the first garment of this product"
        )
        parser.add_argument(
            "--param",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a parameter of the engine; numbers, true and false are read as such",
        )
        parser.add_argument("--previous", metavar="ID", help="the job whose result it starts from")
        parser.add_argument("--reuse", action="store_true", help="give what there is already")
        parser.add_argument("--dry-run", action="store_true", help="only tell the price")

    def handle(self, *args: Any, **options: Any) -> None:
        """Launch, and say what was launched."""
        try:
            self.launch(**options)
        except TryOnError as error:
            raise CommandError(str(error)) from error

    def launch(
        self, *, engine: str, person: list[int], dry_run: bool, reuse: bool, **options: Any
    ) -> None:
        """Check all first; then launch for one person after the other."""
        chosen = get_engine(engine)
        params = read_params(options["param"])
        garments = find_garments(options["garment"], options["product"])
        people = [_one(Person.objects.all(), key, "person") for key in person]
        previous = (
            _one(TryOnJob.objects.all(), options["previous"], "job")
            if options["previous"]
            else None
        )
        wanted = chosen.read_params(params)
        for each in people:
            check(chosen, garments, each, wanted, previous=previous)
        if dry_run:
            hashes = {
                each: wish_of(garments, each, engine, wanted, previous=previous) for each in people
            }
            known = launched_before(hashes.values())
            before = [known.get(hashes[each]) for each in people]
            self.tell_price(chosen, garments, people, before, reuse=reuse)
            return
        prices = [estimate(chosen, garments)] * len(people)
        if not reuse and budget.how_many_fit(prices) < len(people):  # what is reused costs nothing
            raise CommandError(budget.said_of(prices))
        for each in people:
            job = services.launch(
                garments=garments,
                person=each,
                engine=engine,
                params=params,
                previous=previous,
                reuse=reuse,
            )
            self.stdout.write(f"{job.pk} {job.status} {job}")
        start = how_to().start
        self.stdout.write(f"The workers do the rest: {start}" if start else "Done.")

    def tell_price(
        self,
        engine: type[Engine],
        garments: list[Garment],
        people: list[Person],
        before: list[TryOnJob | None],
        *,
        reuse: bool,
    ) -> None:
        """Say what it would cost, what is there already, and whether the budgets allow it."""
        price = estimate(engine, garments)
        worn = ", ".join(str(garment) for garment in garments)
        prices = []
        for each, job in zip(people, before, strict=True):
            costs = f"about US$ {price}"
            if job is not None and reuse:
                costs = f"nothing: it is there already, {job.pk}"
            else:
                prices.append(price)
            self.stdout.write(f"{engine.title}: {worn} on {each}, {costs}")
        there = sum(job is not None for job in before)
        if there:
            costs = "cost nothing" if reuse else "cost nothing with --reuse"
            self.stdout.write(f"{there} of {len(people)} are there already and {costs}.")
        self.stdout.write(f"In all about US$ {sum(prices, Decimal(0))}. Nothing was launched.")
        fit = budget.how_many_fit(prices)
        if fit < len(prices):
            self.stdout.write(f"The budgets allow {fit} of these {len(prices)}.")


def read_params(given: list[str]) -> dict[str, Any]:
    """Read ``name=value`` each; raises CommandError."""
    params: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise CommandError(f"“{text}” is no parameter: write --param steps=30.")
        try:
            params[name] = json.loads(value)
        except json.JSONDecodeError:
            params[name] = value  # words need no quotes
    return params


def find_garments(keys: list[int] | None, product: str | None) -> list[Garment]:
    """Return the garments that are meant; raises CommandError or LaunchRefused."""
    if keys:
        return [_one(Garment.objects.all(), key, "garment") for key in keys]
    first = Garment.objects.for_product(products.find(str(product))).first()
    if first is None:
        raise CommandError(f"“{product}” has no garment yet. Add one in the admin, or on its page.")
    return [first]


def _one(rows: Any, key: Any, what: str) -> Any:
    try:
        return rows.get(pk=key)
    except (ObjectDoesNotExist, ValidationError) as error:  # the latter for a UUID that is none
        raise CommandError(f"There is no {what} {key}.") from error
