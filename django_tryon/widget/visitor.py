"""Who looks at a page: a logged-in user's shopper, or the one that the session remembers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from django_tryon.models import Shopper
from django_tryon.services.shoppers import tokens

KEY = "django_tryon_shopper"
"""In the session."""


def known(request: HttpRequest) -> Shopper | None:
    """Return the shopper who asks; None for one whom nobody knows yet."""
    remembered = _remembered(request)
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return remembered
    own = Shopper.objects.select_related("user").filter(user=user, erased_at=None).first()
    if own is None and remembered is not None:  # what was tried on before logging in comes along
        return tokens.shopper_of(user, visitor=remembered)
    return own


def enter(request: HttpRequest, proposed: UUID) -> Shopper:
    """Return the shopper who asks, made if need be; ``proposed`` is the id of a new one.

    The form names that id, so that a form which is sent twice makes one shopper, not two.
    """
    shopper = known(request)
    if shopper is not None:
        return shopper
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return tokens.shopper_of(user)
    shopper, _created = Shopper.objects.get_or_create(pk=proposed)
    if shopper.erased_at is not None or shopper.user_id is not None:  # an old form
        shopper = Shopper.objects.create(pk=uuid4())
    remember(request, shopper)
    return shopper


def remember(request: HttpRequest, shopper: Shopper) -> None:
    """Have the session stand for this shopper."""
    request.session[KEY] = str(shopper.pk)


def forget(request: HttpRequest) -> None:
    """Have the session stand for nobody."""
    request.session.pop(KEY, None)


def _remembered(request: HttpRequest) -> Shopper | None:
    """Return the anonymous visitor of this session; whoever logged out is not one any more."""
    try:
        key = UUID(request.session.get(KEY, ""))
    except (ValueError, TypeError, AttributeError):
        return None
    shopper = tokens.find(key)
    return shopper if shopper is not None and shopper.user_id is None else None
