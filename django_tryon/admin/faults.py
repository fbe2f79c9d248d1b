"""Faults that nobody foresaw: logged without their own words, told to staff in ours."""

from __future__ import annotations

import traceback

from django.utils.translation import gettext as _

from django_tryon import logs


def note_fault(what: str, error: Exception) -> str:
    """Log of what kind a fault was and where it arose, and return a sentence for staff.

    The error's own message stays out of both: a storage's may hold a path or a signed link.
    """
    way = " > ".join(
        f"{frame.f_globals.get('__name__', '?')}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    )
    logs.error("admin.fault", "%s: %s at %s", what, type(error).__qualname__, way)
    return _("It could not be done, because of a fault that was logged. Try it again later.")
