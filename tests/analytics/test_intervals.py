"""Intervals, against values that others have published."""

from __future__ import annotations

import math
from typing import Any

import pytest

from django_tryon.services.analytics.intervals import (
    POWER,
    Part,
    Z,
    is_lopsided,
    needed,
    newcombe,
    wilson,
)


def four(interval: Any) -> tuple[float, ...]:
    return tuple(round(end, 4) + 0.0 for end in interval)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # Its mirror.
        (20, 20, 0.8389, 1.0000),
    ],
)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    assert four(wilson(count, of)) == (low, high)


def test_wilson_by_hand() -> None:
    # 5 of 10: (0.5 + z²/20 ± z·√(0.25/10 + z²/400)) / (1 + z²/10), with z² = 3.8415.
    half = 1.96 * math.sqrt(0.025 + 3.8416 / 400) / 1.38416
    low, high = wilson(5, 10)
    assert low == pytest.approx(0.5 - half, abs=1e-4)
    assert high == pytest.approx(0.5 + half, abs=1e-4)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_part(count: int, of: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {of} is no part"):
        wilson(count, of)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe(first: Any, second: Any, low: float, high: float) -> None:
    assert four(newcombe(Part(*first), Part(*second))) == (low, high)
    assert four(newcombe(Part(*second), Part(*first))) == (-high, -low)


def test_how_many_it_takes() -> None:
    # J. L. Fleiss, Statistical Methods for Rates and Proportions: 60 % against 40 %, each group.
    assert needed(Part(60, 100), Part(40, 100)) == 2 * 97
    # Nine with the button for one without, 5 % against 4 %: by hand, mean 4.9 %.
    alone = Z * math.sqrt(0.049 * 0.951 * (1 + 1 / 9))
    apart = POWER * math.sqrt(0.05 * 0.95 / 9 + 0.04 * 0.96)
    expected = 10 * ((alone + apart) / 0.01) ** 2
    found = needed(Part(45, 900), Part(4, 100))
    assert found is not None
    assert abs(found - expected) <= 1
    assert needed(Part(4, 100), Part(4, 100)) is None


@pytest.mark.parametrize(
    ("held", "of", "lopsided"),
    [(100, 1000, False), (131, 1000, False), (132, 1000, True), (68, 1000, True), (0, 0, False)],
)
def test_a_group_of_the_wrong_size(held: int, of: int, lopsided: bool) -> None:
    # A standard deviation is √(1000 · 0.1 · 0.9) = 9.49; 3.29 of them are 31.2.
    assert is_lopsided(held, of=of, share=0.1) is lopsided


def test_nothing_of_nothing() -> None:
    assert (Part(0, 0).rate, Part(0, 0).interval) == (None, None)
    assert Part(1, 4).rate == 0.25
