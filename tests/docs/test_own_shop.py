"""The page on a shop of one's own: what it says is typed in, and a shirt is tried on."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.conftest import picture
from tests.docs.reader import BLOCK, Reader
from tests.run import ROOT

TEXT = (ROOT / "docs" / "howto" / "own_shop.md").read_text(encoding="utf-8")


def test_the_page_leads_to_a_try_on(tmp_path: Path) -> None:
    (tmp_path / "shirt.jpg").write_bytes(picture(size=(768, 1024)))
    with ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        reader.read(TEXT)
        assert '<try-on product="shop.product:1"' in reader.ask("GET", "/products/1/").text
        job = reader.try_on("shop.product:1")
    assert (job["status"], len(job["results"])) == ("succeeded", 1)


def test_less_than_fifteen_lines_are_ours() -> None:
    part = TEXT.partition("\n## The button\n")[2].partition("\n## ")[0]
    lines = [line for _, block in BLOCK.findall(part) for line in block.splitlines()[1:] if line]
    assert len(lines) == 13 < 15
    assert "Thirteen lines" in TEXT
