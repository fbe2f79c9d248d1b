"""Three pools of connections, since three kinds of request need different care."""

from __future__ import annotations

import logging
import ssl
from contextvars import ContextVar
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

LONGEST_CONNECT = 10.0
"""Seconds for a TCP connection, and again for TLS."""

# httpx writes every address it asks for into the log; ours lead to people's pictures.
_quiet: ContextVar[bool] = ContextVar("django_tryon_quiet", default=False)


def _is_to_be_logged(record: logging.LogRecord) -> bool:
    return not _quiet.get()


logging.getLogger("httpx").addFilter(_is_to_be_logged)


class QuietClient(httpx.AsyncClient):
    """An httpx client that keeps addresses out of the log and no cookies."""

    def __init__(self, **options: Any) -> None:
        # A cookie that one reply sets must not travel with another person's request.
        jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        super().__init__(follow_redirects=False, cookies=jar, **options)

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send without a line in the log."""
        token = _quiet.set(True)
        try:
            return await super().send(request, **options)
        finally:
            _quiet.reset(token)


class Connections:
    """The pools of one process. They add no key to anything."""

    def __init__(
        self,
        *,
        timeout: timedelta,
        transport: httpx.AsyncBaseTransport | None = None,
        proxies: bool = True,
    ) -> None:
        """``proxies``: heed the proxies that the environment names."""
        self.seconds = timeout.total_seconds()
        verify: ssl.SSLContext | bool = True
        if transport is None:
            verify = httpx.create_ssl_context(trust_env=proxies)  # slow to make: one for all

        def client(*, most: int | None, kept: int) -> QuietClient:
            return QuietClient(
                transport=transport,
                verify=verify,
                trust_env=proxies,
                timeout=self.timeout(self.seconds),
                limits=httpx.Limits(
                    max_connections=most, max_keepalive_connections=kept, keepalive_expiry=3
                ),
                headers={
                    "user-agent": "django-tryon",
                    "accept": "*/*",
                    "accept-encoding": "identity",
                },
            )

        # A kept connection may be closed by the other side at the very moment of the request, and
        # nobody can tell whether it was read: what costs money goes over a new one, always.
        self.paid = client(most=None, kept=0)
        self.free = client(most=100, kept=50)
        self.downloads = client(most=50, kept=20)

    @staticmethod
    def timeout(seconds: float) -> httpx.Timeout:
        """Return the limits of one request's parts.

        Connecting ends well before the whole may: it must be known that nothing was sent.
        """
        return httpx.Timeout(seconds, connect=min(LONGEST_CONNECT, seconds / 3))

    async def aclose(self) -> None:
        """Close all connections."""
        for client in (self.paid, self.free, self.downloads):
            await client.aclose()
