"""Which addresses are public, and which are only this machine's or this network's."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost")
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    host = host_of(url)
    if host in LOCAL_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, without port; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def why_not_public(url: str) -> str:
    """Return why the provider could not reach this URL, as the end of a sentence; empty if it could.

    Looks at the text only: a name is not resolved.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "it is not a URL"
    if parts.scheme != "https":
        return "it does not begin with https://"
    if parts.username is not None or parts.password is not None:
        return "it holds a user name"
    if not host:
        return "it has no host"
    if host in LOCAL_NAMES or host.endswith(LOCAL_ENDINGS):
        return f"{host} is only known on this machine or network"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "" if "." in host else f"{host} is not a public host name"
    return "" if address.is_global else f"{host} is a private address"
