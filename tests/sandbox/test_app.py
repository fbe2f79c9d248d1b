from __future__ import annotations

import pytest

from django_tryon.sandbox.app import create_sandbox, utc_now
from django_tryon.sandbox.catalogue import MODELS


def test_a_run_takes_its_time_by_the_speed() -> None:
    assert create_sandbox().seconds_of(MODELS["idm-vton"]) == 3.2
    assert create_sandbox(speed=4).seconds_of(MODELS["idm-vton"]) == 0.8
    assert create_sandbox(speed=4, seconds=7).seconds_of(MODELS["idm-vton"]) == 7


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_must_be_positive(speed: float) -> None:
    with pytest.raises(ValueError, match="larger than 0"):
        create_sandbox(speed=speed)


def test_the_usual_clock_is_aware() -> None:
    assert utc_now().utcoffset() is not None
