from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from django_tryon.sandbox.drawing.cutout import Kind, cut_out

from .. import art

KINDS = {
    "upper": Kind.UPPER,
    "tank": Kind.UPPER,
    "lower": Kind.LOWER,
    "skirt": Kind.LOWER,
    "dress": Kind.DRESS,
}


@pytest.mark.parametrize("clear", [False, True])
@pytest.mark.parametrize("shape", KINDS)
def test_a_garment_is_cut_out_and_told_by_its_shape(shape: str, clear: bool) -> None:
    garment = cut_out(art.garment(shape, (30, 90, 60), clear=clear))
    assert garment.kind is KINDS[shape]
    pixels = np.asarray(garment.image)
    inside = pixels[garment.alpha]
    assert (np.abs(inside[:, :3].astype(int) - (30, 90, 60)).max(axis=1) < 40).mean() > 0.98
    wanted = np.asarray(art.garment(shape, clear=True).getchannel("A")) > 0
    assert garment.alpha.sum() == pytest.approx(wanted.sum(), rel=0.08)


def test_a_kind_that_is_known_is_not_guessed() -> None:
    assert cut_out(art.garment("upper"), Kind.DRESS).kind is Kind.DRESS


def test_a_short_wide_dress_is_told_by_its_flare() -> None:
    assert cut_out(art.garment("dress").resize((540, 480))).kind is Kind.DRESS


def test_large_pictures_are_made_smaller() -> None:
    garment = cut_out(art.garment("upper").resize((1800, 2400)))
    assert max(garment.image.size) <= 640


def test_a_garment_on_the_floor_is_found() -> None:
    noise = np.random.default_rng(3).normal(0, 22, (480, 360, 1)) + np.array([170, 150, 125])
    floor = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))
    shirt = art.garment("upper", (30, 40, 160), clear=True)
    floor.paste(shirt, mask=shirt)
    garment = cut_out(floor)
    assert garment.kind is Kind.UPPER
    inside = np.asarray(garment.image)[garment.alpha][:, :3].astype(int)
    assert (np.abs(inside - (30, 40, 160)).max(axis=1) < 60).mean() > 0.85


def test_a_wearer_is_taken_away() -> None:
    image = Image.new("RGB", (360, 480), (190, 200, 205))
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 0, 210, 120), fill=art.SKIN)  # a neck that leaves the picture
    draw.rectangle((60, 150, 100, 330), fill=art.SKIN)
    draw.rectangle((260, 150, 300, 330), fill=art.SKIN)
    draw.rectangle((100, 100, 260, 400), fill=(40, 90, 60))
    garment = cut_out(image)
    inside = np.asarray(garment.image)[garment.alpha][:, :3].astype(int)
    assert (np.abs(inside - art.SKIN).max(axis=1) < 40).mean() < 0.02
    assert garment.image.width == pytest.approx(160, abs=12)


def test_a_garment_of_the_colour_of_skin_stays_whole() -> None:
    image = Image.new("RGB", (360, 480), (190, 200, 205))
    ImageDraw.Draw(image).rectangle((100, 0, 260, 400), fill=art.SKIN)
    assert cut_out(image).image.height == pytest.approx(400, abs=12)


def test_where_nothing_stands_out_the_middle_is_taken() -> None:
    empty = Image.new("RGBA", (160, 240))
    assert cut_out(empty).image.size == (120, 180)
    plain = cut_out(Image.new("RGB", (160, 240), (250, 250, 250)))
    assert plain.alpha.mean() > 0.7


def test_edges_can_be_asked_for_at_any_height() -> None:
    garment = cut_out(art.garment("upper"))
    assert garment.width_at(0.2) > garment.width_at(0.9) > 0
    assert garment.width_at(7) > 0
    assert 0 < garment.shoulder < 0.4
