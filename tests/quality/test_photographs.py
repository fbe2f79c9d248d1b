"""The same with photographs of one person each, where TEST_PHOTOS names a folder of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from django_tryon.photos import decode_photo
from django_tryon.quality import judge_result
from tests.quality.degraded import RESULTS, dressed, garment

FOLDER = os.environ.get("TEST_PHOTOS", "")
PHOTOS = sorted(Path(FOLDER).glob("*.jpg")) if FOLDER else []
SURE = {way: how for way, how in RESULTS.items() if way != "squeezed"}
"""Whether somebody was squeezed is often missed in front of furniture."""


def opened(path: Path) -> Image.Image:
    return decode_photo(path.read_bytes())


@pytest.mark.skipif(not PHOTOS, reason="TEST_PHOTOS names no folder with photographs")
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.stem)
def test_a_good_result_passes_and_each_fault_is_told_or_cannot_be(path: Path) -> None:
    person = opened(path)
    assert all(one.is_fine for one in judge_result(person, dressed(person), [garment()]))
    for how, check in SURE.values():
        found = {one.check.name: one for one in judge_result(person, how(person), [garment()])}
        assert not found[check].is_fine or found[check].word == "unsure"
