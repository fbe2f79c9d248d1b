"""What the checks before paying make of a drawn person, and of copies that are spoilt."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageFilter, ImageOps

from django_tryon.quality import BEFORE, judge_photo
from django_tryon.quality import faces as seeing
from django_tryon.quality.faces import Face, faces_in
from django_tryon.quality.photo import Photo
from tests.quality.degraded import SKIN, face, scaled, two

WARM = Image.new("RGB", (400, 400), SKIN)
GREY = Image.new("RGB", (400, 400), "grey")


@pytest.fixture(scope="module")
def drawn() -> Image.Image:
    return face(300, 400, 80)


def words(pixels: Image.Image) -> dict[str, str]:
    return {one.check.name: one.word for one in judge_photo(pixels)}


def word(check: str, seen: Photo) -> str:
    return BEFORE[check].find(seen).word


def with_faces(*sides: int, size: tuple[int, int] = (480, 480)) -> Photo:
    """Return a photo in which faces of these widths are found."""
    photo = Photo(Image.new("RGB", size))
    photo.__dict__["faces"] = [Face(0, 0, side) for side in sides]
    return photo


def without(*, turned: bool = False, profile: bool = False, size: int = 480) -> Photo:
    photo = with_faces(size=(size, size))
    photo.__dict__.update(is_turned=turned, is_profile=profile)
    return photo


def test_nothing_is_wrong_with_one_sharp_person_from_the_front(drawn: Image.Image) -> None:
    findings = judge_photo(drawn)
    assert [one.word for one in findings] == ["one", "near", "sharp", "frontal"]
    assert all(one.is_fine and one.says and not one.do for one in findings)


def test_a_blurred_one_is_told(drawn: Image.Image) -> None:
    assert words(drawn.filter(ImageFilter.GaussianBlur(3)))["focus"] == "blurred"


def test_two_are_counted(drawn: Image.Image) -> None:
    [several] = [one for one in judge_photo(two(drawn)) if one.check.name == "person"]
    assert several.says.startswith("It shows 2 people")
    assert not several.is_fine


def test_a_photo_on_its_head_is_told(drawn: Image.Image) -> None:
    found = words(ImageOps.flip(drawn))
    assert (found["person"], found["posture"]) == ("aside", "turned")


def test_nobody_is_seen_where_nobody_is() -> None:
    found = words(scaled(GREY, 200))
    assert found["person"] == "nobody"
    assert found["closeness"] == "small"
    assert found["posture"] == "unsure"


def test_people_further_back_do_not_count() -> None:
    assert word("person", with_faces(100, 49)) == "one"
    assert word("person", with_faces(100, 50)) == "several"


def test_the_face_is_measured_in_the_photo_s_own_pixels() -> None:
    assert word("closeness", with_faces(39)) == "far"
    assert word("closeness", with_faces(20, size=(960, 960))) == "near"
    assert word("closeness", without(size=319)) == "small"
    assert word("closeness", without(size=320)) == "unsure"


def test_a_profile_is_somebody_but_not_from_the_front() -> None:
    assert word("person", without(profile=True)) == "aside"
    assert word("posture", without(profile=True)) == "profile"


def test_a_profile_counts_only_without_a_face_from_the_front(monkeypatch: Any) -> None:
    looked: list[str] = []

    def seen(pixels: Image.Image, name: str) -> list[tuple[Face, float]]:
        looked.append(name)
        return [(Face(0, 0, 30), 1.0), (Face(0, 0, 50), 1.0)] if name == "profileface" else []

    monkeypatch.setattr(seeing, "_seen", seen)
    assert Photo(GREY).is_profile
    assert looked[-2:] == ["profileface"] * 2
    assert [one.side for one in seeing.profiles_in(GREY)] == [50, 50, 30, 30]
    assert not with_faces(40).is_profile
    assert not with_faces(40).is_turned


@pytest.mark.parametrize(
    ("pixels", "careful", "other", "sides"),
    [
        (WARM, [30, 60], [], [60, 30]),
        (GREY, [30, 60], [], [60]),  # a photograph in grey
        (WARM, [], [(40, 1.9)], []),
        (WARM, [], [(40, 2.0), (50, 3.0)], [50]),
        (GREY, [], [(40, 9.0)], []),
    ],
)
def test_the_careful_detector_comes_first(
    monkeypatch: Any, pixels: Image.Image, careful: Any, other: Any, sides: list[int]
) -> None:
    says = {
        "frontalface_alt": [(Face(0, 0, side), 1.0) for side in careful],
        "frontalface_default": [(Face(0, 0, side), sure) for side, sure in other],
    }
    monkeypatch.setattr(seeing, "_seen", lambda _pixels, name: says[name])
    assert [one.side for one in faces_in(pixels)] == sides
