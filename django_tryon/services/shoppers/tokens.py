"""Who a storefront visitor is: a signed token that lives for a day, and no cookie of ours."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.core import signing
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import TokenRefused
from django_tryon.models import Shopper
from django_tryon.models.question import Blank, Question

SALT = "django_tryon.shopper"
RENEWABLE = timedelta(days=30)
"""How long an expired token still gets its shopper a new one."""
FOUND = Question(Shopper.objects.filter(pk=Blank("key", models.UUIDField()), erased_at=None))


def issue(shopper: Shopper) -> tuple[str, datetime]:
    """Return a token for this shopper, and when it expires (aware, UTC)."""
    said: Any = str(shopper.pk)
    if shopper.user_id is not None:
        said = [said, _mark_of(shopper)]
    return signing.dumps(said, salt=SALT), datetime.now(UTC) + conf.TOKEN_LIFETIME


def _mark_of(shopper: Shopper) -> str:
    """Return what a user's tokens carry, made if need be."""
    row = Shopper.objects.filter(pk=shopper.pk)
    row.filter(token_mark="").update(token_mark=secrets.token_hex(16))
    return str(row.values_list("token_mark", flat=True).get())


class AccountId(UUID):
    """The id of a shopper who is a user of the site, looked up already."""


def owner_of(token: str, *, grace: timedelta = timedelta(0)) -> UUID:
    """Return the id of the shopper whom a token stands for.

    A visitor's is believed without asking the database: it is worth nothing once the visitor has
    become a user, which is for whoever reads rows by it to ask. A user's is looked up, as it ends
    with a logout. ``grace`` lets a token be that much older than it should. Raises TokenRefused.
    """
    try:
        said = signing.loads(token, salt=SALT, max_age=conf.TOKEN_LIFETIME + grace)
        if not isinstance(said, list):
            return UUID(said)
        key, mark = said
        owner = AccountId(key)
    except signing.SignatureExpired as error:
        raise TokenRefused(
            _("This token has expired. Ask for a new one."), code="token_expired"
        ) from error
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise TokenRefused(_("This token is not one of this shop's.")) from error
    known = Shopper.objects.filter(pk=owner, token_mark=mark)
    # Of whoever was erased nothing is left; they may still ask for it again.
    if not known.exclude(user__is_active=False).exists():
        raise TokenRefused(_("This token has expired. Ask for a new one."))
    return owner


def end_tokens(sender: Any, user: Any = None, **kwargs: Any) -> None:
    """Have the tokens of a user who logs out be worth nothing, wherever they were copied to."""
    if user is not None and user.pk is not None:
        Shopper.objects.filter(user=user.pk).update(token_mark="")


def read(token: str, *, grace: timedelta = timedelta(0)) -> Shopper | None:
    """Return the shopper whom a token stands for; None for a forged or expired one."""
    try:
        return find(owner_of(token, grace=grace))
    except TokenRefused:
        return None


def find(key: UUID) -> Shopper | None:
    """Return the shopper of this id; None for one who was erased, or whose account is closed."""
    # Most have no user, so none is read for all.
    for shopper in FOUND.objects(key=key):
        return shopper if shopper.user is None or shopper.user.is_active else None
    return None


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


user_logged_out.connect(end_tokens, dispatch_uid="django_tryon.tokens")
