"""Offer a look in the button, or no longer."""

from __future__ import annotations

from django_tryon.exceptions import WrongState
from django_tryon.models import Look
from django_tryon.services.looks.troubles import gone


def offer_look(look: Look) -> Look:
    """Let shoppers try on a look as a whole, whenever all its products are public.

    Raises WrongState for one that is not whole.
    """
    if missing := gone(look):
        raise WrongState(" ".join(missing), code="not_whole")
    return _write(look, is_offered=True)


def keep_look(look: Look) -> Look:
    """Offer a look no longer."""
    return _write(look, is_offered=False)


def _write(look: Look, *, is_offered: bool) -> Look:
    Look.objects.filter(pk=look.pk).update(is_offered=is_offered)
    look.refresh_from_db()
    return look
