"""Who a storefront visitor is: a signed token that lives for a day, and no cookie of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core import signing

from django_tryon.conf import conf
from django_tryon.models import Shopper

SALT = "django_tryon.shopper"


def issue(shopper: Shopper) -> tuple[str, datetime]:
    """Return a token for this shopper, and when it expires (aware, UTC)."""
    return signing.dumps(str(shopper.pk), salt=SALT), datetime.now(UTC) + conf.TOKEN_LIFETIME


def read(token: str) -> Shopper | None:
    """Return the shopper whom a token stands for; None for a forged or expired one."""
    try:
        key = UUID(signing.loads(token, salt=SALT, max_age=conf.TOKEN_LIFETIME))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Shopper.objects.select_related("user").filter(pk=key, erased_at=None).first()


def shopper_of(user: Any) -> Shopper:
    """Return the shopper that a logged-in user is, made if need be; anonymous ones get a new one."""
    if user is None or not user.is_authenticated:
        return Shopper.objects.create()
    shopper, _created = Shopper.objects.get_or_create(user=user)
    return shopper
