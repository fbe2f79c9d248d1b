from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from PIL import Image

from django_tryon import testing
from django_tryon.sandbox.fetching import CannotFetch

from . import art


def picture(request: HttpRequest, name: str) -> HttpResponse:
    if name not in {"person", "shirt"}:
        return HttpResponse(status=404)
    image = art.person((150, 200)) if name == "person" else art.garment()
    return HttpResponse(art.encode(image), content_type="image/jpeg")


urlpatterns = [path("pictures/<name>", picture)]

SITE = "http://127.0.0.1:8000"
BODY = {"human_img": f"{SITE}/pictures/person", "garm_img": f"{SITE}/pictures/shirt"}


@pytest.fixture(autouse=True)
def shop() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__, TRYON={"PUBLIC_URL": SITE}):
        testing.reset_sandbox()
        yield
    testing._shared.clear()


def ask(verb: str, url: str, **rest: Any) -> httpx.Response:
    """Ask from an event loop of its own, as a worker does."""

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=testing.sandbox_transport(),
            base_url=testing.BASE_URL,
            headers={"x-api-key": "SG_1"},
        ) as client:
            return await client.request(verb, url, **rest)

    return asyncio.run(send())


def test_a_shop_tries_on_with_its_own_pictures() -> None:
    answer = ask("POST", "/v2/idm-vton", json=BODY).json()
    assert ask("GET", answer["status_url"]).json()["status"] == "COMPLETED"
    output = ask("GET", answer["response_url"]).json()["output"]
    assert output.startswith("http://127.0.0.1:9/outputs/")
    assert Image.open(io.BytesIO(ask("GET", output).content)).size == (768, 1024)
    (entry,) = testing.current_sandbox().ledger
    assert entry.request_id == answer["request_id"]


def test_requests_may_come_from_several_threads() -> None:
    threads = [
        threading.Thread(target=ask, args=("POST", "/v1/idm-vton"), kwargs={"json": BODY})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = testing.current_sandbox().ledger
    assert [entry.outcome for entry in ledger] == ["COMPLETED"] * 4


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"{SITE}/pictures/none", "the site answered HTTP 404"),
        ("http://127.0.0.1:8001/pictures/shirt", "not on this site"),
        ("https://127.0.0.1:8000/pictures/shirt", "not on this site"),
    ],
)
def test_other_addresses_are_not_fetched(url: str, message: str) -> None:
    answer = ask("POST", "/v2/idm-vton", json=BODY | {"garm_img": url}).json()
    status = ask("GET", answer["status_url"])
    assert status.status_code == 422
    assert message in status.json()["error"]


@override_settings(TRYON={})
def test_nothing_is_fetched_without_a_public_url() -> None:
    with pytest.raises(CannotFetch, match="PUBLIC_URL"):
        asyncio.run(testing.fetch_from_site("http://127.0.0.1:8000/pictures/shirt"))


def test_a_reset_gives_a_new_sandbox_to_clients_that_are_there() -> None:
    before = testing.current_sandbox()
    assert testing.current_sandbox() is before
    after = testing.reset_sandbox(balance="0.01")
    assert testing.current_sandbox() is after is not before
    assert ask("POST", "/v2/idm-vton", json=BODY).status_code == 406


def test_a_sandbox_is_made_when_first_asked_for() -> None:
    testing._shared.clear()
    assert len(testing.current_sandbox().ledger) == 0
