from __future__ import annotations

import io
from collections.abc import Callable

import av
import pytest
from PIL import Image

from django_tryon.sandbox.app import create_sandbox
from django_tryon.sandbox.catalogue import MODELS
from django_tryon.sandbox.plain import Plain

from .conftest import IDM, VIDEO, Caller


@pytest.mark.parametrize("length", [2**19, 100_000, 65_000 + 2**16, 2**20 + 1])
def test_a_picture_is_as_long_as_it_is_to_be(length: int) -> None:
    content = Plain(length).picture.content
    assert len(content) == length
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.size == (768, 1024)


def test_every_length_from_the_shortest_can_be_made() -> None:
    shortest = len(Plain().picture.content)
    for extra in (4, 5, 65_539, 65_540, 65_541, 65_542, 65_543, 65_544, 131_080):
        assert len(Plain(shortest + extra).picture.content) == shortest + extra
    for extra in (-1, 1, 3):
        with pytest.raises(ValueError, match=f"{shortest + 4} can"):
            Plain(shortest + extra)


def test_plain_looks_at_no_input(make: Callable[..., Caller]) -> None:
    call = make(plain=True)
    nowhere = {"human_img": "http://site/none", "garm_img": "http://site/none"}
    first = call.result("idm-vton", **nowhere)
    second = call.result("idm-vton", **IDM)
    assert first["output"] != second["output"]
    assert call("GET", first["output"]).content == call("GET", second["output"]).content
    assert call.result("idm-vton", **IDM | {"steps": 99})["status"] == "FAILED"
    clip = call("GET", call.result("video-tryon-v2", **VIDEO)["output"]).content
    with av.open(io.BytesIO(clip)) as container:
        assert container.duration == 1_000_000


def test_jitter_spreads_the_runs_and_a_seed_repeats_them() -> None:
    first, again = (create_sandbox(seconds=10, jitter=1, seed=3) for _ in range(2))
    model = MODELS["idm-vton"]
    drawn = [first.draw_seconds(model) for _ in range(200)]
    assert drawn == [again.draw_seconds(model) for _ in range(200)]
    assert 9 <= min(drawn) < 9.2
    assert 10.8 < max(drawn) <= 11
    assert create_sandbox(seconds=0, jitter=0).draw_seconds(model) == 0
    with pytest.raises(ValueError, match="jitter"):
        create_sandbox(jitter=-1)
