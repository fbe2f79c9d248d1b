"""Names of engines and of those who did something."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from django_tryon.admin.drawing import cells
from django_tryon.admin.drawing.measures import moment
from django_tryon.models import Person, TryOnJob


def test_an_engine_that_is_no_longer_used_keeps_its_slug() -> None:
    assert cells.engine_title("idm-vton") == "IDM-VTON"
    assert cells.engine_title("old-engine") == "old-engine"


def test_who_did_it_and_when() -> None:
    at = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
    assert cells.by_whom(None, None) == "-"
    assert cells.by_whom(at, None) == moment(at)
    assert cells.by_whom(at, "mia") == f"{moment(at)} by mia"


def test_what_stands_in_two_lines_is_escaped() -> None:
    assert "&lt;b&gt;" in cells.two_lines("<b>", "")


@pytest.mark.parametrize(
    ("engine", "kind", "words"),
    [
        ("idm-vton", "photo", "IDM-VTON"),
        ("idm-vton", "video", "IDM-VTON · clip's first frame"),
        ("video-tryon-v2", "video", "Video Tryon V2 · clip"),
        ("gone", "photo", "gone"),
    ],
)
def test_a_frame_is_told_from_its_clip(engine: str, kind: str, words: str) -> None:
    assert cells.made_by(TryOnJob(engine=engine, person=Person(kind=kind))) == words
