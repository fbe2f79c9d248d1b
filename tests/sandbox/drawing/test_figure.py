from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from django_tryon.sandbox.drawing.figure import find_figure


def backdrop() -> Image.Image:
    """A wall that grows darker downwards and to the right."""
    y, x = np.mgrid[0:200, 0:150].astype(float)
    light = 225 - 0.2 * y - 0.1 * x
    return Image.fromarray(np.repeat(light[..., None], 3, axis=-1).astype(np.uint8))


def find(image: Image.Image) -> np.ndarray:
    prior = np.full((image.height, image.width), 0.5, dtype=np.float32)
    return find_figure(image, prior, open_bottom=False) > 0.5


def test_a_thing_is_told_from_a_wall_with_a_gradient() -> None:
    image = backdrop()
    ImageDraw.Draw(image).rectangle((50, 60, 100, 150), fill=(30, 60, 140))
    mask = find(image)
    assert mask[62:148, 52:98].all()
    assert not mask[:55].any()
    assert not mask[:, :45].any()


def test_a_soft_shadow_is_not_part_of_the_thing() -> None:
    image = backdrop()
    pixels = np.asarray(image).astype(float)
    y, x = np.mgrid[0:200, 0:150].astype(float)
    pixels *= 1 - 0.25 * np.exp(-(((x - 75) / 40) ** 2) - ((y - 165) / 25) ** 2)[..., None]
    image = Image.fromarray(pixels.astype(np.uint8))
    ImageDraw.Draw(image).rectangle((50, 60, 100, 150), fill=(30, 60, 140))
    mask = find(image)
    assert mask[62:148, 52:98].all()
    assert mask[160:].mean() < 0.02


def test_of_two_things_the_larger_is_kept_and_its_small_holes_are_filled() -> None:
    image = backdrop()
    draw = ImageDraw.Draw(image)
    draw.rectangle((50, 60, 100, 150), fill=(30, 60, 140))
    draw.rectangle((70, 100, 76, 106), fill=image.getpixel((10, 103)))
    draw.rectangle((5, 5, 20, 20), fill=(30, 60, 140))
    mask = find(image)
    assert mask[103, 73]
    assert not mask[:30].any()
