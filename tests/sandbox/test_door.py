from __future__ import annotations

import pytest

from .conftest import IDM, Caller


@pytest.mark.parametrize(
    ("key", "headers", "message"),
    [
        (None, {}, "Missing Authorization or x-api-key in header"),
        ("wrong", {}, "Unauthorized. API key is invalid or may have expired..."),
        (None, {"Authorization": "Bearer SG_1"}, "Unauthorized. API key is invalid or may have"),
    ],
)
def test_a_request_without_a_good_key_is_refused(
    call: Caller, key: str | None, headers: dict[str, str], message: str
) -> None:
    response = call("POST", "/v2/idm-vton", key=key, headers=headers, json=IDM)
    assert response.status_code == 401
    assert response.json()["error"].startswith(message)
    assert len(call.sandbox.ledger) == 0


def test_a_wrong_verb_is_answered_in_html(call: Caller) -> None:
    response = call("GET", "/v2/idm-vton")
    assert response.status_code == 405
    assert response.headers["content-type"].startswith("text/html")


def test_an_unknown_path_is_answered_in_json(call: Caller) -> None:
    response = call("GET", "/v3/anything")
    assert (response.status_code, response.json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
def test_a_body_of_another_type_is_406(call: Caller, headers: dict[str, str]) -> None:
    response = call("POST", "/v2/idm-vton", content=b"{}", headers=headers)
    assert (response.status_code, response.json()) == (406, {"error": "Invalid content type"})


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"guidance_scale": NaN}', b"\xff"])
def test_a_body_that_is_no_json_object_is_400(call: Caller, content: bytes) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    response = call("POST", "/v1/try-on-diffusion", content=content, headers=headers)
    assert response.status_code == 400
    assert "body" in response.json()["error"]
