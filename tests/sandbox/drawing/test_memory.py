from __future__ import annotations

from typing import Any

import pytest

from django_tryon.sandbox.drawing import memory
from django_tryon.sandbox.drawing.memory import Memory
from django_tryon.sandbox.drawing.painters import Inputs, Painted

PARAMS = {"image": "http://site/a", "prompt": "red", "seed": 1}
INPUTS = {"image": [b"one"]}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, Inputs]]:
    calls: list[tuple[str, Any, Inputs]] = []

    def paint(*given: Any) -> Painted:
        calls.append(given)
        return Painted(b"%d" % len(calls), "image/png", "png")

    monkeypatch.setattr(memory, "paint", paint)
    return calls


def test_the_same_picture_is_drawn_once(drawn: list[Any]) -> None:
    known = Memory()
    first = known.paint("fashion-ai", PARAMS, INPUTS)
    elsewhere = PARAMS | {"image": "http://site/b", "seed": 2}
    assert known.paint("fashion-ai", elsewhere, {"image": [b"one"]}) is first
    assert drawn == [("fashion-ai", PARAMS, INPUTS)]


@pytest.mark.parametrize(
    ("slug", "params", "inputs"),
    [
        ("idm-vton", PARAMS, INPUTS),
        ("fashion-ai", PARAMS | {"prompt": "blue"}, INPUTS),
        ("fashion-ai", PARAMS, {"image": [b"two"]}),
        ("fashion-ai", PARAMS, {"image": [b"one", b""]}),
    ],
)
def test_another_picture_is_drawn(drawn: list[Any], slug: str, params: Any, inputs: Any) -> None:
    known = Memory()
    known.paint("fashion-ai", PARAMS, INPUTS)
    known.paint(slug, params, inputs)
    assert len(drawn) == 2


def test_only_the_last_pictures_are_remembered(
    drawn: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "KEPT", 2)
    known = Memory()
    for prompt in ("red", "blue", "red", "green", "red", "blue"):
        known.paint("fashion-ai", PARAMS | {"prompt": prompt}, INPUTS)
    assert [params["prompt"] for _, params, _ in drawn] == ["red", "blue", "green", "blue"]
