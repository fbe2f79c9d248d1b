"""One event loop and one set of connections per process, in a thread of their own.

The database stays in the calling thread; only the network runs here. After a fork the child starts
a loop and connections of its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

import httpx
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from django_tryon.conf import conf
from django_tryon.exceptions import AnswerLost, NotAccepted
from django_tryon.segmind.client import SegmindClient

Call = Callable[[SegmindClient], Coroutine[Any, Any, Any]]
"""A network step: given the client, it returns what it learnt."""

LONGEST_CLOSING = 5.0
"""Seconds."""


class Network:
    """The loop's thread and the client that lives on it."""

    def __init__(self) -> None:
        self._parked: list[object] = []
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: SegmindClient | None = None

    def after_fork(self) -> None:
        """Leave loop, client and lock to the parent process.

        They are kept, unused: collecting them here would tamper with the parent's sockets.
        """
        self._parked += [self._loop, self._client]
        self._begin()

    def start(self, call: Call) -> Future[Any]:
        """Begin a network step and return its future."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="django_tryon", daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(self._run(call), self._loop)

    def reset(self) -> None:
        """Drop the client, so that the next step builds one from the settings as they are now."""
        with self._lock:
            if self._loop is not None:
                asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result(LONGEST_CLOSING)

    def stop(self) -> None:
        """Close client and loop, cutting short what still runs; a later step starts anew."""
        self.reset()
        with self._lock:
            if self._loop is None or self._thread is None:
                return
            asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop).result(LONGEST_CLOSING)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(LONGEST_CLOSING)
            self._loop.close()
            self._loop = self._thread = None

    async def _run(self, call: Call) -> Any:
        if self._client is None:
            try:
                self._client = client_from_settings()
            except Exception as error:  # whatever it is, nothing was sent
                raise NotAccepted(
                    f"The settings in TRYON give no working client: {error}", code="misconfigured"
                ) from error
        try:
            return await call(self._client)
        except asyncio.CancelledError as error:
            # Whoever waits for the future must hear of it as of any other fault.
            raise AnswerLost("The request was interrupted.") from error

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def client_from_settings() -> SegmindClient:
    """Return a client as the settings want it."""
    transport: httpx.AsyncBaseTransport | None = None
    if conf.HTTP_TRANSPORT:
        transport = import_string(conf.HTTP_TRANSPORT)()
    return SegmindClient(
        api_key=conf.API_KEY,
        base_url=conf.BASE_URL,
        timeout=conf.HTTP_TIMEOUT,
        transport=transport,
    )


network = Network()

if hasattr(os, "register_at_fork"):  # pragma: no branch  (Windows has neither)
    os.register_at_fork(after_in_child=network.after_fork)


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "TRYON":
        network.reset()


setting_changed.connect(_forget)
