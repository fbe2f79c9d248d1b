"""Which addresses are public, and which are only this machine's or this network's.

Looks at the text alone: no name is looked up.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")

NUMERIC = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
"""Hosts that resolvers may read as an IPv4 address, such as ``127.1`` or ``0x7f000001``."""

HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    host = host_of(url)
    if host in LOCAL_NAMES or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def host_of(url: str) -> str:
    """Return the host of a URL in its plainest spelling, without port; empty if it has none."""
    try:
        return plain_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def plain_host(host: str) -> str:
    """Return a host as it stands in a URL, with a number in its plainest spelling.

    A resolver takes ``127.1``, ``2130706433`` and ``[::ffff:127.0.0.1]`` for the same machine.
    Raises ValueError for what only looks like an IPv6 address.
    """
    host = host.rstrip(".")
    if ":" in host:
        address = ipaddress.IPv6Address(host)
        if address in NAT64:
            return str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        return str(address.ipv4_mapped or address.sixtofour or f"[{address}]")
    if NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return host
    return host


def why_malformed(url: str, *, schemes: Collection[str] = ("https",)) -> str:
    """Return what is wrong with the form of an address, as a clause; empty if nothing is."""
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return _("it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        host, _port = plain_host(parts.hostname or ""), parts.port
    except ValueError:
        return _("it is not a well-formed address")
    if parts.scheme not in schemes:
        starts = " or ".join(f"{scheme}://" for scheme in schemes)
        return _("it does not begin with %(starts)s") % {"starts": starts}
    if not host:
        return _("it names no host")
    if "@" in parts.netloc:
        return _("it carries a user name or password")
    if not HOST.fullmatch(host):
        return _("its host holds signs that no host has; write other alphabets in the xn-- form")
    return ""


def why_not_public(url: str, *, schemes: Collection[str] = ("https",)) -> str:
    """Return why nobody outside could reach this URL, as a clause; empty if they could."""
    if why := why_malformed(url, schemes=schemes):
        return why
    host = host_of(url)
    if host in LOCAL_NAMES or host.endswith(LOCAL_ENDINGS):
        return _("%(host)s is only known on this machine or network") % {"host": host}
    address = _address(host)
    if address is None:
        return "" if "." in host else _("%(host)s is not a public host name") % {"host": host}
    if address.is_global and not address.is_multicast:
        return ""
    return _("%(host)s is a private address") % {"host": host}


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
