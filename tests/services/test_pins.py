"""Pins: what a category is done by, as far as that can still be launched."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Pin
from django_tryon.services.pins import Pinned, pin, pinned

pytestmark = pytest.mark.django_db


def test_only_what_was_chosen_is_kept(staff: Any) -> None:
    made = pin("upper", "idm-vton", {"seed": 7, "steps": 25, "mask_only": False}, by=staff)
    assert (made.engine, made.params, made.set_by) == ("idm-vton", {"steps": 25}, staff)
    found = pinned()
    assert list(found) == ["upper"]
    assert (found["upper"].engine.slug, found["upper"].params) == ("idm-vton", {"steps": 25})
    assert isinstance(found["upper"], Pinned)


def test_a_category_has_one_pin(staff: Any) -> None:
    pin("upper", "idm-vton", {}, by=staff)
    pin("upper", "try-on-diffusion", {})
    assert str(Pin.objects.get()) == "Upper body: try-on-diffusion"
    assert Pin.objects.get().set_by is None


@pytest.mark.parametrize(
    ("category", "engine", "params", "said"),
    [
        ("dress", "fashion-ai", {}, "cannot do this category: dress"),
        ("upper", "video-tryon-v2", {}, "needs a first frame each time"),
        ("upper", "no-such-engine", {}, "There is no engine"),
        ("upper", "idm-vton", {"steps": "many"}, "steps"),
    ],
)
def test_what_cannot_be_launched_cannot_be_pinned(
    category: str, engine: str, params: dict[str, Any], said: str
) -> None:
    with pytest.raises(LaunchRefused, match=said):
        pin(category, engine, params)
    assert not Pin.objects.exists()


def test_what_cannot_be_launched_any_more_is_not_pinned() -> None:
    Pin.objects.create(category="upper", engine="idm-vton", params={"no_such": 1})
    Pin.objects.create(category="dress", engine="gone")
    assert pinned() == {}
