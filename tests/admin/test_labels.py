"""Words and numbers as staff read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from django_tryon.admin import labels
from django_tryon.models import Status, TryOnResult


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_colour(status: str) -> None:
    assert labels.TONES[status]


def test_a_published_result_is_called_so(make_result: Any) -> None:
    result = make_result()
    assert "To be reviewed" in labels.review_label(result)
    result.published_at = datetime.now(UTC)
    assert "Published" in labels.review_label(result)


def test_an_engine_that_is_no_longer_used_keeps_its_slug() -> None:
    assert labels.engine_title("idm-vton") == "IDM-VTON"
    assert labels.engine_title("old-engine") == "old-engine"


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "-"), (0.4, "0 s"), (10.7, "11 s"), (99, "99 s"), (628.77, "10 min")],
)
def test_durations(value: float | None, words: str) -> None:
    assert labels.seconds(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "-"), ("0.0443", "$0.044"), ("4.745", "$4.75"), ("0.9", "$0.900"), ("1", "$1.00")],
)
def test_dollars(value: str | None, words: str) -> None:
    assert labels.dollars(None if value is None else Decimal(value)) == words


@pytest.mark.parametrize(
    ("cost", "estimate", "status", "words"),
    [
        ("0.05", "0.04", "succeeded", "$0.050"),
        (None, "0.04", "succeeded", "about $0.040"),
        (None, "0.04", "queued", "about $0.040"),
        (None, "0.04", "failed", "-"),
        (None, None, "queued", "-"),
        ("0", "0.04", "failed", "$0.000"),
    ],
)
def test_an_unknown_cost_is_not_nothing(
    cost: str | None, estimate: str | None, status: str, words: str
) -> None:
    job: Any = SimpleNamespace(
        cost=cost and Decimal(cost), estimated_cost=estimate and Decimal(estimate), status=status
    )
    assert labels.cost_of(job) == words


def test_who_did_it_and_when() -> None:
    at = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
    assert labels.by_whom(None, None) == "-"
    assert labels.moment(None) == "-"
    assert labels.by_whom(at, None) == labels.moment(at)
    assert labels.by_whom(at, "mia") == f"{labels.moment(at)} by mia"


def test_a_size_needs_both_sides() -> None:
    assert labels.size(3, 4) == "3 \N{MULTIPLICATION SIGN} 4"
    assert labels.size(None, 4) == "-"
    assert TryOnResult.Review.PENDING in labels.TONES
