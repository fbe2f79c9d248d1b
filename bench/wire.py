"""What one small request costs, by the library that sends it: `python -m bench.wire`.

A server in a process of its own answers every request with the same few bytes. Each way asks it
2,000 times over loopback, without TLS, so many at once as the column says. The figures are the
processor time of the asking process, in µs a request, and the requests answered a second.
`python -m bench.wire ours` measures only the ways whose name holds that word.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time

import aiohttp
import httpx

from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.transport import FastTransport

REQUESTS = int(os.environ.get("REQUESTS", "2000"))
AT_ONCE = (1, 100, 1000)
ANSWER = b'{"status":"PROCESSING","request_id":"0123456789abcdef"}'
WIRE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(ANSWER)
) + ANSWER
HEADERS = {"x-api-key": "SG_0123456789abcdef", "user-agent": "bench", "accept": "*/*"}

Ask = Callable[[str], Awaitable[object]]
Way = tuple[Ask, Callable[[], Awaitable[None]]]
"""How to ask, and how to close what was opened for it."""


class Answering(asyncio.Protocol):
    """Answers whatever ends a request's head."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.line = transport

    def data_received(self, data: bytes) -> None:
        self.line.write(WIRE * data.count(b"\r\n\r\n"))  # type: ignore[attr-defined]


async def answer() -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def by_client(transport: httpx.AsyncBaseTransport) -> Way:
    client = httpx.AsyncClient(
        transport=transport, headers=HEADERS, trust_env=False, timeout=httpx.Timeout(30)
    )

    async def ask(url: str) -> object:
        return (await client.get(url)).content

    return ask, client.aclose


def bare(transport: httpx.AsyncBaseTransport) -> Way:
    limits = httpx.Timeout(30).as_dict()

    async def ask(url: str) -> object:
        request = httpx.Request("GET", url, headers=HEADERS, extensions={"timeout": limits})
        response = await transport.handle_async_request(request)
        return await response.aread()

    return ask, transport.aclose


def aiohttp_alone() -> Way:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    )

    async def ask(url: str) -> object:
        async with session.get(url, headers=HEADERS) as response:
            return await response.read()

    return ask, session.close


def the_client() -> Way:
    """Ask as the app does: with turns, limits, the key kept out of sight, and the answer read."""
    base: list[SegmindClient] = []

    async def ask(url: str) -> object:
        if not base:
            base.append(SegmindClient(api_key=HEADERS["x-api-key"], base_url=url.split("/v2/")[0]))
        return await base[0].status("0123456789abcdef")

    async def close() -> None:
        await base[0].aclose()

    return ask, close


def httpx_own() -> httpx.AsyncBaseTransport:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=1000)
    return httpx.AsyncHTTPTransport(limits=limits, verify=False, trust_env=False)


def httpx_bounded() -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(verify=False, trust_env=False)  # 100 connections


def package() -> httpx.AsyncBaseTransport:
    from httpx_aiohttp import AiohttpTransport

    return AiohttpTransport(verify=False, limits=httpx.Limits(max_connections=0))


def own(*, kept_for: float = 15) -> httpx.AsyncBaseTransport:
    return FastTransport(context=ssl.create_default_context(), kept_for=kept_for)


WAYS: dict[str, Callable[[], Way]] = {
    "aiohttp alone": aiohttp_alone,
    "httpx, AsyncClient": lambda: by_client(httpx_own()),
    "httpx, transport alone": lambda: bare(httpx_own()),
    "httpx, AsyncClient, 100 connections": lambda: by_client(httpx_bounded()),
    "httpx-aiohttp, AsyncClient": lambda: by_client(package()),
    "httpx-aiohttp, transport alone": lambda: bare(package()),
    "ours, AsyncClient": lambda: by_client(own()),
    "ours, transport alone": lambda: bare(own()),
    "ours, client.status()": the_client,
    "ours, a new connection each": lambda: bare(own(kept_for=0)),
}
if importlib.util.find_spec("httpx_aiohttp") is None:
    WAYS = {name: way for name, way in WAYS.items() if not name.startswith("httpx-aiohttp")}


async def measure(way: Callable[[], Way], url: str, at_once: int) -> str:
    ask, close = way()
    left = iter(range(REQUESTS))
    lost = 0

    async def one_after_the_other() -> None:
        nonlocal lost
        for _ in left:
            try:
                await ask(url)
            except (httpx.HTTPError, aiohttp.ClientError, TimeoutError):
                lost += 1

    await asyncio.gather(*[ask(url) for _ in range(min(20, at_once))])
    worked, begun = process_time(), perf_counter()
    await asyncio.gather(*[one_after_the_other() for _ in range(at_once)])
    work, clock = process_time() - worked, perf_counter() - begun
    await close()
    note = f", {lost} lost" if lost else ""
    return f"{work / REQUESTS * 1e6:,.0f} ({REQUESTS / clock:,.0f}{note})"


def main() -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.wire", "answer"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/v2/requests/0123/status"
        heads = [f"{count:,} at once" for count in AT_ONCE]
        print("| way | " + " | ".join(heads) + " |")
        print("| --- |" + " ---: |" * len(AT_ONCE))
        only = sys.argv[1] if sys.argv[1:] else ""
        for name, way in WAYS.items():
            if only not in name:
                continue
            cells = [asyncio.run(measure(way, url, count)) for count in AT_ONCE]
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    if "answer" in sys.argv:
        asyncio.run(answer())
    else:
        main()
