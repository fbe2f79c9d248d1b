from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.drawing.body import find_body
from django_tryon.sandbox.drawing.recolour import recolour

from .. import art

TRUNK = (0.44, 0.28, 0.56, 0.4)
LEGS = (0.43, 0.62, 0.48, 0.85)


def draw(prompt: str, part: str = "topwear") -> Image.Image:
    image = art.person()
    return recolour(image, find_body(image), prompt=prompt, part=part)


def tint(image: Image.Image, box: tuple[float, ...]) -> tuple[float, ...]:
    width, height = image.size
    part = image.crop((round(box[0] * width), round(box[1] * height),
                       round(box[2] * width), round(box[3] * height)))  # fmt: skip
    return tuple(np.asarray(part, dtype=float).mean(axis=(0, 1)))


def test_the_top_takes_the_colour_of_the_prompt() -> None:
    image = draw("A man wearing a RED shirt")
    red, green, blue = tint(image, TRUNK)
    assert red > 150 > green + blue - 20
    assert tint(image, LEGS) == pytest.approx(tint(art.person(), LEGS), abs=2)
    assert tint(image, (0, 0, 1, 0.14)) == pytest.approx(tint(art.person(), (0, 0, 1, 0.14)), abs=2)


def test_the_legs_are_dressed_where_bottomwear_is_asked_for() -> None:
    image = draw("a person wearing green trousers", "bottomwear")
    red, green, blue = tint(image, LEGS)
    assert green > red + 20
    assert green > blue + 10
    assert tint(image, TRUNK) == pytest.approx(tint(art.person(), TRUNK), abs=2)


@pytest.mark.parametrize(("words", "covered"), [("blue jeans", True), ("blue shorts", False)])
def test_only_what_is_long_covers_bare_legs(words: str, covered: bool) -> None:
    image = art.person()
    calf = (215, 500, 232, 560)
    image.paste(art.SKIN, calf)
    body = find_body(image)
    pixels = np.asarray(
        recolour(image, body, prompt=words, part="bottomwear").crop(calf), dtype=float
    )
    assert bool(pixels[..., 2].mean() > pixels[..., 0].mean()) is covered


def test_bare_arms_keep_their_colour() -> None:
    arm = (0.335, 0.3, 0.35, 0.42)
    assert tint(draw("a blue shirt"), arm) == pytest.approx(tint(art.person(), arm), abs=6)


@pytest.mark.parametrize("words", ["striped", "checked", "polka dot"])
def test_patterns_show_two_colours(words: str) -> None:
    plain = np.asarray(draw("a navy shirt").convert("L").crop((212, 180, 268, 260)), dtype=float)
    other = draw(f"a navy {words} shirt").convert("L").crop((212, 180, 268, 260))
    assert np.asarray(other, dtype=float).std() > plain.std() + 25


def test_two_colours_make_a_pattern_of_both() -> None:
    image = draw("a red and blue striped shirt").crop((212, 180, 268, 260))
    pixels = np.asarray(image, dtype=int)
    assert (pixels[..., 0] > pixels[..., 2] + 60).any()
    assert (pixels[..., 2] > pixels[..., 0] + 60).any()


def test_blue_jeans_are_of_denim_and_black_ones_are_black() -> None:
    blue, plain, black = (
        tint(draw(f"{words} jeans", "bottomwear"), LEGS) for words in ("blue", "", "black")
    )
    assert blue == plain
    assert sum(black) < sum(blue) / 2


def test_a_prompt_without_a_colour_still_changes_something() -> None:
    assert tint(draw("something nice"), TRUNK) != pytest.approx(tint(art.person(), TRUNK), abs=10)
