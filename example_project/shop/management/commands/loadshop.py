"""Fill the shop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from example_project.shop.loading import ADMIN, load_shop


class Command(BaseCommand):
    """The sample stock."""

    help = "Create the sample products, garments, house models and accounts. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--times",
            type=int,
            default=1,
            metavar="N",
            help="have each product N times, to practise with a large stock",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is."""
        loaded = load_shop(options["times"])
        login = f"password {loaded.admin_password}" if loaded.admin_password else "your password"
        self.stdout.write(
            f"The shop has {loaded.products} products and {loaded.people} house models. "
            f"Log in at /admin/ as {ADMIN}, {login}."
        )
