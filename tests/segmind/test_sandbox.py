"""The client and the sandbox understand each other, with no script between them."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from decimal import Decimal

import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import download
from django_tryon.segmind.links import Rules
from django_tryon.testing import BASE_URL, reset_sandbox, sandbox_transport
from tests.conftest import picture

RULES = Rules(hosts=["127.0.0.1"], allow_http=True, max_bytes=2**24, timeout=timedelta(seconds=30))
KEY = "SG_0123456789abcdef"


@pytest.fixture(autouse=True)
def _fresh():
    async def fetch(url):
        return picture()

    reset_sandbox(fetch=fetch, balance="1")
    yield
    reset_sandbox()


def payload():
    person, garment = "https://shop.example/person.jpg", "https://shop.example/garment.jpg"
    return {
        "human_img": person,
        "garm_img": garment,
        "category": "upper_body",
        "crop": False,
        "force_dc": False,
        "garment_des": "coral T-shirt",
        "mask_only": False,
        "seed": 42,
        "steps": 30,
    }


def run(flow, **options):
    async def go():
        client = SegmindClient(
            **{"api_key": KEY, "base_url": BASE_URL, "transport": sandbox_transport()} | options
        )
        async with client:
            return await flow(client)

    return asyncio.run(go())


async def fetched(client, link):
    async with client.downloads.send(client.downloads.request("GET", link, {})) as answer:
        return await answer.aread()


def brought(path):
    with open(path, "rb") as file:
        content = file.read()
    os.unlink(path)
    return content


def test_v2_from_submit_to_download():
    async def flow(client):
        request_id = await client.submit("idm-vton", payload())
        assert (await client.status(request_id)).state == "done"
        reply = await client.result(request_id)
        return reply, await download(client.downloads, reply.outputs[0], RULES)

    reply, path = run(flow)
    assert reply.state == "done"
    assert reply.cost is not None
    assert reply.cost > 0
    assert reply.seconds is not None
    [output] = reply.outputs
    assert output.url.startswith(f"{BASE_URL}/")
    assert brought(path)[:2] in {b"\xff\xd8", b"\x89P"}


def test_v1_from_submit_to_download():
    async def flow(client):
        finished = await client.run_v1("idm-vton", payload())
        return finished, await download(client.downloads, finished.outputs[0], RULES)

    finished, path = run(flow)
    assert finished.request_id
    assert finished.cost is not None
    assert finished.cost > 0
    assert finished.seconds is not None
    assert brought(path) == finished.outputs[0].content


def test_credits_and_upload():
    async def flow(client):
        links = await client.upload(f"{BASE_URL}/upload-asset", [("image/jpeg", picture())])
        return await client.credits(), links, await fetched(client, links[0])

    left, links, answer = run(flow)
    assert left == Decimal(1)
    assert len(links) == 1
    assert answer == picture()


@pytest.mark.parametrize(
    ("slug", "change", "options", "kind", "code"),
    [
        ("idm-vton", {"steps": 500}, {}, e.RequestFailed, "invalid_input"),
        ("no-such-model", {}, {}, e.RequestGone, "not_found"),
        ("idm-vton", {}, {"api_key": "wrong"}, e.Refused, "bad_key"),
    ],
)
def test_errors(slug, change, options, kind, code):
    async def flow(client):
        return await client.status(await client.submit(slug, payload() | change))

    with pytest.raises(e.ProviderError) as error:
        run(flow, **options)
    assert (type(error.value), error.value.code) == (kind, code)


def test_no_credits():
    reset_sandbox(balance="0")
    with pytest.raises(e.Refused, match="credits") as error:
        run(lambda client: client.submit("idm-vton", payload()))
    assert error.value.code == "no_credits"


def test_unknown_request():
    with pytest.raises(e.RequestGone):
        run(lambda client: client.status("nothing"))
