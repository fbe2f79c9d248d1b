"""Review: what staff say of a result."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnResult


def approve(result: TryOnResult, *, by: Any = None) -> TryOnResult:
    """Call a result good."""
    return _say(result, TryOnResult.Review.APPROVED, by)


def reject(result: TryOnResult, *, by: Any = None) -> TryOnResult:
    """Call a result bad. Raises WrongState for a published one: unpublish it first."""
    if result.published_at is not None:
        raise WrongState(_("This result is published. Unpublish it before you reject it."))
    return _say(result, TryOnResult.Review.REJECTED, by)


def _say(result: TryOnResult, review: TryOnResult.Review, by: Any) -> TryOnResult:
    result.review, result.reviewed_by, result.reviewed_at = review, by, timezone.now()
    result.save(update_fields=["review", "reviewed_by", "reviewed_at"])
    return result
