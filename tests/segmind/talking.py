"""A client that talks to scripted answers, or to a server of our own on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest

from django_tryon.exceptions import TryOnError
from django_tryon.segmind.client import SegmindClient

KEY = "SG_0123456789abcdef"
BASE = "https://api.segmind.com"
ASSETS = "https://workflows-api.segmind.com/upload-asset"

Ask = Callable[[SegmindClient], Awaitable[Any]]
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

# The calls of the client, by the name that tests give them.
CALLS: dict[str, Ask] = {
    "submit": lambda client: client.submit("idm-vton", {"steps": 30}),
    "status": lambda client: client.status("r-1"),
    "result": lambda client: client.result("r-1"),
    "v1": lambda client: client.run_v1("idm-vton", {"steps": 30}),
    "credits": lambda client: client.credits(),
    "upload": lambda client: client.upload(ASSETS, [("image/png", b"png")]),
}


class Recorder(httpx.AsyncBaseTransport):
    """Answers from a script and keeps every request; the last answer is repeated."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, httpx.Response):
            return answer(request)
        # A response can be read once only; give each request one of its own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    async def aclose(self) -> None:
        self.closed += 1


def json(status: int, body: Any, **headers: str) -> httpx.Response:
    """Return a JSON answer; underscores in header names stand for hyphens."""
    return httpx.Response(
        status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


# What goes well, by call.
GOOD: dict[str, httpx.Response] = {
    "submit": json(200, {"request_id": "r-1", "status": "QUEUED"}),
    "status": json(200, {"status": "COMPLETED"}),
    "result": json(200, {"status": "COMPLETED", "output": "https://images.segmind.com/a.png"}),
    "v1": httpx.Response(200, content=b"png", headers={"content-type": "image/png"}),
    "credits": json(200, {"credits": 1}),
    "upload": json(200, {"file_urls": ["https://images.segmind.com/assets/a.png"]}),
}


def ask(call: Ask | str, *answers: Answer, **options: Any) -> Any:
    """Return what a call makes of these answers."""
    transport = Recorder(*answers)

    async def go() -> Any:
        client = SegmindClient(
            **{"api_key": KEY, "base_url": BASE, "transport": transport} | options
        )
        async with client:
            return await (CALLS[call] if isinstance(call, str) else call)(client)

    return asyncio.run(go())


def caught(call: Ask | str, *answers: Answer, **options: Any) -> TryOnError:
    """Return the error that a call raises."""
    with pytest.raises(TryOnError) as error:
        ask(call, *answers, **options)
    return error.value


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what this comes to on a loop in a thread of its own.

    Python 3.11 tells tracers of more returns than calls when a coroutine is thrown out of a wait on
    a socket; in a thread of its own that takes no line of a test from the coverage report.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[str]:
    """Serve on loopback; the handler gets the head of each connection's first request."""
    tasks: set[asyncio.Task[Any]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await handler(await reader.readuntil(b"\r\n\r\n"), reader, writer)
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def on_wire(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return an answer as it stands on the wire; ``length`` lets it lie about its size."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"content-length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def ask_server(handler: Handler, call: Ask | str, *, seconds: float = 5) -> Any:
    """Return what a call makes of a real server, with a client of its own."""
    async with (
        serve(handler) as base,
        SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=seconds)) as client,
    ):
        return await (CALLS[call] if isinstance(call, str) else call)(client)
