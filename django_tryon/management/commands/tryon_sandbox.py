"""Serve the sandbox: a stand-in for Segmind that needs no key and costs nothing."""

from __future__ import annotations

import errno
import socket
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_tryon.exceptions import MissingExtra

OPTIONS = (
    "balance",
    "speed",
    "seconds",
    "faults",
    "profile",
    "seed",
    "jitter",
    "plain",
    "picture_bytes",
)
"""What is handed on to `create_sandbox`."""


def check_port(host: str, port: int) -> None:
    """Raise CommandError if nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            # As the server does it: a port that was left a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} of {host} is taken. Stop what listens there, or name another port "
                "with --port."
            ) from error
        raise CommandError(f"The sandbox cannot listen at {host}:{port}: {error}") from error


class Command(BaseCommand):
    """The sandbox as a server."""

    help = "Serve a stand-in for Segmind's API that draws plausible pictures, free of charge."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--port", type=int, default=8900, help="port (default: 8900)")
        parser.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
        parser.add_argument(
            "--speed", type=float, default=1.0, help="2 is twice as fast as usual (default: 1)"
        )
        parser.add_argument(
            "--seconds", type=float, help="let every run take so many seconds; 0 is at once"
        )
        parser.add_argument("--balance", default="100", help="US$ on the account (default: 100)")
        parser.add_argument(
            "--faults",
            nargs="+",
            default=[],
            metavar="NAME@STEP[:N|:SHARE]",
            help="what goes wrong: reset@status, 500@submit:2 (twice), cut@output:0.05 (a share); "
            "GET /faults lists all there are",
        )
        parser.add_argument("--profile", default="", help="a mix of faults: flaky")
        parser.add_argument("--seed", type=int, help="the same chances each time")
        parser.add_argument(
            "--jitter", type=float, default=0, help="every run takes so much more or less, s"
        )
        parser.add_argument(
            "--plain", action="store_true", help="one prepared picture instead of drawing any"
        )
        parser.add_argument("--picture-bytes", type=int, help="how long that picture is; plain")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted."""
        try:
            from django_tryon.sandbox.app import create_sandbox
            from django_tryon.sandbox.serving import Server
        except (ImportError, MissingExtra) as error:
            raise CommandError(str(MissingExtra("The sandbox", "sandbox"))) from error
        try:
            sandbox = create_sandbox(**{name: options[name] for name in OPTIONS})
        except (ValueError, ArithmeticError) as error:
            raise CommandError(f"The sandbox cannot be made like that: {error}") from error
        host, port = options["host"], options["port"]
        check_port(host, port)
        self.stdout.write(
            f"The sandbox answers at http://{host}:{port} "
            f'- set TRYON["BASE_URL"] = "http://{host}:{port}", '
            f'TRYON["OUTPUT_HOSTS"] = ["{host}"] and any key that begins with SG_.'
        )
        self.stdout.flush()  # whoever started this in a pipe waits for the line
        with suppress(KeyboardInterrupt):
            Server(sandbox, host=host, port=port).run()
