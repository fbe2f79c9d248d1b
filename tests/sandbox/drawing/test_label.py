from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.drawing.label import add_label


@pytest.mark.parametrize("ground", ["white", "black", "grey"])
@pytest.mark.parametrize("size", [(768, 1024), (1024, 512), (200, 260)])
def test_a_label_stands_in_the_corner_on_any_ground(ground: str, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, ground)
    add_label(image)
    pixels = np.asarray(image, dtype=int)
    changed = np.abs(pixels - np.asarray(Image.new("RGB", size, ground), dtype=int)).max(axis=-1)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert rows[0] > size[1] * 0.85
    assert columns[0] > size[0] * 0.4
    part = pixels[rows[0] : rows[-1], columns[0] : columns[-1]]
    assert part.max() - part.min() > 60  # text and its ground can be told apart


def test_a_tiny_picture_is_labelled_too() -> None:
    image = add_label(Image.new("RGB", (20, 20), "white"))
    assert image.getextrema() != ((255, 255),) * 3
