"""Find out where a name leads, and refuse what leads into the shop's own network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Sequence

from django_tryon.hosts import is_loopback, why_not_public


def is_address(host: str) -> bool:
    """Tell whether a host is an address, and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, the preferred first. Raises OSError.

    Each look-up has a thread of its own: a name server that hangs shall not hold up the event
    loop's few, which Segmind's name needs.
    """
    if is_address(host):
        return [host.strip("[]")]
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: OSError | None) -> None:
        if found.done():  # nobody waits any more
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses: list[str] = []
        error: OSError | None = None
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as reason:
            error = reason if isinstance(reason, OSError) else OSError(str(reason))
        if not loop.is_closed():  # pragma: no branch  (a process that ends)
            loop.call_soon_threadsafe(settle, addresses, error)

    threading.Thread(target=look_up, name="django_tryon-name", daemon=True).start()
    return await found


def is_allowed(address: str, *, local: bool) -> bool:
    """Tell whether a message may go to this address; ``local``: to this machine, too."""
    url = f"https://[{address}]" if ":" in address else f"https://{address}"
    return not why_not_public(url) or (local and is_loopback(url))
