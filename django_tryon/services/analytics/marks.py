"""Marks: hashes by which an order is known again for a while, and by nobody afterwards."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from django_tryon.models import Salt


def mark(what: str, text: str, *, salt: str) -> str:
    """Return the hash of a text, such as an order's number; ``what`` keeps kinds apart."""
    return hmac.new(salt.encode(), f"{what}:{text}".encode(), hashlib.sha256).hexdigest()


def marks(what: str, text: str, *, day: date) -> list[str]:
    """Return the hash by this month's salt, and then those by the earlier ones that are left."""
    newest = Salt.of(day)
    earlier = Salt.objects.exclude(pk=newest.pk).order_by("-month")
    return [mark(what, text, salt=salt.value) for salt in (newest, *earlier)]
