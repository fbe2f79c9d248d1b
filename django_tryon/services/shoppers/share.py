"""Share: a link to one result that anybody may open for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.models import TryOnResult

SALT = "django_tryon.share"


def share(result: TryOnResult) -> tuple[str, datetime]:
    """Return the path of the public page of this result, and when it expires (aware).

    Nothing is stored: deleting the result is what takes the page back.
    """
    expires_at = timezone.now() + conf.SHARE_LIFETIME
    if result.delete_at is not None and result.published_at is None:
        expires_at = min(expires_at, result.delete_at)
    signed = signing.dumps([str(result.pk), int(expires_at.timestamp())], salt=SALT)
    return reverse("django_tryon:share", args=[signed]), expires_at


def open_shared(signed: str) -> TryOnResult | None:
    """Return the result that a shared link stands for; None if it was deleted.

    Raises django.core.signing.BadSignature for a forged link, SignatureExpired for one whose time
    is over.
    """
    try:
        key, until = signing.loads(signed, salt=SALT)
        pk, left = UUID(key), timedelta(seconds=int(until) - timezone.now().timestamp())
    except (ValueError, TypeError) as error:
        raise signing.BadSignature("This is no link of ours.") from error
    if left <= timedelta(0):
        raise signing.SignatureExpired("The time of this link is over.")
    return there().filter(pk=pk).select_related("job").first()


def there() -> QuerySet[TryOnResult]:
    """Return the results that can still be seen."""
    return TryOnResult.objects.there()
