"""Say whether the provider could fetch an address, and whether it should be asked to."""

from __future__ import annotations

from django_tryon.conf import conf
from django_tryon.hosts import is_loopback, why_malformed, why_not_public

SCHEMES = ("http", "https")


def problem_with(url: str) -> str:
    """Return what is wrong with an address for the provider, as a clause; empty if nothing is.

    No name is looked up. This very machine is fine while ``TRYON["BASE_URL"]`` is on it too.
    """
    if is_loopback(url) and is_loopback(conf.BASE_URL):
        return why_malformed(url, schemes=SCHEMES)
    return why_not_public(url, schemes=SCHEMES)
