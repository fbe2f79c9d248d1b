from __future__ import annotations

import base64

import pytest

from .conftest import ROOT, Caller


def data_url(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_uploads_are_public_and_stay(call: Caller) -> None:
    body = {"data_urls": [data_url(b"one"), data_url(b"two", "image/svg+xml")]}
    response = call("POST", "/upload-asset", json=body)
    answer = response.json()
    assert answer["message"] == "Files uploaded successfully"
    first, second = answer["file_urls"]
    assert first.startswith(f"{ROOT}/assets/")
    assert (first[-5:], second[-4:]) == (".jpeg", ".svg")
    call.clock.forward(days=400)
    given = call("GET", first, key=None)
    assert (given.content, given.headers["content-type"]) == (b"one", "image/jpeg")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data_urls": []},
        {"data_urls": "data:"},
        {"data_urls": [3]},
        {"data_urls": ["http://site/x"]},
        {"data_urls": ["data:text/html;base64,AAAA"]},
        {"data_urls": ["data:image/png;base64,*"]},
    ],
)
def test_what_is_no_upload_is_400(call: Caller, body: dict[str, object]) -> None:
    response = call("POST", "/upload-asset", json=body)
    assert response.status_code == 400
    assert response.json()["error"]


def test_an_upload_needs_a_key(call: Caller) -> None:
    response = call("POST", "/upload-asset", key=None, json={"data_urls": [data_url(b"x")]})
    assert response.status_code == 401


def test_there_is_nothing_at_a_guessed_address(call: Caller) -> None:
    assert call("GET", "/assets/a.png").json() == {"error": "File not found"}
