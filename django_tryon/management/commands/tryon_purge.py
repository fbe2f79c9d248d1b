"""Delete what has outlived its day; for cron."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from django_tryon.services.shoppers.purge import purge


class Command(BaseCommand):
    """One purge."""

    help = (
        "Delete shoppers' photos and results whose day has come, e-mail addresses that are no "
        "longer needed, old counts, old webhooks and the hashes of orders. Safe to repeat; run it "
        "every quarter of an hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--dry-run", action="store_true", help="delete nothing, and say what would go"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and say what went."""
        gone = purge(now=timezone.now(), dry_run=options["dry_run"])
        self.stdout.write(
            f"{'Would delete' if options['dry_run'] else 'Deleted'} "
            f"{_count(gone.photos, 'photo')}, {_count(gone.results, 'result')}, "
            f"{_count(gone.addresses, 'e-mail address', 'es')}, {_count(gone.tallies, 'count')}, "
            f"{_count(gone.deliveries, 'webhook')} and {_count(gone.visitors, 'empty visitor')}."
        )
        if gone.orphans:
            self.stdout.write(f"And {_count(gone.orphans, 'file')} that nothing names.")
        if gone.frames:
            self.stdout.write(f"And {_count(gone.frames, 'clip')} whose frame nobody approved.")
        if gone.hashes or gone.events:
            self.stdout.write(
                f"Of the analytics {_count(gone.hashes, 'hash', 'es')} of orders and "
                f"{_count(gone.events, 'old count')}."
            )
        if options["dry_run"]:
            self.stdout.write("Run it without --dry-run to delete them.")


def _count(number: int, word: str, ending: str = "s") -> str:
    return f"{number} {word}{'' if number == 1 else ending}"
