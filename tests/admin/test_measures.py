"""Numbers, money and moments as staff read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from django_tryon.admin.drawing import measures


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "-"),
        (0.4, "0 s"),
        (10.7, "11 s"),
        (99, "99 s"),
        (628.77, "10 min"),
        (5940, "99 min"),
        (7740, "2 h"),
    ],
)
def test_durations(value: float | None, words: str) -> None:
    assert measures.seconds(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "-"), ("0.0443", "$0.044"), ("4.745", "$4.75"), ("0.9", "$0.900"), ("1", "$1.00")],
)
def test_dollars(value: str | None, words: str) -> None:
    assert measures.dollars(None if value is None else Decimal(value)) == words


@pytest.mark.parametrize(
    ("cost", "estimate", "status", "words"),
    [
        ("0.05", "0.04", "succeeded", "$0.050"),
        (None, "0.04", "succeeded", "about $0.040"),
        (None, "0.04", "queued", "about $0.040"),
        (None, "0.04", "failed", "-"),
        (None, None, "queued", "-"),
        ("0", "0.04", "failed", "$0.000"),
        (None, "0.04", "cancelled", "-"),
    ],
)
def test_an_unknown_cost_is_not_nothing(
    cost: str | None, estimate: str | None, status: str, words: str
) -> None:
    job: Any = SimpleNamespace(
        outfit_id=1,
        cost=cost and Decimal(cost),
        estimated_cost=estimate and Decimal(estimate),
        status=status,
        submitted_at=None,
    )
    assert measures.cost_of(job) == words


def test_what_was_cancelled_when_it_ran_costs_what_it_costs() -> None:
    job: Any = SimpleNamespace(
        outfit_id=1,
        cost=None,
        estimated_cost=Decimal("0.04"),
        status="cancelled",
        submitted_at=datetime.now(UTC),
    )
    assert measures.cost_of(job) == "about $0.040"


def test_a_moment_that_never_came_is_a_dash() -> None:
    assert measures.moment(None) == "-"


def test_a_size_needs_both_sides() -> None:
    assert measures.size(3, 4) == "3 \N{MULTIPLICATION SIGN} 4"
    assert measures.size(None, 4) == "-"
