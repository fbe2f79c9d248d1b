"""What a worker lives in, under control: clocks, the network, and a provider that keeps books."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from django_tryon.sandbox.app import create_sandbox
from django_tryon.sandbox.drawing.painters import Painted
from django_tryon.sandbox.plain import Plain
from django_tryon.sandbox.wire import ask_inside
from django_tryon.segmind.client import SegmindClient
from tests.conftest import picture
from tests.machine.dying import Points

START = datetime(2030, 5, 14, 10, 0, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:9"
RUN = 2.0
"""Seconds that the provider takes for a picture."""
PLAIN = Plain()
PLAIN.picture = Painted(picture((256, 256), "coral"), "image/jpeg", "jpeg")


class Clock:
    """The provider's clock, which runs evenly, and ours, which may be wrong."""

    def __init__(self) -> None:
        self.provider, self.skew, self._ticks = START, timedelta(0), 0

    def now(self) -> datetime:
        """Return what our clock shows; never the same twice, so that rows have an order."""
        self._ticks += 1
        return self.provider + self.skew + timedelta(microseconds=self._ticks)

    def of_provider(self) -> datetime:
        """Return what the provider's clock shows."""
        return self.provider

    def pass_to(self, at: datetime) -> None:
        """Let time pass until our clock shows at least this."""
        ours = self.provider + self.skew + timedelta(microseconds=self._ticks)
        self.provider += max(timedelta(0), at - ours)


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the sandbox; one may die before it is sent, and before its answer."""

    def __init__(self, sandbox: Any, points: Points) -> None:
        self._sandbox, self._points = sandbox, points

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the sandbox."""
        what = f"{request.method} {request.url.path.split('/')[1]}"
        self._points(f"send {what}")
        answer = await ask_inside(self._sandbox, request)
        self._points(f"read {what}")
        return answer


class Inline:
    """Does at once, in the thread that asks, what the network's thread does beside it."""

    def __init__(self, clock: Clock, points: Points) -> None:
        self.sandbox = create_sandbox(clock=clock.of_provider, seconds=RUN, seed=1)
        self.sandbox.plain = PLAIN  # drawn once
        self._loop = asyncio.new_event_loop()
        self._beside = ThreadPoolExecutor(1)
        self._client = SegmindClient(
            api_key="SG_0123456789abcdef",
            base_url=BASE_URL,
            timeout=timedelta(seconds=30),
            transport=Wire(self.sandbox, points),
        )

    def begin(self, call: Any, then: Callable[[Any], object]) -> None:
        """Do a network step; it has its outcome before this returns."""
        then(self._said(call(self._client)))

    def start(self, call: Any) -> Future[Any]:
        """Do a network step and return its future, which is done."""
        done: Future[Any] = Future()
        said = self._said(call(self._client))
        if isinstance(said, BaseException):
            done.set_exception(said)
        else:
            done.set_result(said)
        return done

    async def apart(self, work: Callable[[], Any]) -> Any:
        """Do something slow in another thread, and wait for it."""
        return self._beside.submit(work).result()

    def _said(self, step: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._loop.run_until_complete(step)
        except Exception as error:
            return error

    def settle(self) -> None:
        """Have the provider finish what is due."""
        self._loop.run_until_complete(self.sandbox.settle())

    def close(self) -> None:
        """Leave nothing running."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
        self._beside.shutdown()


def install(monkeypatch: Any, inline: Inline, clock: Clock) -> None:
    """Have the app live in these."""
    from django.core.files.storage import FileSystemStorage
    from django.utils import timezone

    from django_tryon.segmind.loop import network

    monkeypatch.setattr(timezone, "now", clock.now)
    for name in ("begin", "start", "apart"):
        monkeypatch.setattr(network, name, getattr(inline, name))
    save = FileSystemStorage._save

    def save_dated(storage: Any, name: str, content: Any) -> Any:
        name = save(storage, name, content)
        at = clock.now().timestamp()
        os.utime(storage.path(name), (at, at))
        return name

    monkeypatch.setattr(FileSystemStorage, "_save", save_dated)
