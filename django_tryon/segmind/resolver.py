"""From names to addresses, and never to a private one where a link came from somebody else."""

from __future__ import annotations

import ipaddress
import socket

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult


class Resolver(ThreadedResolver):
    """Asks the system, as everything else in this process does."""

    def __init__(self, *, public_only: bool) -> None:
        super().__init__()
        self._public_only = public_only

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host; raises OSError where it has none that may be used.

        The very addresses that are returned are connected to: the name is not asked again.
        """
        found = await super().resolve(host, port, family)
        if self._public_only:
            found = [each for each in found if ipaddress.ip_address(each["host"]).is_global]
            if not found:
                raise OSError("the name leads to a private address")
        return found
