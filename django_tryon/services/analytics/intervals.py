"""Intervals: what a part of so many can tell of all, and what two of them tell of each other.

Wilson's score interval for one part, and Newcombe's (his method 10) for the difference of two; both
hold for small numbers and for parts near 0 and 1, where the usual formula gives intervals that
reach beyond or have no width. See R. G. Newcombe, Statistics in Medicine 17 (1998), 857-890.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Of 95 %, on both sides."""
POWER = 0.8416212335729143
"""Of 80 %: how likely a difference that is there would be seen."""
Interval = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """So many of so many."""

    count: int
    of: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """Return Wilson's, for 95 %; None of nothing."""
        return wilson(self.count, self.of) if self.of else None


def wilson(count: int, of: int) -> Interval:
    """Return the interval of a part. Raises ValueError unless 0 <= count <= of and of > 0."""
    if not 0 <= count <= of or not of:
        raise ValueError(f"{count} of {of} is no part.")
    rate, square = count / of, Z * Z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = Z * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of)) / (1 + square / of)
    # At the ends, what is left of rounding is not to reach beyond.
    return (0.0 if count == 0 else middle - half, 1.0 if count == of else middle + half)


def newcombe(first: Part, second: Part) -> Interval:
    """Return the interval of the first's rate less the second's. Both are of something."""
    one, two = first.count / first.of, second.count / second.of
    (low, high), (second_low, second_high) = (
        wilson(first.count, first.of),
        wilson(second.count, second.of),
    )
    return (
        one - two - math.hypot(one - low, second_high - two),
        one - two + math.hypot(high - one, two - second_low),
    )


def needed(first: Part, second: Part) -> int | None:
    """Return how many, both groups together, it takes to see the difference that shows now.

    In eight of ten cases, at 95 %, with groups as large to each other as they are; None where no
    difference shows.
    """
    one, two = first.count / first.of, second.count / second.of
    if one == two:
        return None
    ratio = first.of / second.of
    mean = (two + ratio * one) / (1 + ratio)
    alone = Z * math.sqrt(mean * (1 - mean) * (1 + 1 / ratio))
    apart = POWER * math.sqrt(one * (1 - one) / ratio + two * (1 - two))
    of_second = ((alone + apart) / (one - two)) ** 2
    return math.ceil(of_second * (1 + ratio))


def is_lopsided(second: int, *, of: int, share: float) -> bool:
    """Tell whether a group is of another size than its share, beyond what one draw in 1,000 does.

    Then something sorts visitors, such as a cache, and the comparison tells nothing.
    """
    spread = math.sqrt(of * share * (1 - share))
    return spread > 0 and abs(second - of * share) / spread > 3.29
