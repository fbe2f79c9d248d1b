"""What the shop may say of each check, and what is there without the extra."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from django_tryon.exceptions import MissingExtra
from django_tryon.quality import CHECKS, faults, is_installed, judge_photo
from tests.quality.degraded import dressed, face, garment

BLANK = Image.new("RGB", (400, 400), "grey")


@pytest.fixture(autouse=True)
def _with_all_checks(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {}}


def test_every_sentence_of_every_check_can_be_filled_in() -> None:
    facts = dict.fromkeys(("pixels", "enough", "count", "alike", "share", "away"), 1)
    for check in CHECKS.values():
        assert check.title
        for saying in check.sayings.values():
            assert str(saying.says) % {**facts, "faces": "1.0"}
            assert str(saying.do) % facts is not None


def test_a_check_may_be_left_out_and_have_another_threshold() -> None:
    wishes = {"person": {"action": "ignore"}, "closeness": {"at": 60}, "focus": {"action": "warn"}}
    findings = judge_photo(BLANK, wishes)
    assert [(one.check.name, one.word) for one in findings] == [
        ("closeness", "small"),  # 400 are less than 8 times 60
        ("focus", "blurred"),
        ("posture", "unsure"),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"smell": {}}, "['smell'] is no check; there are: person, closeness"),
        ({"face": "warn"}, "['face'] is 'warn'; write {'action': 'warn', 'at': 0.88}"),
        ({"face": {"action": "refuse"}}, "['face']['action'] is 'refuse'; choose of: warn, hold"),
        ({"focus": {"action": "hold"}}, "['focus']['action'] is 'hold'; choose of: warn, refuse"),
        ({"face": {"at": 1.1}}, "['face']['at'] is 1.1; choose from 0.1 to 1.0"),
        ({"face": {"at": True}}, "['face']['at'] is True; choose"),
        ({"face": {"at": "much"}}, "['face']['at'] is 'much'; choose"),
        ({"face": {"above": 1}}, "['face'] has “above”; there are: action, at"),
        ({"posture": {"at": 1}}, "['posture'] has no threshold to set"),
    ],
)
def test_what_makes_no_sense_is_told(given: Any, says: str) -> None:
    [fault] = faults(CHECKS, given)
    assert fault.startswith(says)


def test_what_makes_sense_is_not_told() -> None:
    assert not list(faults(CHECKS, {"face": {"action": "ignore", "at": 0.9}, "skin": {}}))
    assert not list(faults(CHECKS, ["of a wrong type"]))  # of that, E012 tells


def said(*args: str) -> str:
    out = StringIO()
    call_command("tryon_quality", *args, stdout=out)
    return out.getvalue()


def saved(path: Path, picture: Image.Image) -> str:
    picture.save(path)
    return str(path)


def test_the_command_says_what_is_well_and_what_to_do(tmp_path: Path, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"focus": {"action": "ignore"}}}
    assert said(saved(tmp_path / "blank.png", BLANK)).splitlines() == [
        "! person: No face is seen in it.",
        "    Use a photo that shows the face from the front, large and well lit.",
        "✓ closeness: How large the person is cannot be told without a face.",
        "✓ posture: How the person stands cannot be told without a face.",
    ]


def test_the_command_compares_a_result(tmp_path: Path) -> None:
    person = face(300, 400, 60)
    photo = saved(tmp_path / "person.png", person)
    result = saved(tmp_path / "result.png", dressed(person))
    cloth = saved(tmp_path / "cloth.png", garment())
    lines = said(photo, "--result", result, "--garment", cloth).splitlines()
    assert [line[:8] for line in lines] == ["✓ face: ", "✓ colour", "✓ outlin", "✓ skin: "]


def test_the_command_names_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    for path in (text, tmp_path / "nowhere.jpg"):
        with pytest.raises(CommandError, match=path.name):
            said(str(path))


def test_it_is_seen_without_an_import_whether_the_extra_is_there(monkeypatch: Any) -> None:
    monkeypatch.delitem(sys.modules, "cv2", raising=False)
    assert is_installed()
    assert "cv2" not in sys.modules
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert not is_installed()


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtra, match=r"django-tryon\[quality\]"):
        judge_photo(BLANK)
    with pytest.raises(CommandError, match=r"django-tryon\[quality\]"):
        said(saved(tmp_path / "blank.png", BLANK))
