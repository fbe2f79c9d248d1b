"""The same breaks for a caller in this process, where nothing waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from django_tryon.sandbox.faults import Step
from django_tryon.sandbox.known_faults import FAULTS

from .conftest import IDM, Caller

CREDITS = "/v1/get-user-credits"


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("refused", httpx.ConnectError),
        ("reset", httpx.ReadError),
        ("hang", httpx.ReadTimeout),
        ("reset-amid", httpx.ReadError),
        ("cut", httpx.RemoteProtocolError),
        ("trickle", httpx.ReadTimeout),
    ],
)
def test_a_break_raises_what_httpx_would(
    make: Callable[..., Caller], fault: str, raised: type[Exception]
) -> None:
    call = make(faults=f"{fault}@credits:1")
    with pytest.raises(raised):
        call("GET", CREDITS)
    assert call("GET", CREDITS).json()["credits"] == 100


@pytest.mark.parametrize(("fault", "length"), [("cut", 18), ("trickle", 1)])
def test_something_arrives_before_the_break(
    make: Callable[..., Caller], fault: str, length: int
) -> None:
    call = make(faults=f"{fault}@credits")

    seen = bytearray()

    async def ask() -> None:
        async with call.client() as client, client.stream("GET", CREDITS) as answer:
            assert int(answer.headers["content-length"]) == 36
            async for part in answer.aiter_raw():
                seen.extend(part)

    with pytest.raises(httpx.TransportError):
        asyncio.run(ask())
    assert seen == b'{"credits":100.0,"free-credits":0.0}'[:length]


def test_an_endless_answer_has_no_end(make: Callable[..., Caller]) -> None:
    call = make(faults="enormous@credits")

    async def ask() -> int:
        seen = 0
        async with call.client() as client, client.stream("GET", CREDITS) as answer:
            async for part in answer.aiter_raw():
                seen += len(part)
                if seen > 2**22:
                    break
        return seen

    assert asyncio.run(ask()) > 2**22


def test_a_reset_header_names_a_moment(make: Callable[..., Caller]) -> None:
    call = make(faults=["429+reset@credits:1", "429@credits:1"])
    told = call("GET", CREDITS).headers["x-rate-limit-reset-at-utc"]
    assert told == "2026-03-01T12:00:40+00:00"
    assert "x-rate-limit-reset-at-utc" not in call("GET", CREDITS).headers


def test_a_run_on_v1_that_never_ends_is_given_up_as_segmind_does(
    make: Callable[..., Caller],
) -> None:
    call = make(faults="never-ends@run")
    response = call("POST", "/v1/idm-vton", json=IDM)
    assert (response.status_code, response.json()) == (500, {"error": "Internal Polling Error"})


def test_a_file_is_not_taken_for_words(make: Callable[..., Caller]) -> None:
    call = make(faults=["no-id@accepted"], plain=True)
    assert call("POST", "/v1/idm-vton", json=IDM).headers["content-type"] == "image/jpeg"
    assert call("POST", "/v2/idm-vton", json=IDM).json()["request_id"] is None


def test_who_is_forgotten_is_still_in_the_history(make: Callable[..., Caller]) -> None:
    call = make(faults="expired@status")
    answer = call.submit("idm-vton", **IDM)
    assert call("GET", answer["status_url"]).status_code == 404
    assert call("GET", answer["response_url"]).status_code == 404
    found = call("GET", f"/inference-request/request-history/{answer['request_id']}").json()
    assert found["model_status"] == "COMPLETED"  # it ran, though nobody could ask
    assert call("GET", "/v2/requests/unknown/status").status_code == 404


def test_every_step_is_counted(call: Caller) -> None:
    call.result("idm-vton", **IDM)
    assert call.sandbox.asked == {Step.SUBMIT: 1, Step.ACCEPTED: 1, Step.RESULT: 1, Step.RUN: 1}


def test_the_steps_of_a_fault_are_steps() -> None:
    assert {step for fault in FAULTS for step in fault.steps} == set(Step)
