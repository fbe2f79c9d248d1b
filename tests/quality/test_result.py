"""What the checks after paying make of made results, each with one fault."""

from __future__ import annotations

import pytest
from PIL import Image

from django_tryon.quality import AFTER, Finding, judge_result
from django_tryon.quality.colour import colours_of
from django_tryon.quality.faces import Face
from django_tryon.quality.pair import Pair
from tests.quality.degraded import CLOTH, RESULTS, dressed, face, garment


@pytest.fixture(scope="module")
def person() -> Image.Image:
    return face(300, 400, 60)


def found(person: Image.Image, result: Image.Image) -> dict[str, Finding]:
    return {one.check.name: one for one in judge_result(person, result, [garment()])}


def test_a_good_result_has_nothing_to_look_at(person: Image.Image) -> None:
    findings = found(person, dressed(person))
    assert {name: one.word for name, one in findings.items()} == {
        "face": "same",
        "colour": "near",
        "outline": "kept",
        "skin": "kept",
    }
    assert all(one.is_fine and one.says and not one.do for one in findings.values())


@pytest.mark.parametrize("fault", RESULTS)
def test_each_fault_is_told(person: Image.Image, fault: str) -> None:
    how, check = RESULTS[fault]
    told = found(person, how(person))[check]
    assert not told.is_fine
    assert told.says
    assert told.do


def test_without_a_face_only_the_colour_is_told() -> None:
    blank = Image.new("RGB", (300, 400), "grey")
    words = {name: one.word for name, one in found(blank, dressed(blank)).items()}
    assert words == {"face": "unsure", "colour": "near", "outline": "unsure", "skin": "unsure"}


def test_a_result_of_another_shape_cannot_be_compared(person: Image.Image) -> None:
    wide = dressed(person).resize((300, 300))
    assert {one.word for one in found(person, wide).values()} == {"unsure"}


def test_without_a_garment_there_is_no_colour_to_compare(person: Image.Image) -> None:
    pair = Pair(person, dressed(person))
    assert AFTER["colour"].find(pair).word == "unsure"


def test_an_outline_that_is_not_found_is_not_compared() -> None:
    blank = Image.new("RGB", (300, 400), "grey")
    pair = Pair(blank, blank)
    pair.photo.__dict__["faces"] = [Face(130, 60, 40)]
    import numpy as np

    nothing = np.zeros((240, 180), bool)
    pair.__dict__["outlines"] = (nothing, nothing)
    assert AFTER["outline"].find(pair).word == "unsure"


def test_a_garment_s_colours_leave_a_plain_ground_out() -> None:
    import numpy as np

    on_white = colours_of(garment())
    on_any = colours_of(Image.new("RGB", (300, 300), CLOTH))
    assert np.abs(on_white - on_any[0]).max() < 12
