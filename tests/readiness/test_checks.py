"""What the checks make of good pictures, and of copies that are spoilt in one way each."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from django_tryon.readiness import CHECKS, GOOD, judge, read, score_of
from django_tryon.readiness.finding import between
from django_tryon.readiness.patches import patches
from tests.readiness.degraded import GARMENTS, PASSES, WAYS, WORN, judged, opened


def said(pixels: Image.Image) -> dict[str, str]:
    """Return each check's word."""
    return {finding.check.name: finding.word for finding in judge(pixels)}


def drawn(*boxes: tuple[int, int, int, int], ground: str = "white", ink: str = "navy") -> Image:
    """Return a picture of 900 by 1200 pixels with sharp boxes on it."""
    picture = Image.new("RGB", (900, 1200), ground)
    for box in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill=ink)
    return picture


@pytest.mark.parametrize("path", GARMENTS, ids=lambda path: path.stem)
def test_a_good_picture_has_nothing_to_better(path: Path) -> None:
    findings = judged(path)
    assert score_of(findings) == 100
    assert not [finding for finding in findings if finding.do]
    assert all(finding.says for finding in findings)


@pytest.mark.parametrize("path", GARMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("way", WAYS)
def test_what_was_done_to_it_is_told(way: str, path: Path) -> None:
    found = {finding.check.name: finding for finding in judged(path, way)}
    told = found[WAYS[way][1]]
    passes = (way, path.stem) in PASSES
    assert (told.score >= GOOD) is passes
    assert bool(told.do) is not passes
    assert score_of(list(found.values())) < GOOD


@pytest.mark.parametrize("path", WORN, ids=lambda path: path.stem)
def test_who_wears_it_is_seen_unless_it_has_the_colour_of_skin(path: Path) -> None:
    assert (said(opened(path))["worn"] == "worn") is (path.stem != "mei--rust-dress")


def test_a_cut_out_picture_stands_on_white() -> None:
    shape = Image.new("RGBA", (900, 1200), (0, 0, 0, 0))
    shape.paste(drawn((200, 100, 700, 1100)).crop((200, 100, 700, 1100)), (200, 100))
    assert said(shape) == said(drawn((200, 100, 700, 1100)))
    assert said(shape)["ground"] == "plain"


@pytest.mark.parametrize(
    ("size", "word", "score"),
    [
        ((64, 900), "tiny", 5),
        ((255, 300), "tiny", 35),
        ((256, 300), "small", 35),
        ((511, 900), "small", 75),
        ((512, 900), "large", 85),
        ((768, 900), "large", 100),
    ],
)
def test_the_shorter_side_counts(size: tuple[int, int], word: str, score: int) -> None:
    [size_finding] = [one for one in judge(Image.new("RGB", size)) if one.check.name == "size"]
    assert (size_finding.word, size_finding.score) == (word, score)


@pytest.mark.parametrize(
    ("size", "word"),
    [
        ((900, 900), "upright"),
        ((1000, 900), "wide"),
        ((900, 1800), "upright"),
        ((900, 1801), "narrow"),
    ],
)
def test_squares_and_uprights_pass(size: tuple[int, int], word: str) -> None:
    assert said(Image.new("RGB", size))["shape"] == word


def test_nothing_at_all() -> None:
    words = said(Image.new("RGB", (900, 1200), "white"))
    assert words == {
        "file": "there",
        "size": "large",
        "shape": "upright",
        "ground": "same",
        "framing": "unsure",
        "several": "one",
        "worn": "alone",
        "sharpness": "blurred",
    }


def test_each_edge_counts_by_itself() -> None:
    whole = drawn((200, 100, 700, 1100))
    assert said(whole)["framing"] == "whole"
    for box in ((0, 100, 700, 1100), (200, 0, 700, 1100), (200, 100, 900, 1100)):
        [cut] = [one for one in judge(drawn(box)) if one.check.name == "framing"]
        assert (cut.word, cut.score) == ("cut", 60)


def test_small_things_beside_a_garment_are_no_garments() -> None:
    garment, belt = (100, 100, 500, 1100), (600, 300, 800, 340)
    assert said(drawn(garment, belt))["several"] == "one"
    [two] = [one for one in judge(drawn(garment, (600, 100, 850, 1100))) if one.score == 35]
    assert two.says == "It shows 2 things beside each other: the engine does not know which."


def test_patches_touch_side_by_side_and_not_round_the_corner() -> None:
    mask = Image.new("L", (4, 3))
    for place in ((0, 0), (3, 0), (0, 1), (1, 2), (3, 2)):
        mask.putpixel(place, 255)
    found = patches(mask)
    assert [patch.area for patch in found] == [2, 1, 1, 1]
    assert (found[0].left, found[0].top, found[0].right, found[0].bottom) == (0, 0, 1, 2)


def test_findings_are_stored_as_words_and_read_back() -> None:
    findings = judge(Image.new("RGB", (300, 900), "white"))
    stored = [finding.stored for finding in findings]
    assert sorted(read(stored), key=lambda one: list(CHECKS).index(one.check.name)) == findings
    assert read(stored)[0].score == score_of(findings)
    assert read([["size", "gigantic", 1, {}], ["smell", "bad", 1, {}]]) == []


def test_scores_grow_evenly_and_stay_in_bounds() -> None:
    scores = [between(value, 10, 20, least=5, most=75) for value in (0, 10, 15, 20, 99)]
    assert scores == [5, 5, 40, 75, 75]


def test_every_sentence_of_every_check_can_be_filled_in() -> None:
    facts = {"width": 1, "height": 1, "enough": 1, "fills": 1, "count": 2}
    for check in CHECKS.values():
        assert check.title
        for saying in check.sayings.values():
            assert str(saying.says) % facts
            assert str(saying.do) % facts is not None


def test_a_garment_of_the_colour_of_skin_is_nobody() -> None:
    skin = (224, 172, 140)
    dressed = drawn((300, 300, 600, 1100), ink="navy")
    for hand in ((180, 300, 290, 700), (610, 300, 720, 700)):
        dressed.paste(skin, hand)
    assert said(dressed)["worn"] == "worn"
    belted = drawn((200, 560, 700, 640), ink="navy")
    for half in ((200, 100, 700, 560), (200, 640, 700, 1100)):
        belted.paste(skin, half)
    assert said(belted)["worn"] == "alone"
