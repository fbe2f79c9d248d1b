"""Ask the provider what is left of the credits, and remember what it said."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from django_tryon.exceptions import ProviderError, Unreachable
from django_tryon.models import Credits
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.loop import network, said_by

PATIENCE = 10.0
"""Seconds that somebody who looks at a page waits for the answer."""


async def _ask(client: SegmindClient) -> Decimal:
    return await client.credits()


def ask_credits() -> Credits:
    """Return what is left; asking is free. Raises ProviderError, with a sentence for staff."""
    asked = network.start(_ask)
    try:
        asked.exception(PATIENCE)
    except TimeoutError as error:
        asked.cancel()
        said = _("Segmind has not answered within %(count)d seconds.")
        raise Unreachable(said % {"count": PATIENCE}) from error
    told = said_by(asked)
    if isinstance(told, ProviderError):
        raise told
    if isinstance(told, BaseException):
        raise Unreachable(_("Segmind could not be asked.")) from told
    return Credits.note(told)
