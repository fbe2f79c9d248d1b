"""One event loop and one set of connections per process, in a thread of their own.

The database stays in the calling thread; only the network runs here. After a fork the child starts
a loop and connections of its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import httpx
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from django_tryon.conf import conf
from django_tryon.exceptions import AnswerLost, NotAccepted
from django_tryon.segmind.client import SegmindClient

Call = Callable[[SegmindClient], Coroutine[Any, Any, Any]]
"""A network step: given the client, it returns what it learnt."""

Then = Callable[[Any], object]
"""Takes what a step came to: its value, or the exception that it raised. Called on the loop's
thread, so it only hands over: ``arrived.put``."""

T = TypeVar("T")

THREADS = 8
"""Few, as they share one processor with the loop; enough for a storage that is far away."""

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
        self._waiting: deque[tuple[Call, Then]] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads: ThreadPoolExecutor | None = None

    def after_fork(self) -> None:
        """Leave loop, client and lock to the parent process.

        They are kept, unused: collecting them here would tamper with the parent's sockets.
        """
        self._parked += [self._loop, self._client, self._tasks, self._threads]
        self._begin()

    def begin(self, call: Call, then: Then) -> None:
        """Begin a network step; ``then`` gets what it comes to, exactly once, on the loop's thread.

        A step that is cut short comes to AnswerLost.
        """
        with self._lock:
            loop = self._running()
            self._waiting.append((call, then))
            if len(self._waiting) <= 1:  # waking the loop is dear: once for all that wait
                loop.call_soon_threadsafe(self._begin_waiting)

    async def apart(self, work: Callable[[], T]) -> T:
        """Do something slow in a thread of a few beside the loop. Call it on the loop only."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="django_tryon")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def start(self, call: Call) -> Future[Any]:
        """Begin a network step and return its future."""
        with self._lock:
            return asyncio.run_coroutine_threadsafe(self._run(call), self._running())

    def ask(self, call: Call, patience: float) -> Any:
        """Do a network step and wait for it, at most so many seconds; return what it came to.

        That may be an exception: what the step raised, or TimeoutError.
        """
        asked = self.start(call)
        try:
            asked.exception(patience)
        except TimeoutError as error:
            asked.cancel()
            return error
        return said_by(asked)

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

    def _running(self) -> asyncio.AbstractEventLoop:
        """Return the loop, started if need be. Call it with the lock held."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name="django_tryon", daemon=True
            )
            self._thread.start()
        return self._loop

    def _begin_waiting(self) -> None:
        # Without the lock, which ``stop`` holds while it waits for this loop. Whoever adds to an
        # empty queue wakes the loop, so what comes after the last look is not forgotten.
        while self._waiting:
            call, then = self._waiting.popleft()
            task = asyncio.get_running_loop().create_task(self._run(call))
            self._tasks.add(task)  # the loop itself holds its tasks weakly
            task.add_done_callback(partial(self._end, then))

    def _end(self, then: Then, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        then(said_by(task))

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


def said_by(done: asyncio.Future[Any] | Future[Any]) -> Any:
    """Return what a network step came to: its value, or the exception that it raised."""
    if done.cancelled():
        return AnswerLost("The request was interrupted.")
    return done.exception() or done.result()


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
