"""Dress new and changed products on the chosen house models; for cron, at night."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_tryon.exceptions import TryOnError
from django_tryon.services.doctor.diagnosis import how_to
from django_tryon.services.prewarm import prewarm


class Command(BaseCommand):
    """One pre-warm."""

    help = (
        "Launch try-ons of products that nobody tried on yet, or whose picture was changed, on the "
        "house models that are ticked for it, within TRYON['PREWARM_BUDGET']. Costs money; "
        "--dry-run tells how much. Safe to repeat: nothing is launched twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="launch nothing, and say what would be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Pre-warm, and say what was done."""
        try:
            report = prewarm(dry_run=options["dry_run"])
        except TryOnError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            for line in report.lines():
                self.stdout.write(line)
            if report.launched and not report.dry_run and (start := how_to().start):
                self.stdout.write(f"The workers do the rest: {start}")
