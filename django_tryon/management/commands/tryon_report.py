"""Say what the button does: how far page views came, and what it does to orders and returns."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_tryon.conf import conf
from django_tryon.models.event import Kind
from django_tryon.services.analytics.comparison import Comparison, comparisons_since
from django_tryon.services.analytics.funnel import Funnel, funnel_since
from django_tryon.services.analytics.intervals import Part
from django_tryon.services.analytics.report import COLUMNS, counts_since, report_since
from django_tryon.services.analytics.words import between, part, percent, told, whole
from django_tryon.services.days import today

USUAL = timedelta(days=29)


class Command(BaseCommand):
    """One report."""

    help = (
        "Say how far page views came from the button to the basket, and how orders and returns of "
        "visitors with the button differ from those without it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--since", metavar="DAY", help="2026-10-01; the last 30 days if not given"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="all of it, for programs")
        form.add_argument("--csv", action="store_true", help="the counts as they are stored")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report."""
        first = _day(options["since"])
        if options["json"]:
            self.stdout.write(json.dumps(report_since(first), indent=2, ensure_ascii=False))
        elif options["csv"]:
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(counts_since(first))
        else:
            self._tell(first)

    def _tell(self, first: date) -> None:
        self.stdout.write(f"Since {first}.\n")
        self._tell_steps(funnel_since(first))
        found = comparisons_since(first)
        for one in found:
            self._tell_comparison(one)
        if not conf.EVENTS:
            self.stdout.write("\nThe button is not counted: set TRYON['EVENTS'] = True.")
        if not conf.HOLDOUT and not found:
            self.stdout.write(
                "\nNothing is compared: TRYON['HOLDOUT'] = 0.1 keeps the button from every tenth "
                "visitor. See docs/howto/analytics.md."
            )

    def _tell_steps(self, funnel: Funnel) -> None:
        self.stdout.write("From the button to the basket, page views:")
        for kind, count in funnel.steps.items():
            self.stdout.write(f"  {Kind(kind).label!s:<32}{whole(count):>12}")
        if funnel.is_sampled:
            self.stdout.write("  (estimated from a sample)")

    def _tell_comparison(self, one: Comparison) -> None:
        self.stdout.write(
            f"\nVisitors from {one.first} to {one.last}, the button kept from "
            f"{percent(float(one.holdout))} of them:"
        )
        for title, rates in (("ordered", one.bought), ("sent back", one.returned)):
            for group, of in (("with", rates.button), ("without", rates.held)):
                self.stdout.write(f"  {title:<12}{group:<10}{_said(of)}")
        for sentence in told(one):
            self.stdout.write(sentence)


def _said(of: Part) -> str:
    return f"{part(of):>20}{percent(of.rate):>10}   95 %: {between(of.interval)}"


def _day(given: str | None) -> date:
    if given is None:
        return today() - USUAL
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise CommandError(f"--since is “{given}”; write a day as 2026-10-01.") from error
