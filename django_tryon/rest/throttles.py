"""How often: per shopper, per address, and less often for what costs more."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from django_tryon.conf import conf, options
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.allowance import hash_of_address

USUAL = options()["THROTTLES"].default


class Throttle(SimpleRateThrottle):
    """A bound that ``TRYON["THROTTLES"]`` sets."""

    cache_format = "django_tryon:%(scope)s:%(ident)s"

    def get_rate(self) -> str | None:
        """Return the shop's rate, or ours."""
        scope = str(self.scope)
        given = conf.THROTTLES
        rate: str | None = given[scope] if scope in given else USUAL[scope]
        return rate

    def named(self, ident: str) -> str:
        """Return the name under which requests are counted."""
        return self.cache_format % {"scope": self.scope, "ident": ident}


class ByShopper(Throttle):
    """Counts what one shopper asks."""

    scope = "shopper"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return the shopper's key; None for nobody, who is counted by address."""
        if request.auth is not None:
            return self.named(str(request.auth))
        return self.named(f"user-{request.user.pk}") if request.user.is_authenticated else None


class ByAddress(Throttle):
    """Counts what comes from one address, which is not kept itself."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the address's key."""
        return self.named(hash_of_address(address_of(request.META))[:32])


class Uploads(ByShopper):
    """Counts one shopper's photos."""

    scope = "upload"


class Tokens(ByAddress):
    """Counts the new shoppers of one address."""

    scope = "token"


class Events(ByAddress):
    """Counts what the buttons of one address tell, apart from what its shoppers ask."""

    scope = "events"
