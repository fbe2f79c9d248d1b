"""The colours of what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from django_tryon.admin.drawing import labels
from django_tryon.models import Status, TryOnResult


@pytest.mark.parametrize("word", [*Status, *TryOnResult.Review])
def test_every_status_and_review_has_a_colour(word: str) -> None:
    assert labels.TONES[word]


def test_a_published_result_is_called_so(make_result: Any) -> None:
    result = make_result()
    assert "To be reviewed" in labels.review_label(result)
    result.published_at = datetime.now(UTC)
    assert "Published" in labels.review_label(result)
