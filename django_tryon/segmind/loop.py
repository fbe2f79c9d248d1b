"""One event loop and one connection pool per process, in a thread of their own.

The database stays in the calling thread; only the network runs here. After a fork the child starts
a loop and a pool of its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import httpx
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from django_tryon.conf import conf
from django_tryon.segmind.client import SegmindClient

Call = Callable[[SegmindClient], Coroutine[Any, Any, Any]]
"""A network step: given the client, it returns what it learnt."""


class Network:
    """The loop's thread and the client that lives on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._loop: asyncio.AbstractEventLoop
        self._client: SegmindClient | None = None

    def start(self, call: Call) -> Future[Any]:
        """Begin a network step and return its future."""
        with self._lock:
            if self._pid != os.getpid():
                self._loop = asyncio.new_event_loop()
                self._client = None
                self._pid = os.getpid()
                thread = threading.Thread(target=self._loop.run_forever, name="tryon", daemon=True)
                thread.start()
            return asyncio.run_coroutine_threadsafe(self._run(call), self._loop)

    def reset(self) -> None:
        """Drop the client, so that the next step builds one from the settings as they are now."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None and self._pid == os.getpid():
                asyncio.run_coroutine_threadsafe(client.aclose(), self._loop).result(5)

    async def _run(self, call: Call) -> Any:
        if self._client is None:
            self._client = client_from_settings()
        return await call(self._client)


def client_from_settings() -> SegmindClient:
    """Return a client as the settings want it."""
    transport: httpx.AsyncBaseTransport | None = None
    if conf.HTTP_TRANSPORT:
        transport = import_string(conf.HTTP_TRANSPORT)()
    timeout: timedelta = conf.HTTP_TIMEOUT
    return SegmindClient(
        api_key=conf.API_KEY, base_url=conf.BASE_URL, timeout=timeout, transport=transport
    )


network = Network()


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "TRYON":
        network.reset()


setting_changed.connect(_forget)
