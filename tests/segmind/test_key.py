"""The key goes to the provider and nowhere else; nor does anything about people."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import traceback

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.client import SegmindClient
from tests.segmind.talking import (
    ASSETS,
    BASE,
    CALLS,
    GOOD,
    KEY,
    Recorder,
    ask,
    caught,
    json,
)


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


async def fetched(client, link):
    async with client.downloads.send(client.downloads.request("GET", link, {})) as answer:
        return await answer.aread()


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
        await fetched(client, "https://images.segmind.com/a.png")

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
        await fetched(client, "https://images.segmind.com/face.png")
        shop = httpx.MockTransport(lambda request: httpx.Response(200))
        async with httpx.AsyncClient(transport=shop) as others:
            await others.get("https://shop.example/mine")

    ask(flow, GOOD["status"])
    assert "r-1" not in caplog.text
    assert "face.png" not in caplog.text
    assert "https://shop.example/mine" in caplog.text  # the shop's own log is its own affair
