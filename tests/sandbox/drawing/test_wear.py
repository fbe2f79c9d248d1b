from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.drawing.body import find_body
from django_tryon.sandbox.drawing.cutout import Kind, cut_out
from django_tryon.sandbox.drawing.wear import wear

from .. import art

RED = (200, 20, 40)
TRUNK = (0.42, 0.26, 0.58, 0.42)
LEGS = (0.41, 0.62, 0.59, 0.85)
"""Where these are in `art.person()`, as shares of the picture."""


def dress(shape: str, kind: Kind, **options: bool) -> Image.Image:
    image = art.person(**options)  # type: ignore[arg-type]
    return wear(image, cut_out(art.garment(shape, RED), kind), find_body(image))[0]


def changed(image: Image.Image, box: tuple[float, ...]) -> float:
    width, height = image.size
    rows = slice(round(box[1] * height), round(box[3] * height))
    columns = slice(round(box[0] * width), round(box[2] * width))
    before, after = np.asarray(art.person(), dtype=int), np.asarray(image, dtype=int)
    return float((np.abs(before - after)[rows, columns].max(axis=-1) > 25).mean())


@pytest.mark.parametrize("shape", ["upper", "tank"])
def test_a_top_covers_the_trunk_and_nothing_else(shape: str) -> None:
    image = dress(shape, Kind.UPPER)
    assert art.share_of(image, RED, TRUNK) > 0.9
    assert changed(image, (0, 0, 1, 0.13)) == 0  # the face
    assert changed(image, (0, 0.62, 1, 1)) == 0  # the legs
    assert changed(image, (0, 0, 0.2, 1)) == 0  # the wall: no box around the garment


def test_trousers_cover_the_legs_and_nothing_else() -> None:
    image = dress("lower", Kind.LOWER)
    assert art.share_of(image, RED, LEGS) > 0.6
    assert art.share_of(image, RED, (0.42, 0.46, 0.58, 0.5)) > 0.9
    assert changed(image, (0, 0, 1, 0.3)) == 0
    assert changed(image, (0, 0, 0.2, 1)) == 0


def test_a_skirt_keeps_its_shape() -> None:
    image = dress("skirt", Kind.LOWER)
    assert art.share_of(image, RED, (0.42, 0.44, 0.58, 0.5)) > 0.9
    assert changed(image, (0, 0.8, 1, 1)) == 0


def test_a_dress_covers_trunk_and_thighs() -> None:
    image = dress("dress", Kind.DRESS)
    assert art.share_of(image, RED, TRUNK) > 0.85
    assert art.share_of(image, RED, (0.42, 0.5, 0.58, 0.58)) > 0.9
    assert changed(image, (0, 0, 1, 0.13)) == 0


def test_a_busy_background_is_no_hindrance() -> None:
    assert art.share_of(dress("upper", Kind.UPPER, busy=True), RED, TRUNK) > 0.9


def test_the_mask_is_where_the_garment_lies() -> None:
    image = art.person()
    dressed, mask = wear(image, cut_out(art.garment("upper", RED)), find_body(image))
    inside = np.asarray(mask) > 250
    pixels = np.asarray(dressed, dtype=int)[inside]
    assert (np.abs(pixels - RED).max(axis=1) < 60).mean() > 0.98
    assert mask.size == image.size


def test_light_comes_from_the_picture_that_is_named() -> None:
    image = art.person()
    shaded = image.copy()
    shaded.paste((10, 10, 10), (230, 180, 250, 260))
    body, garment = find_body(image), cut_out(art.garment("upper", (150, 150, 150)))
    plain = np.asarray(wear(image, garment, body)[0], dtype=int)
    folded = np.asarray(wear(image, garment, body, light=shaded)[0], dtype=int)
    assert (plain - folded)[200:240, 236:244].mean() > 5
