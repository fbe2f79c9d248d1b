"""Write the table of what the checks of garment pictures catch, from the tests' spoilt copies.

Run ``python docs/howto/readiness.py`` after changing a check; a test fails while the page lags.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_suffix(".md")
sys.path.insert(0, str(ROOT))


def table() -> str:
    """Return a row for each way in which the pictures were spoilt."""
    from django_tryon.readiness import CHECKS, GOOD, score_of
    from tests.readiness.degraded import GARMENTS, WAYS, judged

    rows = ["| what was done | should tell | tells it | score | flagged besides |"]
    rows.append("| --- | --- | --- | --- | --- |")
    for way, check in {"nothing": "", **{way: told for way, (_how, told) in WAYS.items()}}.items():
        each = [judged(path, way if check else "") for path in GARMENTS]
        flagged = Counter(
            finding.check.name for found in each for finding in found if finding.score < GOOD
        )
        scores = [score_of(found) for found in each]
        least, most = min(scores), max(scores)
        besides = [f"{name} {count}" for name, count in flagged.items() if name != check]
        rows.append(
            f"| {way} | {str(CHECKS[check].title).lower() if check else ''} "
            f"| {f'{flagged[check]} of {len(each)}' if check else ''} "
            f"| {least if least == most else f'{least} to {most}'} | {', '.join(besides)} |"
        )
    return "\n".join(rows)


def pages() -> dict[Path, str]:
    """Return the page with the text it should have."""
    text = PAGE.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- spoilt -->\n).*?(<!-- end -->)", re.DOTALL)
    return {PAGE: marked.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", text)}


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=False)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
