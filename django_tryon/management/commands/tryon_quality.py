"""Say what the checks see in a person's photo, and in a result that was made of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from PIL import Image

from django_tryon import photos, quality
from django_tryon.conf import conf
from django_tryon.exceptions import MissingExtra, UploadRefused


class Command(BaseCommand):
    """What is well and what to look at, in plain lines."""

    help = "Look at a person's photo before it is used, and at a result beside it. Costs nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take one photo, and what was made of it."""
        parser.add_argument("photo", help="a file: the person")
        parser.add_argument("--result", help="a file: what an engine made of it")
        parser.add_argument(
            "--garment", action="append", default=[], help="a file: what is worn in the result"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, and one with what to do about it."""
        person = opened(options["photo"])
        try:
            if options["result"]:
                result = opened(options["result"])
                garments = [opened(path) for path in options["garment"]]
                found = quality.judge_result(person, result, garments, conf.QUALITY)
            else:
                found = quality.judge_photo(person, conf.QUALITY)
        except MissingExtra as missing:
            raise CommandError(str(missing)) from missing
        for finding in found:
            mark = "✓" if finding.is_fine else "!"
            self.stdout.write(f"{mark} {finding.check.name}: {finding.says}")
            if not finding.is_fine:
                self.stdout.write(f"    {finding.do}")


def opened(path: str) -> Image.Image:
    """Return a picture the right way up. Raises CommandError, with the file's name."""
    try:
        return photos.decode_photo(Path(path).read_bytes())
    except (OSError, UploadRefused) as refused:
        raise CommandError(f"{path} cannot be looked at: {refused}") from refused
