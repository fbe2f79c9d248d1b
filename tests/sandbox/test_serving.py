"""What breaks on a real socket."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from django_tryon.sandbox import serving
from django_tryon.sandbox.app import Sandbox, create_sandbox
from tests.processes import until

from .conftest import IDM
from .serving import served

HEADERS = {"x-api-key": "SG_1"}
CREDITS = "/v1/get-user-credits"
ENOUGH = 300
"""Bytes that certainly hold a whole answer here."""


def raw(root: str, path: str = CREDITS, *, timeout: float = 5) -> bytes:
    """Send one request over a bare socket; return all that comes, raise what the socket raises."""
    parts = urlsplit(root)
    request = f"GET {path} HTTP/1.1\r\nhost: {parts.netloc}\r\nx-api-key: SG_1\r\n\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout) as line:
        line.sendall(request.encode())
        said = b""
        while some := line.recv(2**16):
            said += some
            if len(said) > ENOUGH * 2**10:
                break
        return said


def sandbox_with(*faults: str) -> Sandbox:
    return create_sandbox(faults=faults, plain=True, seconds=0)


@pytest.mark.parametrize("fault", ["reset", "reset-amid"])
def test_a_reset_is_a_reset(fault: str) -> None:
    with served(sandbox_with(f"{fault}@credits:1")) as root:
        with pytest.raises(ConnectionResetError):
            raw(root)
        assert httpx.get(root + CREDITS, headers=HEADERS).status_code == 200


def test_an_answer_can_be_cut(root_of: Callable[..., str]) -> None:
    root = root_of("cut@credits:1")
    head, _, body = raw(root).partition(b"\r\n\r\n")
    assert b"200 OK" in head
    declared = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(body) == declared // 2 > 5


def test_a_server_can_hang_and_answers_others_meanwhile(root_of: Callable[..., str]) -> None:
    root = root_of("hang@credits:1")
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(root + CREDITS, headers=HEADERS, timeout=0.3)
    assert httpx.get(root + CREDITS, headers=HEADERS).status_code == 200


def test_an_answer_can_trickle(
    root_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "TRICKLE_GAP", 0.001)
    said = httpx.get(root_of("trickle@credits:1") + CREDITS, headers=HEADERS)
    assert said.json()["credits"] == 100


def test_a_caller_may_leave_a_trickle(
    root_of: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    root = root_of("trickle@credits:1")
    begun = time.monotonic()
    with httpx.stream("GET", root + CREDITS, headers=HEADERS, timeout=0.3) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            answer.read()
    assert time.monotonic() - begun < 3
    assert httpx.get(root + CREDITS, headers=HEADERS).status_code == 200
    assert not caplog.records


def test_an_answer_can_be_endless(root_of: Callable[..., str]) -> None:
    root = root_of("enormous@credits:1")
    seen = 0
    with httpx.stream("GET", root + CREDITS, headers=HEADERS) as answer:
        assert "content-length" not in answer.headers
        for part in answer.iter_bytes():
            seen += len(part)
            if seen > 5 * 2**20:
                break
    assert httpx.get(root + CREDITS, headers=HEADERS).status_code == 200


def test_connections_are_refused_for_a_while(
    root_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "REFUSING", 0.2)
    root = root_of("refused@credits:2")
    with httpx.Client(headers=HEADERS) as kept:
        assert kept.get(f"{root}/nothing").status_code == 404
        with pytest.raises(ConnectionResetError):
            raw(root)
        with pytest.raises(httpx.ReadError):
            kept.get(root + CREDITS)  # it was there before, and is asked to refuse once more
    with pytest.raises(ConnectionRefusedError):
        raw(root)

    def is_back() -> bool:
        try:
            return httpx.get(root + CREDITS, headers=HEADERS).status_code == 200
        except httpx.ConnectError:
            return False

    until(is_back, seconds=20, what="answer")


def test_an_answer_is_lost_after_the_request_was_taken() -> None:
    sandbox = sandbox_with("reset@accepted:1")
    with served(sandbox) as root:
        with pytest.raises(httpx.ReadError):
            httpx.post(f"{root}/v2/idm-vton", json=IDM, headers=HEADERS)
        ledger = httpx.get(f"{root}/ledger").json()
    assert [entry["billed"] for entry in ledger["requests"]] == ["0.0443"]
    assert json.dumps(ledger["asked"])


def test_the_rest_of_a_file_can_be_had_alone() -> None:
    sandbox = sandbox_with()
    with served(sandbox) as root, httpx.Client(headers=HEADERS, base_url=root) as http:
        request_id = http.post("/v2/idm-vton", json=IDM).json()["request_id"]
        link = http.get(f"/v2/requests/{request_id}").json()["output"]
        whole = http.get(link)
        assert whole.headers["accept-ranges"] == "bytes"
        some = {"range": "bytes=1000-", "if-range": whole.headers["etag"]}
        rest = http.get(link, headers=some)
        length = len(whole.content)
        assert (rest.status_code, rest.content) == (206, whole.content[1000:])
        assert rest.headers["content-range"] == f"bytes 1000-{length - 1}/{length}"
        assert http.get(link, headers=some | {"if-range": '"another"'}).content == whole.content
        assert http.get(link, headers={"range": f"bytes={length}-"}).status_code == 416
        http.post("/faults", json={"faults": ["no-ranges@output"]})
        assert http.get(link, headers=some).status_code == 200
    assert sandbox.ledger[0].delivered == 4
