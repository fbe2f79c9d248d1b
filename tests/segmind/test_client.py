"""What the client sends, to whom, and what it never sends."""

from __future__ import annotations

import gzip
import json as jsonlib
from decimal import Decimal

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import client as module
from django_tryon.segmind.client import SegmindClient
from tests.segmind.talking import (
    ASSETS,
    BASE,
    GOOD,
    KEY,
    Recorder,
    ask,
    ask_server,
    caught,
    json,
    on_wire,
    run_apart,
)


@pytest.mark.parametrize(
    ("call", "method", "url", "body"),
    [
        ("submit", "POST", f"{BASE}/v2/idm-vton", {"steps": 30}),
        ("status", "GET", f"{BASE}/v2/requests/r-1/status", None),
        ("result", "GET", f"{BASE}/v2/requests/r-1", None),
        ("v1", "POST", f"{BASE}/v1/idm-vton", {"steps": 30}),
        ("credits", "GET", f"{BASE}/v1/get-user-credits", None),
        ("upload", "POST", ASSETS, {"data_urls": ["data:image/png;base64,cG5n"]}),
    ],
)
@pytest.mark.parametrize("base", [BASE, f"{BASE}/"])
def test_requests(call, method, url, body, base):
    transport = Recorder(GOOD[call])
    ask(call, transport=transport, base_url=base)
    [request] = transport.requests
    assert (request.method, str(request.url)) == (method, url)
    assert request.headers["x-api-key"] == KEY
    assert "authorization" not in request.headers
    assert "cookie" not in request.headers
    if body is None:
        assert request.content == b""
    else:
        assert request.headers["content-type"] == "application/json"
        assert jsonlib.loads(request.content) == body


@pytest.mark.parametrize(
    ("request_id", "path"),
    [
        ("a/b", b"/v2/requests/a%2Fb"),
        ("../../v1/x", b"/v2/requests/..%2F..%2Fv1%2Fx"),
        ("a?b#c", b"/v2/requests/a%3Fb%23c"),
        ("a%2Fb", b"/v2/requests/a%252Fb"),
        ("@evil.example", b"/v2/requests/%40evil.example"),
        ("é", b"/v2/requests/%C3%A9"),
    ],
)
def test_an_odd_id_stays_one_part_of_the_path(request_id, path):
    for call, end in (("status", b"/status"), ("result", b"")):
        transport = Recorder(GOOD[call])
        ask(lambda client: getattr(client, call)(request_id), transport=transport)  # noqa: B023
        assert transport.requests[0].url.raw_path == path + end
        assert transport.requests[0].url.host == "api.segmind.com"


def test_uploads_keep_their_order_and_kind():
    links = ["https://images.segmind.com/1", "https://images.segmind.com/2"]
    transport = Recorder(json(200, {"file_urls": links}))
    files = [("image/png", b"1"), ("video/mp4", b"2")]
    assert ask(lambda client: client.upload(ASSETS, files), transport=transport) == links
    assert jsonlib.loads(transport.requests[0].content) == {
        "data_urls": ["data:image/png;base64,MQ==", "data:video/mp4;base64,Mg=="]
    }


def test_a_key_from_a_file_may_end_in_a_line_break():
    transport = Recorder(GOOD["submit"])
    ask("submit", transport=transport, api_key=f" {KEY}\n")
    assert transport.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    "payload", [{"seed": float("nan")}, {"price": Decimal(1)}, {"prompt": "\ud800"}, {"a": {1, 2}}]
)
def test_what_is_not_json_is_refused_before_anything_is_sent(payload):
    transport = Recorder(GOOD["submit"])
    error = caught(lambda client: client.submit("idm-vton", payload), transport=transport)
    assert (type(error), error.code) == (e.Refused, "invalid_input")
    assert "JSON" in error.message
    assert not transport.requests


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("submit", e.AnswerLost),
        ("status", e.UnexpectedReply),
        ("result", e.UnexpectedReply),
        ("v1", e.AnswerLost),
        ("credits", e.UnexpectedReply),
        ("upload", e.UnexpectedReply),
    ],
)
@pytest.mark.parametrize("pack", [False, True])
def test_an_answer_without_end_is_not_read(call, kind, pack, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_REPLY", 1000)
    send = SegmindClient._send

    def smaller(self, *args, largest=1000, **options):
        return send(self, *args, largest=min(largest, 1000), **options)

    monkeypatch.setattr(SegmindClient, "_send", smaller)
    body = GOOD[call].content + b" " * 1000
    headers = {"content-type": GOOD[call].headers["content-type"]}
    if pack:
        body, headers = gzip.compress(body), headers | {"content-encoding": "gzip"}
        assert len(body) < 1000

    def answer(request):
        return httpx.Response(200, headers=headers, content=body)

    assert type(caught(call, answer)) is kind


def test_an_answer_that_is_not_read_to_its_end_is_hung_up_on():
    class Endless(httpx.AsyncByteStream):
        closed = False

        async def __aiter__(self):
            while True:
                yield b" " * 2**20

        async def aclose(self):
            self.closed = True

    stream = Endless()

    async def flow(client):
        with pytest.raises(e.UnexpectedReply):
            await client.status("r-1")
        return stream.closed

    assert ask(flow, lambda request: httpx.Response(200, stream=stream))


def test_what_may_hold_a_file_may_be_larger():
    body = {"status": "COMPLETED", "output": "data:image/png;base64," + "A" * 5_000_000}
    assert len(ask("result", json(200, body)).outputs[0].content) == 3_750_000
    assert type(caught("status", json(200, body))) is e.UnexpectedReply


def test_a_packed_answer_is_read():
    body = gzip.compress(jsonlib.dumps({"request_id": "r-1"}).encode())

    async def packed(head, reader, writer):
        assert b"accept-encoding: identity" in head.lower()
        writer.write(on_wire("200 OK", body, "content-encoding: gzip"))

    assert run_apart(ask_server(packed, "submit")) == "r-1"
