"""Who a storefront visitor is: a signed token that lives for a day, and no cookie of ours."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import TokenRefused
from django_tryon.models import Shopper

SALT = "django_tryon.shopper"
RENEWABLE = timedelta(days=30)
"""How long an expired token still gets its shopper a new one."""


def issue(shopper: Shopper) -> tuple[str, datetime]:
    """Return a token for this shopper, and when it expires (aware, UTC)."""
    return signing.dumps(str(shopper.pk), salt=SALT), datetime.now(UTC) + conf.TOKEN_LIFETIME


def owner_of(token: str, *, grace: timedelta = timedelta(0)) -> UUID:
    """Return the id of the shopper whom a token stands for, without asking the database.

    ``grace`` lets a token be that much older than it should. Raises TokenRefused.
    """
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=conf.TOKEN_LIFETIME + grace))
    except signing.SignatureExpired as error:
        raise TokenRefused(
            _("This token has expired. Ask for a new one."), code="token_expired"
        ) from error
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenRefused(_("This token is not one of this shop's.")) from error


def read(token: str, *, grace: timedelta = timedelta(0)) -> Shopper | None:
    """Return the shopper whom a token stands for; None for a forged or expired one."""
    try:
        return find(owner_of(token, grace=grace))
    except TokenRefused:
        return None


def find(key: UUID) -> Shopper | None:
    """Return the shopper of this id; None for one who was erased, or whose account is closed."""
    try:
        shopper = Shopper.objects.select_related("user").get(pk=key, erased_at=None)
    except Shopper.DoesNotExist:
        return None
    return shopper if shopper.user is None or shopper.user.is_active else None


def shopper_of(user: Any, *, visitor: Shopper | None = None) -> Shopper:
    """Return the shopper that a logged-in user is, made if need be; for anybody else a new one.

    ``visitor`` is who the user was before logging in: a user who never tried anything on keeps
    what that visitor has.
    """
    if user is None or not user.is_authenticated:
        return Shopper.objects.create()
    own = Shopper.objects.filter(user=user).first()
    if own is None and visitor is not None and visitor.user_id is None:
        # Another request of the same user may be first; then the visitor stays who they are.
        with suppress(IntegrityError), transaction.atomic():
            Shopper.objects.filter(pk=visitor.pk, user=None).update(user=user)
    return own or Shopper.objects.get_or_create(user=user)[0]
