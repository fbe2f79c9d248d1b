"""Like: what a shopper thinks of their result."""

from __future__ import annotations

from django_tryon.models import TryOnResult


def like(result: TryOnResult, liked: bool | None) -> TryOnResult:
    """Keep thumbs up, thumbs down or neither."""
    result.liked = liked
    result.save(update_fields=["liked"])
    result.touch_job()
    return result
