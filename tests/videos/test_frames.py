from __future__ import annotations

from fractions import Fraction

import pytest
from PIL import Image

from django_tryon.videos import first_frame, poster
from tests.photos.making import RGB, corners, is_upright, near, opened
from tests.videos import making
from tests.videos.making import clip

SHOWN = {
    (1, 0, 0, 1): None,
    (0, 1, -1, 0): Image.Transpose.ROTATE_270,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (0, -1, 1, 0): Image.Transpose.ROTATE_90,
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
}
UNDO = {Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270}
UNDO |= {back: forth for forth, back in UNDO.items()}


def stored(matrix: tuple[int, int, int, int], shown: Image.Image) -> Image.Image:
    """Return the frame that this display matrix shows as wished."""
    turn = SHOWN[matrix]
    return shown if turn is None else shown.transpose(UNDO.get(turn, turn))


@pytest.mark.parametrize("matrix", SHOWN)
def test_is_shown_as_a_player_shows_it(matrix):
    shown = corners(320, 480)
    content = making.turned(clip(1, paint=lambda number: stored(matrix, shown)), matrix)
    picture = opened(first_frame(content))
    assert picture.format == "JPEG"
    assert picture.size == (320, 480)
    assert is_upright(picture)


def test_an_odd_angle_counts_as_upright():
    picture = opened(first_frame(making.turned(clip(1), (2, 1, -1, 2))))
    assert is_upright(picture)


def test_is_the_first_one_shown():
    def paint(number: int) -> Image.Image:
        return Image.new("RGB", making.WIDE, ["red", "lime", "blue"][number // 5])

    content = clip(3, paint=paint)
    assert near(opened(first_frame(content)).getpixel((9, 9)), RGB["red"])
    late = making.trimmed(content, begin=5 * 2048, milliseconds=1000)
    assert near(opened(first_frame(late)).getpixel((9, 9)), RGB["lime"])


def test_square_pixels():
    picture = opened(first_frame(clip(1, pixel_aspect=Fraction(4, 3))))
    assert picture.size == (640, 320)
    assert is_upright(picture)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv444p"])
def test_white_is_white_and_black_is_black(pixel_format):
    content = clip(1, pixel_format=pixel_format)
    picture = opened(first_frame(content))
    assert near(picture.getpixel((240, 160)), RGB["white"], tolerance=4)
    assert near(picture.getpixel((470, 310)), RGB["black"], tolerance=4)


def test_a_poster_is_the_first_frame():
    content = clip(1)
    assert poster(content) == first_frame(content)
