"""Examine the installation, and say what is wrong and what to do."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from django_tryon.services.doctor import catalogue
from django_tryon.services.doctor.examine import examine
from django_tryon.services.doctor.finding import Finding, Mark

STYLES = {Mark.GOOD: "SUCCESS", Mark.LOOK: "WARNING", Mark.BAD: "ERROR"}


class Command(BaseCommand):
    """The doctor."""

    help = (
        "Look at settings, database, storages, key, workers and jobs; say in plain lines what is "
        "well (✓), what to look at (!) and what is wrong (✗), and what to do. Exits with 1 if "
        "anything is wrong. Changes nothing, and costs nothing. With --garments, look at the "
        "garments' pictures instead, and say which are the worst."
    )
    requires_system_checks = ()  # they are part of the examination

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--offline", action="store_true", help="ask neither Segmind nor the public site"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument(
            "--garments", action="store_true", help="look at the garments' pictures, and only these"
        )
        parser.add_argument(
            "--worst",
            type=int,
            default=20,
            metavar="N",
            help="with --garments: how many of them to name (default: 20)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, and say what was found."""
        if options["garments"]:
            self.look_over(**options)
            return
        found: list[Finding] = []
        for finding in examine(offline=options["offline"]):
            found.append(finding)
            if not options["json"]:
                self.say(finding)
        wrong = sum(finding.mark == Mark.BAD for finding in found)
        notable = sum(finding.mark == Mark.LOOK for finding in found)
        if options["json"]:
            self.stdout.write(as_json(found, ok=not wrong))
        else:
            self.stdout.write("")
            self.stdout.write(summary(wrong, notable))
        if wrong:
            sys.exit(1)

    def look_over(self, *, json: bool, worst: int, **options: Any) -> None:
        """Judge the garments' pictures, and name the worst; a poor picture is no failure."""
        looked = catalogue.look_over()
        notes = [list(catalogue.note(garment)) for garment in catalogue.worst(max(0, worst))]
        found = [finding for note in notes for finding in note]
        if json:
            self.stdout.write(as_json(found, ok=True))
            return
        for finding in found:
            self.say(finding)
        self.stdout.write(catalogue.summary(looked))

    def say(self, finding: Finding) -> None:
        """Print a finding, and below it what to do."""
        style = getattr(self.style, STYLES[finding.mark])
        self.stdout.write(f"{style(finding.mark)} {finding.of}: {finding.says}")
        if finding.do:
            self.stdout.write(f"    {finding.do}")


def as_json(found: list[Finding], *, ok: bool) -> str:
    """Return the findings for programs."""
    told = [
        {
            "mark": finding.mark.name.lower(),
            "of": finding.of,
            "says": finding.says,
            "do": finding.do,
        }
        for finding in found
    ]
    return json.dumps({"ok": ok, "findings": told}, ensure_ascii=False)


def summary(wrong: int, notable: int) -> str:
    """Return the line at the end."""
    if wrong:
        return f"{wrong} to mend, marked ✗. Begin with the first: it may explain the others."
    if notable:
        return f"It works; {notable} to look at, marked !."
    return "All is well."
