"""Drive whatever is due, once; for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from django_tryon import services


class Command(BaseCommand):
    """One sweep."""

    help = "Advance whatever came due and was not waked for, once, and return. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say how many jobs were advanced."""
        advanced = services.sweep()
        self.stdout.write(f"Advanced {advanced} due job{'' if advanced == 1 else 's'}.")
