"""How often a form may be sent: as often as the API may be asked for the same, counted together."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from django_tryon.conf import conf, options
from django_tryon.models import Shopper
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.allowance import hash_of_address
from django_tryon.widget.pages import not_now

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
USUAL = options()["THROTTLES"].default


def too_often(
    request: HttpRequest, shopper: Shopper | None, *, is_photo: bool = False
) -> HttpResponse | None:
    """Count a form that was sent; return the page to answer with if there were too many."""
    for scope, ident in _bounds(request, shopper, is_photo):
        wait = count(scope, ident)
        if wait:
            said = _("Too many requests. Please wait a little.")
            return not_now(request, said, retry_after=wait)
    return None


def _bounds(
    request: HttpRequest, shopper: Shopper | None, is_photo: bool
) -> Iterator[tuple[str, str]]:
    address = hash_of_address(address_of(request.META))[:32]
    yield "address", address
    if shopper is None:  # whoever is nobody yet will be somebody
        yield "token", address
    else:
        yield "shopper", str(shopper.pk)
        if is_photo:
            yield "upload", str(shopper.pk)


def count(scope: str, ident: str) -> int:
    """Count one more, where the API's own counts lie; return how many seconds to wait, or 0."""
    rate = conf.THROTTLES.get(scope, USUAL[scope])
    if rate is None:
        return 0
    number, _slash, period = str(rate).partition("/")
    seconds, key, now = SECONDS[period[0]], f"django_tryon:{scope}:{ident}", time.time()
    seen: list[float] = [moment for moment in cache.get(key, []) if moment > now - seconds]
    if len(seen) >= int(number):
        return max(1, math.ceil(seen[-1] + seconds - now))
    cache.set(key, [now, *seen], seconds)
    return 0
