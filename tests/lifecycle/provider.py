"""A provider whose every answer a test can script; it counts what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.conftest import picture

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
BASE = "http://127.0.0.1:9"


def json(status: int, body: Any, **headers: str) -> httpx.Response:
    """Return a JSON answer."""
    return httpx.Response(status, json=body, headers=headers)


class Provider:
    """Answers by a script: a list of answers a step, of which the last one is repeated."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[httpx.Request] = []
        self.script: dict[str, list[Answer]] = {
            "submit": [lambda request: json(200, self.accepted())],
            "status": [json(200, {"status": "COMPLETED", "metrics": {"cost": 0.05}})],
            "result": [
                json(
                    200,
                    {
                        "status": "COMPLETED",
                        "output": f"{BASE}/files/result.jpg",
                        "metrics": {"cost": 0.05, "inference_time": 7.5},
                    },
                )
            ],
            "file": [httpx.Response(200, content=picture())],
            "v1": [
                httpx.Response(
                    200,
                    content=picture(),
                    headers={
                        "content-type": "image/jpeg",
                        "x-request-id": "v1-1",
                        "x-cost": "0.04",
                        "x-generation-time": "6.5",
                    },
                )
            ],
            "credits": [json(401, {"error": "Unauthorized"})],
            "history": [json(200, {"data": []})],
            "upload": [
                lambda request: json(
                    200, {"file_urls": [f"https://images.segmind.com/assets/{n}" for n in range(2)]}
                )
            ],
        }

    def accepted(self) -> dict[str, str]:
        """Return the answer to a submit; each has an id of its own."""
        number = f"request-{self.asked['submit']}"
        return {
            "request_id": number,
            "status": "QUEUED",
            "status_url": "https://elsewhere.example/status",
            "response_url": "https://elsewhere.example/result",
        }

    def answers(self, **steps: Answer | list[Answer]) -> None:
        """Script the answers of some steps."""
        for step, said in steps.items():
            self.script[step] = said if isinstance(said, list) else [said]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        step = step_of(request)
        said = self.script[step]
        answer = said[min(self.asked[step], len(said) - 1)]
        self.asked[step] += 1
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(
                answer.status_code, headers=answer.headers, content=answer.content
            )
        return answer(request)


def step_of(request: httpx.Request) -> str:
    """Return the name of what is asked."""
    path = request.url.path
    if path.startswith("/files/"):
        return "file"
    if path.endswith("/upload-asset"):
        return "upload"
    if path.endswith("/get-user-credits"):
        return "credits"
    if "/inference-request/request-history" in path:
        return "history"
    if request.method == "POST":
        return "v1" if path.startswith("/v1/") else "submit"
    return "status" if path.endswith("/status") else "result"


current: list[Provider] = []


def transport() -> httpx.AsyncBaseTransport:
    """Return a transport to the provider of the test that runs."""
    return httpx.MockTransport(lambda request: current[0](request))
