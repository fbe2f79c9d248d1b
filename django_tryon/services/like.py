"""Like: what a shopper thinks of their result."""

from __future__ import annotations

from django.utils import timezone

from django_tryon.models import TryOnJob, TryOnResult


def like(result: TryOnResult, liked: bool | None) -> TryOnResult:
    """Keep thumbs up, thumbs down or neither."""
    result.liked = liked
    result.save(update_fields=["liked"])
    # Whoever watches the job is to see that it is no longer what it was.
    TryOnJob.objects.filter(pk=result.job_id).update(updated_at=timezone.now())
    return result
