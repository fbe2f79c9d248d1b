"""Which links may be followed: to hosts that the settings name, and to nobody's inner network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx

from django_tryon.exceptions import DownloadError, OutputRefused
from django_tryon.hosts import host_of, is_loopback, why_not_public


@dataclass(frozen=True)
class Rules:
    """What a download must keep to."""

    hosts: Sequence[str]
    """Allowed hosts, as ``name`` (its usual port; on a loopback host any) or ``name:port``."""
    allow_http: bool
    """Loopback hosts, and plain http to them; true only where the provider itself is one."""
    max_bytes: int
    timeout: timedelta
    """For all of it, its repetitions included."""
    idle: timedelta = timedelta(seconds=20)
    """How long nothing may arrive before the connection is taken for dead."""


def read_link(link: str) -> httpx.URL:
    """Return a link as the wire will understand it, so that what is checked is what is asked."""
    try:
        return httpx.URL(link)
    except (httpx.InvalidURL, ValueError) as error:
        raise OutputRefused("The result's link is not a URL.", code="output_host") from error


def read_redirect(response: httpx.Response, seen_from: httpx.URL) -> httpx.URL:
    """Return where an answer leads; raises DownloadError where that is no address."""
    try:
        return seen_from.join(response.headers["location"])
    except (httpx.InvalidURL, ValueError) as error:
        raise DownloadError("The result's link leads to no address.") from error


def check_host(url: httpx.URL, rules: Rules) -> None:
    """Refuse a link that does not lead to an allowed host; raises OutputRefused."""
    here = is_loopback(str(url))
    if url.scheme != "https" and not (url.scheme == "http" and here and rules.allow_http):
        raise OutputRefused("The result's link is not https.", code="output_host")
    if url.userinfo:
        raise OutputRefused("The result's link holds a user name.", code="output_host")
    if not (here and rules.allow_http) and (why := why_not_public(str(url))):
        raise OutputRefused(f"The result's link cannot be followed: {why}.", code="output_host")
    if not any(_names(entry, url, here) for entry in rules.hosts):
        raise OutputRefused(
            f"The result lies on {url.netloc.decode('ascii')}, "
            "which TRYON['OUTPUT_HOSTS'] does not name.",
            code="output_host",
        )


def _names(entry: str, url: httpx.URL, here: bool) -> bool:
    """Tell whether an entry of the allowed hosts names the host of this URL."""
    bare_ipv6 = entry.count(":") > 1 and not entry.startswith("[")
    try:
        named = httpx.URL(f"{url.scheme}://{f'[{entry}]' if bare_ipv6 else entry}")
    except httpx.InvalidURL:
        return False
    same_port = named.port == url.port or (here and named.port is None)
    return same_port and host_of(str(named)) == host_of(str(url)) != ""
