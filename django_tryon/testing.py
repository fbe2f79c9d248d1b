"""What a shop needs to test its own try-ons: the sandbox, in this process, with no network.

    TRYON = {
        "API_KEY": "SG_0123456789abcdef",
        "BASE_URL": "http://127.0.0.1:9",
        "OUTPUT_HOSTS": ["127.0.0.1"],
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "HTTP_TRANSPORT": "django_tryon.testing.sandbox_transport",
        …
    }

Photos and garments are read through the shop's own URLs, by Django's own request handler, in
another thread than the test: tests need committed rows (`TransactionTestCase`, or pytest's
`django_db(transaction=True)`).
"""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.core.handlers.wsgi import WSGIHandler
from starlette.concurrency import run_in_threadpool

from django_tryon.conf import conf
from django_tryon.sandbox.app import Sandbox, create_sandbox
from django_tryon.sandbox.fetching import CannotFetch
from django_tryon.sandbox.wire import ask_inside

BASE_URL = "http://127.0.0.1:9"
"""A loopback address at which nothing listens, for `TRYON["BASE_URL"]`."""

_lock = threading.Lock()
_shared: list[Sandbox] = []


class SandboxTransport(httpx.AsyncBaseTransport):
    """Answers every request from the sandbox that is current at that moment.

    Holds nothing that belongs to an event loop, so it may be used from any number of them.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request to the sandbox."""
        return await ask_inside(current_sandbox(), request)


def sandbox_transport() -> SandboxTransport:
    """Return a transport to the shared sandbox, for `TRYON["HTTP_TRANSPORT"]`."""
    return SandboxTransport()


def current_sandbox() -> Sandbox:
    """Return the shared sandbox: its `ledger` tells what was asked and paid."""
    with _lock:
        if not _shared:
            _shared.append(_create())
        return _shared[0]


def reset_sandbox(**options: Any) -> Sandbox:
    """Replace the shared sandbox by a new one, made with these options of `create_sandbox`."""
    with _lock:
        _shared[:] = [_create(**options)]
        return _shared[0]


def _create(**options: Any) -> Sandbox:
    # Runs are over at the first question: no test has to wait.
    usual: dict[str, Any] = {"seconds": 0, "fetch": fetch_from_site}
    return create_sandbox(**usual | options)


async def fetch_from_site(url: str) -> bytes:
    """Fetch an address of this site (`TRYON["PUBLIC_URL"]`) in this process; refuse any other."""
    if not conf.PUBLIC_URL or urlsplit(url)[:2] != urlsplit(conf.PUBLIC_URL)[:2]:
        raise CannotFetch("the address is not on this site (TRYON['PUBLIC_URL'])")
    return await run_in_threadpool(_get, url)


def _get(url: str) -> bytes:
    with httpx.Client(transport=httpx.WSGITransport(app=WSGIHandler())) as client:
        response = client.get(url)
    if response.status_code != httpx.codes.OK:
        raise CannotFetch(f"the site answered HTTP {response.status_code}")
    return response.content
