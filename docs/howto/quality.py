"""Print what the checks of people's photos and of results catch, and what they flag wrongly.

Run ``python docs/howto/quality.py FOLDER`` with a folder of photographs of one person each. With
``--seconds`` it prints how long the looks take instead.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))


def photos_in(folder: Path) -> Iterable[Any]:
    """Yield its photographs, the right way up."""
    from django_tryon.photos import decode_photo

    for path in sorted(folder.iterdir()):
        if path.suffix in {".jpg", ".png"}:
            yield decode_photo(path.read_bytes())


def rows(
    ways: dict[str, tuple[Callable[[Any], Any], str]],
    photos: list[Any],
    judge: Callable[[Any, Any], Any],
    none: Callable[[Any], Any],
) -> Iterable[str]:
    """Yield a row for each way in which the photographs were spoilt, and one for none."""
    from django_tryon.quality import CHECKS

    yield "| what was done | should tell | tells it | cannot tell | flagged besides |"
    yield "| --- | --- | --- | --- | --- |"
    for way, (how, check) in {"nothing": (none, ""), **ways}.items():
        each = [judge(photo, how(photo)) for photo in photos]
        flagged = Counter(one.check.name for found in each for one in found if not one.is_fine)
        unsure = sum(
            one.word == "unsure" for found in each for one in found if one.check.name == check
        )
        besides = ", ".join(f"{name} {count}" for name, count in flagged.items() if name != check)
        yield (
            f"| {way} | {str(CHECKS[check].title).lower() if check else ''} "
            f"| {f'{flagged[check]} of {len(each)}' if check else ''} "
            f"| {unsure if check else ''} | {besides} |"
        )


def seconds(folder: Path) -> None:
    """Print how long one look takes: at a photo, and at a result beside photo and garment."""
    from django_tryon.quality import judge_photo, judge_result
    from tests.quality.degraded import dressed, garment

    photos, product = list(photos_in(folder)), garment()
    results = [(photo, dressed(photo)) for photo in photos]
    judge_photo(photos[0])  # the first look reads the detectors
    for name, look, seen in (
        ("photo", judge_photo, [(photo,) for photo in photos]),
        ("result", lambda *pair: judge_result(*pair, [product]), results),
    ):
        took = []
        for given in seen:
            begun = time.perf_counter()
            look(*given)
            took.append(time.perf_counter() - begun)
        print(f"{name}: {median(took):.2f} s, {max(took):.2f} s at most")


def main(folder: Path) -> None:
    """Print the two tables: before paying, and after."""
    from PIL import Image

    from django_tryon.quality import judge_photo, judge_result
    from tests.quality.degraded import PHOTOS, RESULTS, dressed, garment

    photos = list(photos_in(folder))
    product: Image.Image = garment()
    for row in rows(PHOTOS, photos, lambda _photo, copy: judge_photo(copy), lambda photo: photo):
        print(row, flush=True)
    print()
    for row in rows(
        RESULTS, photos, lambda photo, made: judge_result(photo, made, [product]), dressed
    ):
        print(row, flush=True)


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=False)
    (seconds if "--seconds" in sys.argv else main)(Path(sys.argv[1]))
