"""Say whether the provider could fetch an address, and whether it should be asked to."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from django_tryon.conf import conf

NUMERIC = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
"""Hosts that resolvers read as an IPv4 address, such as ``127.1`` or ``0x7f000001``."""

INNER_SUFFIXES = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home")
"""Names that mean something in one network only; cloud metadata hides behind ``.internal``."""


def problem_with(url: str) -> str:
    """Return what is wrong with an address for the provider, as a clause; empty if nothing is.

    No name is looked up. This very machine is fine while ``TRYON["BASE_URL"]`` is on it too.
    """
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return _("it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return _("it is not a well-formed address")
    if parts.scheme not in {"http", "https"}:
        return _("it does not begin with http:// or https://")
    if not host:
        return _("it names no host")
    if "@" in parts.netloc:
        return _("it carries a user name or password")
    if not host.isascii():
        return _("its host has letters outside ASCII; write it in its xn-- form")
    if is_loopback(parts) and is_loopback(urlsplit(conf.BASE_URL)):
        return ""
    return "" if is_public(host) else _("its host cannot be reached from the internet")


def is_loopback(parts: SplitResult) -> bool:
    """Tell whether the address is of this very machine."""
    host = (parts.hostname or "").rstrip(".")
    address = read_address(host)
    if address is not None:
        return address.is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_public(host: str) -> bool:
    """Tell whether a host's name or number is one of the open internet."""
    address = read_address(host)
    if address is not None:
        return address.is_global and not address.is_multicast
    return "." in host and not host.endswith(INNER_SUFFIXES)


def read_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read a host that is a number, in any of the spellings resolvers know; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not NUMERIC.fullmatch(host):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
