"""A sandbox with a clock that tests turn, reached without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from django_tryon.sandbox.app import Sandbox, create_sandbox
from django_tryon.sandbox.fetching import CannotFetch
from django_tryon.sandbox.wire import ask_inside

from . import art
from .serving import served

ROOT = "http://127.0.0.1:9"


class Clock:
    """A moment that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Inside(httpx.AsyncBaseTransport):
    """Reaches a sandbox without a network."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await ask_inside(self.sandbox, request)


class Caller:
    """Sends each request from an event loop of its own."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox, self.clock = sandbox, clock

    def __call__(self, verb: str, url: str, *, key: str | None = "SG_1", **rest: Any) -> Any:
        async def send() -> httpx.Response:
            async with self.client(key) as client:
                return await client.request(verb, url, **rest)

        return asyncio.run(send())

    def client(self, key: str | None = "SG_1") -> httpx.AsyncClient:
        headers = {"x-api-key": key} if key is not None else {}
        return httpx.AsyncClient(transport=Inside(self.sandbox), base_url=ROOT, headers=headers)

    def submit(self, slug: str, **body: Any) -> dict[str, Any]:
        """Submit to v2 and return the answer."""
        response = self("POST", f"/v2/{slug}", json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def result(self, slug: str, **body: Any) -> dict[str, Any]:
        """Submit to v2 and return the result's body."""
        return dict(self("GET", self.submit(slug, **body)["response_url"]).json())


@pytest.fixture(scope="session")
def web() -> dict[str, bytes]:
    """What the sandbox finds at which address."""
    return {
        "http://site/person": art.encode(art.person()),
        "http://site/small": art.encode(art.person((150, 200))),
        "http://site/shirt": art.encode(art.garment("upper")),
        "http://site/trousers": art.encode(art.garment("lower", (20, 40, 160))),
        "http://site/dressed": art.encode(art.person((240, 320)), "PNG"),
        "http://site/clip": art.clip(),
        "http://site/text": b"not a picture",
    }


@pytest.fixture
def make(web: dict[str, bytes]) -> Callable[..., Caller]:
    """Make a sandbox with these options, and a caller of it."""

    async def fetch(url: str) -> bytes:
        if url not in web:
            raise CannotFetch("the address answered HTTP 404")
        return web[url]

    def create(**options: Any) -> Caller:
        clock = Clock()
        usual: dict[str, Any] = {"seconds": 0, "fetch": fetch, "clock": clock}
        return Caller(create_sandbox(**usual | options), clock)

    return create


@pytest.fixture
def call(make: Callable[..., Caller]) -> Caller:
    return make()


IDM = {"human_img": "http://site/small", "garm_img": "http://site/shirt"}
DIFFUSION = {
    "model_image": "http://site/small",
    "cloth_image": "http://site/shirt",
    "category": "Upper body",
}
P_IMAGE = {"person_image": "http://site/small", "garment_images": ["http://site/shirt"]}
FASHION = {"image": "http://site/small", "prompt": "a green shirt"}
VIDEO = {
    "input_video": "http://site/clip",
    "reference_img": "http://site/dressed",
    "prompt": "a red shirt",
}
BODIES: dict[str, dict[str, Any]] = {
    "idm-vton": IDM,
    "try-on-diffusion": DIFFUSION,
    "p-image-try-on": P_IMAGE,
    "fashion-ai": FASHION,
    "video-tryon-v2": VIDEO,
}


@pytest.fixture
def root_of() -> Iterator[Callable[..., str]]:
    """Serve a sandbox with these faults over a socket, and return where."""
    with ExitStack() as stack:

        def serve(*faults: str) -> str:
            return stack.enter_context(served(create_sandbox(faults=faults, plain=True, seconds=0)))

        yield serve
