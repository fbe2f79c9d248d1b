"""What the client sends, to whom, and what it makes of a bad line."""

from __future__ import annotations

import asyncio
import gzip
import io
import json as jsonlib
import logging
import pickle
import socket
import traceback
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind import client as module
from django_tryon.segmind.client import SegmindClient
from tests.segmind.talking import (
    ASSETS,
    BASE,
    CALLS,
    KEY,
    Recorder,
    ask,
    ask_server,
    caught,
    json,
    on_wire,
    run_apart,
)

GOOD = {
    "submit": json(200, {"request_id": "r-1", "status": "QUEUED"}),
    "status": json(200, {"status": "COMPLETED"}),
    "result": json(200, {"status": "COMPLETED", "output": "https://images.segmind.com/a.png"}),
    "v1": httpx.Response(200, content=b"png", headers={"content-type": "image/png"}),
    "credits": json(200, {"credits": 1}),
    "upload": json(200, {"file_urls": ["https://images.segmind.com/assets/a.png"]}),
}
PAID = ("submit", "v1")


# --- what is sent


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


# --- the key


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "is not set"),
        (None, "is not set"),
        ("SG_é", "holds signs"),
        ("SG_\r\nx", "holds signs"),
    ],
)
def test_without_a_usable_key_nothing_is_sent(call, key, words):
    transport = Recorder(GOOD[call])
    error = caught(call, transport=transport, api_key=key)
    assert (type(error), error.code) == (e.Refused, "bad_key")
    assert "TRYON['API_KEY']" in error.message
    assert words in error.message
    assert not transport.requests


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("http://api.segmind.com", "bad_address"),
        ("http://127.0.0.1@evil.example", "bad_address"),
        ("http://10.0.0.1", "bad_address"),
        ("ftp://api.segmind.com", "bad_address"),
        ("api.segmind.com", "bad_address"),
        ("", "bad_address"),
        ("https://api.segmind.com:x", "bad_address"),
        ("https://[::1", "bad_address"),
    ],
)
def test_the_key_goes_over_https_only(base, code):
    transport = Recorder(GOOD["submit"])
    error = caught("submit", transport=transport, base_url=base)
    assert (type(error), error.code) == (e.Refused, code)
    assert "TRYON['BASE_URL']" in error.message
    assert not transport.requests


@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "http://localhost:9", "HTTPS://A.Example"])
def test_or_to_this_very_machine(base):
    assert ask("submit", GOOD["submit"], base_url=base) == "r-1"


@pytest.mark.parametrize(
    ("base", "store", "sent"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/upload-asset", True),
        ("http://127.0.0.1:9", ASSETS, False),
        (BASE, ASSETS, True),
        (BASE, "http://workflows-api.segmind.com/upload-asset", False),
    ],
)
def test_a_sandbox_never_uploads_to_the_real_store(base, store, sent):
    transport = Recorder(GOOD["upload"])

    def upload(client):
        return client.upload(store, [("image/png", b"face")])

    if sent:
        assert ask(upload, transport=transport, base_url=base)
    else:
        error = caught(upload, transport=transport, base_url=base)
        assert error.code in {"asset_store", "bad_address"}
    assert len(transport.requests) == sent


def test_addresses_in_answers_are_never_followed():
    evil = "https://evil.example/x"
    transport = Recorder(
        json(
            200,
            {
                "request_id": "r-1",
                "status": "QUEUED",
                "poll_url": evil,
                "status_url": evil,
                "response_url": evil,
            },
        ),
        json(200, {"status": "PROCESSING", "status_url": evil, "response_url": evil}),
        httpx.Response(302, headers={"location": evil}),
        httpx.Response(307, headers={"location": evil}),
    )

    async def flow(client):
        request_id = await client.submit("idm-vton", {})
        await client.status(request_id)
        for call in (client.status, client.result):
            with pytest.raises(e.Refused, match="leads elsewhere") as caught_:
                await call(request_id)
            assert caught_.value.code == "redirected"

    ask(flow, transport=transport)
    assert [request.url.host for request in transport.requests] == ["api.segmind.com"] * 4


def test_a_cookie_does_not_travel_with_the_next_request():
    cookie = {"set-cookie": "session=1; Domain=segmind.com; Path=/"}
    transport = Recorder(
        httpx.Response(200, json={"status": "QUEUED"}, headers=cookie),
        httpx.Response(200, json={"status": "QUEUED"}, headers=cookie),
        httpx.Response(200, content=b"x"),
    )

    async def flow(client):
        await client.status("r-1")
        await client.status("r-2")
        await client.http.get("https://images.segmind.com/a.png")

    ask(flow, transport=transport)
    assert len(transport.requests) == 3
    assert not [request for request in transport.requests if "cookie" in request.headers]
    assert "x-api-key" not in transport.requests[2].headers
    assert KEY not in str(transport.requests[2].headers)


CANARY = "SG_c4n4ryc4n4ryc4n4"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        json(401, {"error": f"key {CANARY} is bad"}),
        json(200, {"status": "FAILED", "error": f"x-api-key={CANARY}", "output": CANARY}),
        json(200, {"status": CANARY}),
        json(200, {"status": CANARY, "output": CANARY}),
        json(200, {"error": CANARY}),
        json(500, {"error": [{"message": CANARY}]}),
        httpx.Response(406, text=f"no credits for {CANARY}"),
        httpx.Response(302, headers={"location": f"https://evil.example/{CANARY}"}),
        httpx.ConnectError(f"no {BASE}"),
        httpx.ReadError("reset"),
    ],
)
def test_the_key_is_nowhere_to_be_read(call, answer, caplog):
    caplog.set_level(logging.DEBUG)
    keys = [CANARY, CANARY.replace("SG_", "my-own-")]
    for key in keys:
        said = answer
        if isinstance(answer, httpx.Response):
            content = answer.content.replace(CANARY.encode(), key.encode())
            said = httpx.Response(answer.status_code, headers=answer.headers, content=content)
        transport = Recorder(said)
        client = SegmindClient(api_key=key, base_url=BASE, transport=transport)
        assert key not in repr(client)
        with pytest.raises(e.ProviderError) as error_info:
            asyncio.run(CALLS[call](client))
        error = error_info.value
        assert transport.requests[0].headers["x-api-key"] == key
        out = io.StringIO()
        traceback.print_exception(error, file=out)
        assert key not in out.getvalue()
        assert key not in repr(error)
        assert key not in str(vars(error))
        assert key.encode() not in pickle.dumps(error)
        assert key not in caplog.text


def test_addresses_stay_out_of_the_log(caplog):
    caplog.set_level(logging.DEBUG)

    async def flow(client):
        await client.status("r-1")
        await client.http.get("https://images.segmind.com/face.png")

    ask(flow, GOOD["status"])
    assert "r-1" not in caplog.text
    assert "face.png" not in caplog.text

    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as others:
        others.get("https://shop.example/mine")
    assert "https://shop.example/mine" in caplog.text


# --- requests that cannot be written


@pytest.mark.parametrize(
    "payload", [{"seed": float("nan")}, {"price": Decimal(1)}, {"prompt": "\ud800"}, {"a": {1, 2}}]
)
def test_what_is_not_json_is_refused_before_anything_is_sent(payload):
    transport = Recorder(GOOD["submit"])
    error = caught(lambda client: client.submit("idm-vton", payload), transport=transport)
    assert (type(error), error.code) == (e.Refused, "invalid_input")
    assert "JSON" in error.message
    assert not transport.requests


# --- bad lines


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (httpx.ConnectError("refused"), e.Unreachable, "unreachable"),
        (httpx.ConnectTimeout("slow"), e.Unreachable, "unreachable"),
        (httpx.PoolTimeout("full"), e.Unreachable, "unreachable"),
        (httpx.ProxyError("407"), e.Unreachable, "unreachable"),
        (httpx.ReadTimeout("slow"), e.AnswerLost, "answer_lost"),
        (httpx.ReadError("reset"), e.AnswerLost, "answer_lost"),
        (httpx.WriteError("reset"), e.AnswerLost, "answer_lost"),
        (httpx.WriteTimeout("slow"), e.AnswerLost, "answer_lost"),
        (httpx.RemoteProtocolError("no answer"), e.AnswerLost, "answer_lost"),
        (httpx.DecodingError("gzip"), e.AnswerLost, "answer_lost"),
        (TimeoutError(), e.AnswerLost, "answer_lost"),
    ],
)
def test_faults_of_the_line(call, fault, kind, code):
    error = caught(call, fault)
    assert (type(error), error.code, error.status_code) == (kind, code, None)
    assert type(fault).__name__ in error.message
    assert getattr(error, "retry_at", None) is None
    assert type(pickle.loads(pickle.dumps(error))) is kind


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare(call, base, *, seconds=5.0):
    """Return the error of a call over real sockets."""

    async def go():
        client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=seconds))
        async with client:
            with pytest.raises(e.ProviderError) as error:
                await CALLS[call](client)
            return error.value

    return run_apart(go())


@pytest.mark.parametrize("call", ["submit", "status", "v1"])
def test_a_refused_connection(call):
    error = bare(call, f"http://127.0.0.1:{closed_port()}")
    assert type(error) is e.Unreachable
    assert "ConnectError" in error.message


def test_an_unknown_name(monkeypatch):
    def fail(*args, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    error = bare("submit", "https://api.segmind.com")
    assert type(error) is e.Unreachable
    assert "its name is unknown" in error.message


def fails(handler, call="submit", *, seconds=5.0):
    """Return the error of a call to a real server."""
    with pytest.raises(e.ProviderError) as error:
        run_apart(ask_server(handler, call, seconds=seconds))
    return error.value


async def never(head, reader, writer):
    await asyncio.Event().wait()


def test_tls_that_does_not_come_about():
    async def go():
        async def plain(reader, writer):
            writer.write(b"this is no TLS\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, SegmindClient(api_key=KEY, base_url=base) as client:
            with pytest.raises(e.Unreachable, match="TLS"):
                await client.submit("idm-vton", {})

    run_apart(go())


def test_a_connection_that_does_not_come_about_in_time():
    async def go():
        # A full backlog: the kernel lets further connections wait.
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            held = []
            for _ in range(8):
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(full.getsockname())
                held.append(sock)
            base = f"http://127.0.0.1:{full.getsockname()[1]}"
            client = SegmindClient(api_key=KEY, base_url=base, timeout=timedelta(seconds=0.3))
            async with client:
                with pytest.raises(e.Unreachable, match="ConnectTimeout"):
                    await client.submit("idm-vton", {})
            for sock in held:
                sock.close()

    run_apart(go())


@pytest.mark.parametrize("call", ["submit", "status"])
def test_an_answer_that_never_begins(call):
    error = fails(never, call, seconds=0.2)
    assert type(error) is e.AnswerLost


async def hang_up(head, reader, writer):
    writer.transport.abort()


async def say_nothing(head, reader, writer):
    writer.close()


async def cut_short(head, reader, writer):
    writer.write(on_wire("200 OK", b'{"request_id": "r-', length=500))


async def babble(head, reader, writer):
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


async def wrong_gzip(head, reader, writer):
    writer.write(on_wire("200 OK", b"not gzip", "content-encoding: gzip"))


@pytest.mark.parametrize("handler", [hang_up, say_nothing, cut_short, babble, wrong_gzip])
def test_an_answer_that_breaks_off(handler):
    assert type(fails(handler)) is e.AnswerLost


@pytest.mark.parametrize("call", ["submit", "status"])
def test_an_answer_that_trickles_is_given_up_as_a_whole(call):
    async def trickle(head, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    error = fails(trickle, call, seconds=0.4)
    assert type(error) is e.AnswerLost
    assert "TimeoutError" in error.message


# --- answers that are too large


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


# --- connections


def test_what_costs_money_goes_over_a_new_connection_and_the_rest_over_a_kept_one():
    met = []

    async def count(head, reader, writer):
        met.append(writer)
        while True:
            path = head.split()[1]
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
            await reader.readexactly(size)
            body = b'{"request_id":"r-1"}' if path == b"/v2/idm-vton" else b'{"status":"QUEUED"}'
            writer.write(on_wire("200 OK", body))
            head = await reader.readuntil(b"\r\n\r\n")

    async def submits(client):
        for _ in range(3):
            await client.submit("idm-vton", {})
        return len(met)

    async def polls(client):
        for _ in range(3):
            await client.status("r-1")
        return len(met)

    assert run_apart(ask_server(count, submits)) == 3
    met.clear()
    assert run_apart(ask_server(count, polls)) == 1


def test_an_error_leaves_no_connection_behind():
    async def flow(client):
        for _ in range(250):  # more than the pool holds
            with pytest.raises(e.Unavailable):
                await client.status("r-1")

    async def busy(head, reader, writer):
        while True:
            writer.write(on_wire("503 Busy", b"{}"))
            await reader.readuntil(b"\r\n\r\n")

    run_apart(ask_server(busy, flow, seconds=2))


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    async def accept(head, reader, writer):
        writer.write(on_wire("200 OK", b'{"request_id":"r-1"}'))

    assert run_apart(ask_server(accept, "submit")) == "r-1"
    assert type(bare("submit", "https://api.segmind.com")) is e.Unreachable


def test_closing_closes_the_transport():
    transport = Recorder(GOOD["status"])
    ask("status", transport=transport)
    assert transport.closed
