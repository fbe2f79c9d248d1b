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
    return _say(result, TryOnResult.Review.REJECTED, by, published_at=None)


def _say(result: TryOnResult, review: TryOnResult.Review, by: Any, **only_if: Any) -> TryOnResult:
    said = {"review": review, "reviewed_by": by, "reviewed_at": timezone.now()}
    won = TryOnResult.objects.filter(pk=result.pk, **only_if).update(**said)
    result.refresh_from_db()
    if not won:
        raise WrongState(_("This result is published. Unpublish it before you reject it."))
    return result
