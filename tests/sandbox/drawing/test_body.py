from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.drawing.body import find_body

from .. import art


@pytest.mark.parametrize("shift", [-60, 0, 60])
def test_a_whole_figure_is_measured(shift: int) -> None:
    body = find_body(art.person(shift=shift))
    head = 640 * 0.93 / 7.5
    assert body.head == pytest.approx(head, rel=0.05)
    assert body.top == pytest.approx(640 * 0.04, abs=0.1 * head)
    assert body.shoulder == pytest.approx(640 * 0.04 + 1.35 * head, abs=0.2 * head)
    for heads in (0.5, 2.0, 3.0):
        middle = body.at(body.axis, body.level(heads))
        assert middle == pytest.approx(240 + shift, abs=0.15 * head)
    assert body.width(body.level(2.7)) == pytest.approx(1.3 * head, rel=0.25)
    assert body.breadth(body.level(2)) == pytest.approx(2.1 * head, rel=0.15)


def test_a_figure_before_a_busy_background_is_measured_roughly() -> None:
    body = find_body(art.person(busy=True))
    head = 640 * 0.93 / 7.5
    assert body.head == pytest.approx(head, rel=0.12)
    assert body.shoulder == pytest.approx(640 * 0.04 + 1.35 * head, abs=0.4 * head)
    assert body.at(body.axis, body.level(2)) == pytest.approx(240, abs=0.3 * head)


def test_a_portrait_whose_legs_are_outside_is_measured_by_its_neck() -> None:
    image = art.person((480, 640), bottom=2.0)
    body = find_body(image)
    assert body.head == pytest.approx(640 * 1.96 / 7.5, rel=0.25)
    assert body.level(7.5) > 640


def test_a_picture_of_nobody_still_gives_a_body() -> None:
    body = find_body(Image.new("RGB", (300, 400), (200, 200, 200)))
    assert 0 < body.head < 400
    assert np.isfinite(body.axis).all()
    assert body.mask().size == (300, 400)


def test_something_flat_is_not_taken_for_a_person() -> None:
    image = Image.new("RGB", (300, 400), (200, 200, 200))
    image.paste((20, 40, 90), (40, 300, 260, 360))
    body = find_body(image)
    assert body.level(7.5) - body.top > 300  # where people usually stand


def test_a_head_that_fills_the_picture_still_gives_a_body() -> None:
    image = Image.new("RGB", (300, 400), (200, 200, 200))
    image.paste(art.SKIN, (60, 250, 240, 400))
    assert find_body(image).shoulder > 0
