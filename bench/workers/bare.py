"""The limit: a loop that submits, asks each second and downloads, and does nothing else.

    python -m bench.workers.bare aiohttp|httpx URL COUNT SECONDS

No Django, no database, no storage. Prints JSON: when each request's picture was there, the
processor time of the loop (ms) and the memory of the process at its largest (MiB). What is not done
after so many seconds is given up.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.workers.request import BODY

HEADERS = {"x-api-key": "SG_0000000000000000"}
Ask = Callable[..., Awaitable[bytes]]


async def by_aiohttp(follow: Callable[[Ask], Awaitable[None]]) -> None:
    """Follow all jobs with aiohttp."""
    import aiohttp

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(60), headers=HEADERS
    ) as session:

        async def ask(method: str, url: str, **said: Any) -> bytes:
            async with session.request(method, url, **said) as answer:
                answer.raise_for_status()
                return await answer.read()

        await follow(ask)


async def by_httpx(follow: Callable[[Ask], Awaitable[None]]) -> None:
    """Follow all jobs with httpx."""
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=60, headers=HEADERS) as client:

        async def ask(method: str, url: str, **said: Any) -> bytes:
            answer = await client.request(method, url, **said)
            answer.raise_for_status()
            return answer.content

        await follow(ask)


async def run(way: str, base: str, count: int, seconds: float) -> dict[str, float]:
    """Do so many jobs at once, and return when each request's picture was there."""
    stored: dict[str, float] = {}

    async def one(ask: Ask) -> None:
        request_id = json.loads(await ask("POST", f"{base}/v2/idm-vton", json=BODY))["request_id"]
        url = f"{base}/v2/requests/{request_id}"
        while True:
            await asyncio.sleep(1)
            if json.loads(await ask("GET", f"{url}/status"))["status"] == "COMPLETED":
                break
        await ask("GET", json.loads(await ask("GET", url))["output"])
        stored[request_id] = time.time()

    async def all_of_them(ask: Ask) -> None:
        jobs = [asyncio.create_task(one(ask)) for _number in range(count)]
        _done, left = await asyncio.wait(jobs, timeout=seconds)
        for job in left:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    await {"aiohttp": by_aiohttp, "httpx": by_httpx}[way](all_of_them)
    return stored


def main() -> None:
    """Run, and print what was seen."""
    way, base, count, seconds = sys.argv[1:]
    __import__(way)
    begun, worked = time.time(), time.process_time()
    stored = asyncio.run(run(way, base, int(count), float(seconds)))
    said = {
        "begun": begun,
        "stored": stored,
        "worker": (time.process_time() - worked) * 1000,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
