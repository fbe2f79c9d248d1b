"""From which address a request came, seen through the shop's own proxies only."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django_tryon.conf import conf


def address_of(meta: Mapping[str, Any]) -> str:
    """Return the client's address, from ``request.META``; empty where it is none.

    Each of ``TRYON["TRUSTED_PROXIES"]`` proxies appends whom it saw, so only that many entries of
    ``X-Forwarded-For``, counted from the end, are worth anything. Of an IPv6 address only the
    network counts: everybody has a whole one.
    """
    seen = str(meta.get("REMOTE_ADDR") or "")
    if conf.TRUSTED_PROXIES > 0:
        passed_on = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
        if len(passed_on) >= conf.TRUSTED_PROXIES:
            seen = passed_on[-conf.TRUSTED_PROXIES].strip() or seen
    try:
        address = ip_address(seen)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)
