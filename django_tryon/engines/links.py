"""Say whether the provider could fetch an address, and whether it should be asked to."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.hosts import is_loopback, why_not_public

NUMERIC = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)
"""Hosts that resolvers may read as an IPv4 address, such as ``127.1`` or ``0x7f000001``."""

HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


def problem_with(url: str) -> str:
    """Return what is wrong with an address for the provider, as a clause; empty if nothing is.

    No name is looked up. This very machine is fine while ``TRYON["BASE_URL"]`` is on it too.
    """
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return _("it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        host, _port = plain_host(parts.hostname or ""), parts.port
    except ValueError:
        return _("it is not a well-formed address")
    if parts.scheme not in {"http", "https"}:
        return _("it does not begin with http:// or https://")
    if not host:
        return _("it names no host")
    if "@" in parts.netloc:
        return _("it carries a user name or password")
    if not HOST.fullmatch(host):
        return _("its host holds signs that no host has; write other alphabets in the xn-- form")
    plain = f"https://{host}/"
    if is_loopback(plain) and is_loopback(conf.BASE_URL):
        return ""
    return why_not_public(plain)


def plain_host(host: str) -> str:
    """Return a host as it stands in a URL, with a number in its plainest spelling.

    A resolver takes ``127.1``, ``2130706433`` and ``[::ffff:127.0.0.1]`` for the same machine.
    Raises ValueError for what only looks like an IPv6 address.
    """
    host = host.rstrip(".")
    if ":" in host:
        address = ipaddress.IPv6Address(host)
        return str(address.ipv4_mapped or f"[{address}]")
    if NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return host
    return host
