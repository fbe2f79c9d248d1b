"""What a blocking v1 request brings home."""

from __future__ import annotations

import base64
from decimal import Decimal

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.replies import Output
from tests.segmind.talking import ask, caught, json

URL = "https://images.segmind.com/generations/a.jpeg"

PICTURE = b"\xff\xd8 a picture"
B64 = base64.b64encode(PICTURE * 9).decode()


@pytest.mark.parametrize(
    "kind",
    ["image/jpeg", "Image/PNG", "video/mp4", "application/octet-stream", "binary/octet-stream"],
)
def test_v1_brings_raw_bytes_and_headers(kind):
    headers = {
        "content-type": kind,
        "x-request-id": "r-1",
        "x-cost": "0.0443",
        "x-generation-time": "6.5",
    }
    finished = ask("v1", httpx.Response(200, content=PICTURE, headers=headers))
    assert finished.outputs == (Output(content=PICTURE),)
    assert finished.request_id == "r-1"
    assert finished.cost == Decimal("0.0443")
    assert finished.seconds == 6.5


def test_v1_without_headers_or_with_odd_ones():
    bare = ask("v1", httpx.Response(200, content=PICTURE, headers={"content-type": "image/png"}))
    odd = {
        "content-type": "image/png",
        "x-request-id": "x y",
        "x-cost": "?",
        "x-generation-time": "?",
    }
    for finished in (bare, ask("v1", httpx.Response(200, content=PICTURE, headers=odd))):
        assert (finished.request_id, finished.cost, finished.seconds) == ("", None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"image": B64},
        {"image": f"data:image/png;base64,{B64}", "error": None},
        {"output": B64},
        {"images": [{"url": f"data:image/png;base64,{B64}"}]},
    ],
)
def test_v1_may_bring_base64(body):
    assert ask("v1", json(200, body)).outputs == (Output(content=PICTURE * 9),)


def test_v1_may_bring_a_link():
    assert ask("v1", json(200, {"output": URL})).outputs == (Output(url=URL),)


def test_v1_may_say_no_under_200():
    error = caught("v1", json(200, {"error": "Invalid category"}))
    assert (type(error), error.code) == (e.RequestFailed, "invalid_input")


@pytest.mark.parametrize("status", [200, 400, 500])
def test_v1s_own_cut_off_may_have_been_paid_for(status):
    error = caught("v1", json(status, {"error": "Internal Polling Error"}))
    assert type(error) is e.AnswerLost
    assert error.status_code == status


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"", headers={"content-type": "image/png"}),
        httpx.Response(200, text="<html>hello</html>"),
        json(200, {}),
        json(200, []),
        json(200, {"image": "short"}),
        json(200, {"image": 5}),
        json(200, {"image": "https://shop.example/face.jpg"}),
    ],
)
def test_v1_that_brings_nothing_may_have_been_paid_for(answer):
    error = caught("v1", answer)
    assert type(error) is e.AnswerLost
    assert error.status_code == 200


def test_v1_error_with_a_picture_is_an_error():
    answer = httpx.Response(500, content=PICTURE, headers={"content-type": "image/png"})
    assert type(caught("v1", answer)) is e.Unavailable
