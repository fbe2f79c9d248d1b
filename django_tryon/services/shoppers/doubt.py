"""Doubt: say to a shopper that a result may not be right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon.models import TryOnResult


def doubt_about(result: TryOnResult) -> str:
    """Return a sentence for whoever sees a result that the shop wants looked at; else empty.

    What the checks saw is for staff: a shopper is told what it means for them.
    """
    if not result.is_doubtful:
        return ""
    return _("Look closely: face, body or garment may not be right in this picture.")
