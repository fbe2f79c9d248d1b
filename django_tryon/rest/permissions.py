"""Who may: a shopper, for what is their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from django_tryon.rest.base import View

LAUNCH = "django_tryon.launch_tryonjob"
"""Whoever may launch in the admin sees what it costs."""


class IsShopper(BasePermission):
    """Lets in whoever has a token or is logged in; everybody else gets a 401."""

    def has_permission(self, request: Request, view: View) -> bool:  # type: ignore[override]
        """Tell whether this is a shopper, and keep them as ``view.shopper``."""
        if request.auth is None and not request.user.is_authenticated:
            return False
        if not view.trusts_token:
            return bool(view.shopper)  # a 401 for one who is no more
        return True


def sees_prices(user: Any) -> bool:
    """Tell whether this user of the site is staff who may launch."""
    return bool(user.is_authenticated and user.is_staff and user.has_perm(LAUNCH))
