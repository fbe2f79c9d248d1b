"""From which address a request came, seen through the shop's own proxies only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django_tryon import logs
from django_tryon.conf import conf

UNKNOWN = "unknown"
"""What stands for all of whom no address is known: together they are one address."""
WITH_PORT = re.compile(r"\[(?P<six>[0-9a-fA-F:.]+)\](?::\d+)?|(?P<four>[0-9.]+):\d+")
_said: set[str] = set()


def address_of(meta: Mapping[str, Any]) -> str:
    """Return the client's address, from ``request.META``; ``UNKNOWN`` where it is none.

    Each proxy appends whom it saw to ``X-Forwarded-For``, so it is read from the end: as many
    entries as ``TRYON["TRUSTED_PROXIES"]`` says, or for as long as whoever appended them is in one
    of the networks that it lists. Of an IPv6 address only the network counts: everybody has a
    whole one.
    """
    seen = str(meta.get("REMOTE_ADDR") or "")
    header = str(meta.get("HTTP_X_FORWARDED_FOR") or "")
    passed_on = header.split(",") if header else []
    trusted = conf.TRUSTED_PROXIES
    if not isinstance(trusted, int):
        seen = _behind(trusted, [*passed_on, seen])
    elif 0 < trusted <= len(passed_on):
        seen = passed_on[-trusted].strip() or seen
    address = _read(seen)
    if address is None:
        _warn_once()
        return UNKNOWN
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def _behind(trusted: Sequence[str], way: Sequence[str]) -> str:
    """Return who stands before the last trusted one; a socket without an address is trusted."""
    networks = [ip_network(each, strict=False) for each in trusted]
    for seen in reversed(way):
        address = _read(seen)
        is_socket = seen == way[-1] and not seen
        if not is_socket and not (address and any(address in each for each in networks)):
            return seen
    return way[0]


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that this stands for, without its port; None if it is none."""
    found = WITH_PORT.fullmatch(text.strip())
    try:
        address = ip_address((found["six"] or found["four"]) if found else text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _warn_once() -> None:
    if UNKNOWN not in _said:
        _said.add(UNKNOWN)
        logs.warning(
            "address.unknown",
            "A request came without the client's address: all such requests share the bounds of "
            "one. Behind a proxy or a socket, set TRYON['TRUSTED_PROXIES'].",
        )
