from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from django_tryon.sandbox.control import token_of

from .conftest import IDM, Caller


def test_faults_can_be_asked_for_while_it_runs(call: Caller) -> None:
    said = call("GET", "/faults", key=None).json()
    assert said["ordered"] == []
    assert {"name": "gone", "does": "has deleted the file", "steps": ["output"]} in said["known"]
    assert "flaky" in said["profiles"]
    said = call("POST", "/faults", json={"faults": ["503@credits:1"]}).json()
    assert said["ordered"] == ["503@credits:1"]
    assert call("GET", "/v1/get-user-credits").status_code == 503
    assert call("GET", "/v1/get-user-credits").status_code == 200
    call("POST", "/faults", json={"profile": "flaky"})
    assert len(call.sandbox.script.orders) > 5
    said = call("POST", "/faults", json={"faults": ["500@status"], "replace": True}).json()
    assert said["ordered"] == ["500@status"]
    assert call("DELETE", "/faults").json()["ordered"] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"faults": "reset@status"}, "must be a list"),
        ({"faults": [1]}, "must be a list"),
        ({"faults": ["rest@status"]}, "did you mean reset"),
        ({"profile": "rough"}, "there are: flaky"),
    ],
)
def test_nonsense_is_refused(call: Caller, body: dict[str, Any], said: str) -> None:
    response = call("POST", "/faults", json=body)
    assert response.status_code == 400
    assert said in response.json()["error"]


def test_an_order_in_another_type_is_told_which(call: Caller) -> None:
    response = call("POST", "/faults", data={"faults": "reset@status"})
    assert response.status_code == 415
    assert "content-type: application/json" in response.json()["error"]


@pytest.mark.parametrize("path", ["/faults", "/ledger"])
@pytest.mark.parametrize(
    ("client", "host"), [("192.0.2.7", "127.0.0.1:9"), ("127.0.0.1", "evil.example"), ("", "[::1]")]
)
def test_only_this_machine_may_script_it(call: Caller, path: str, client: str, host: str) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=call.sandbox, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
            return await http.get(path)

    assert asyncio.run(ask()).status_code == 403


def test_the_ledger_tells_what_was_accepted_billed_and_delivered(
    make: Callable[..., Caller],
) -> None:
    call = make(faults="cut@output:1")
    body = IDM | {"human_img": "http://site/small#tok1"}
    call.sandbox.fetch = _answers(call)
    result = call.result("idm-vton", **body)
    call.submit("idm-vton", **IDM)  # nobody asks after it, and it is billed all the same
    with pytest.raises(httpx.RemoteProtocolError):
        call("GET", result["output"], key=None)
    first, second = call("GET", "/ledger").json()["requests"]
    assert (first["token"], first["billed"], first["delivered"]) == ("tok1", "0.0443", 0)
    assert (second["token"], second["outcome"], second["delivered"]) == ("", "COMPLETED", 0)
    call("GET", result["output"], key=None)
    said = call("GET", "/ledger").json()
    assert said["requests"][0]["delivered"] == 1
    assert (said["billed"], said["balance"]) == ("0.0886", "99.9114")
    assert (said["asked"]["submit"], said["asked"]["output"]) == (2, 2)


def _answers(call: Caller) -> Any:
    usual = call.sandbox.fetch

    async def fetch(url: str) -> bytes:
        return await usual(url.partition("#")[0])

    return fetch


@pytest.mark.parametrize(
    ("body", "token"),
    [
        ({}, ""),
        ({"image": "http://site/a.jpg"}, ""),
        ({"prompt": "a shirt", "image": "http://site/a.jpg#abc"}, "abc"),
        ({"images": ["http://site/a.jpg?token=abc&x=1"]}, "abc"),
        ({"image": "http://site/a.jpg#token=abc"}, "abc"),
        # ["private","people/a.jpg","abc"], signed
        (
            {
                "image": "http://site/in/WyJwcml2YXRlIiwicGVvcGxlL2EuanBnIiwiYWJjIl0:1sX:s-G_/file.jpg"
            },
            "abc",
        ),
        ({"image": "http://site/in/bm8ganNvbiBoZXJl:1sX:sG/file.jpg"}, ""),
        ({"image": "http://site/in/WzEsIDIsIDNd:1sX:sG/file.jpg"}, ""),
    ],
)
def test_the_token_is_found_wherever_it_stands(body: dict[str, Any], token: str) -> None:
    assert token_of(body) == token
