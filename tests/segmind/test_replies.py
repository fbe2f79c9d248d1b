"""What a good answer tells, and what a strange one does."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.replies import Output, Reply, amount, number, price
from tests.segmind.talking import ask, caught, json

URL = "https://images.segmind.com/generations/a.jpeg"
QUEUED = {
    "request_id": "2c7f59ea-13f1-402c-9353-915a2b5a2124",
    "status": "QUEUED",
    "poll_url": "https://api.segmind.com/v1/requests/2c7f59ea",
    "status_url": "https://api.segmind.com/v2/requests/2c7f59ea/status",
    "response_url": "https://api.segmind.com/v2/requests/2c7f59ea",
}


def text(status, words, **headers):
    return httpx.Response(status, text=words, headers=headers)


# --- submit


@pytest.mark.parametrize(
    ("answer", "request_id"),
    [
        (json(200, QUEUED), QUEUED["request_id"]),
        (json(202, {"request_id": "0" * 32}), "0" * 32),
        (json(200, {"request_id": "a/b?c#d%é", "status": "NEW"}), "a/b?c#d%é"),
        (json(200, {"request_id": "x" * 128}), "x" * 128),
        # It says that it was queued: then it was, whatever the gateway says.
        (json(500, QUEUED), QUEUED["request_id"]),
        (json(404, QUEUED), QUEUED["request_id"]),
    ],
)
def test_submit_brings_the_id(answer, request_id):
    assert ask("submit", answer) == request_id


@pytest.mark.parametrize(
    "answer",
    [
        json(200, {}),
        json(200, {"status": "QUEUED"}),
        json(500, {"status": "QUEUED"}),
        json(200, []),
        json(200, None),
        json(200, "id"),
        *(
            json(200, {"request_id": odd})
            for odd in (
                None,
                "",
                " ",
                ".",
                "..",
                5,
                True,
                [],
                {},
                "x" * 129,
                "a b",
                "a\nb",
            )
        ),
        text(200, '{"request_id": "\\ud800"}'),
        text(200, ""),
        text(200, "{'request_id': 'single quotes'}"),
        text(200, '{"request_id": "cut'),
        text(200, "<html>welcome</html>"),
        text(200, "[" * 200_000),
        text(200, "1" * 5000),
        httpx.Response(200, content=b"\xff\xfe\xfa"),
        httpx.Response(204),
    ],
)
def test_a_submit_without_an_id_may_have_been_paid_for(answer):
    error = caught("submit", answer)
    assert type(error) is e.AnswerLost
    assert error.status_code == answer.status_code


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (200, e.RequestFailed, "failed_at_provider"),
        (422, e.RequestFailed, "failed_at_provider"),
        (500, e.RequestFailed, "failed_at_provider"),
        (401, e.Refused, "bad_key"),
        (406, e.Refused, "rejected_value"),
        (410, e.Refused, "engine_retired"),
        (429, e.RateLimited, "rate_limited"),
    ],
)
def test_a_submit_that_failed_at_the_door_is_no_failure_of_the_picture(status, kind, code):
    error = caught("submit", json(status, {"status": "FAILED", "error": "no", "request_id": "r"}))
    assert (type(error), error.code, error.status_code) == (kind, code, status)


def test_an_id_in_an_error_is_no_acceptance():
    assert type(caught("submit", json(500, {"error": "x", "request_id": "r"}))) is e.Unavailable


# --- status and result


@pytest.mark.parametrize("call", ["status", "result"])
@pytest.mark.parametrize("code", [200, 202, 404, 422, 500, 504])
def test_the_bodys_status_goes_before_the_code(call, code):
    assert ask(call, json(code, {"status": "QUEUED"})) == Reply("pending")
    assert ask(call, json(code, {"status": "PROCESSING", "metrics": None})) == Reply("pending")
    done = ask(call, json(code, {"status": "COMPLETED", "output": URL, "metrics": {"cost": 0.05}}))
    assert done == Reply("done", cost=Decimal("0.05"), outputs=(Output(url=URL),))


def test_what_a_reply_tells():
    body = {
        "status": "COMPLETED",
        "request_id": "r-1",
        "error": None,
        "metrics": {"inference_time": 13.06, "cost": 0.018, "remaining_credits": 4.2},
        "output": URL,
        "seed": 5,
    }
    assert ask("result", json(200, body)) == Reply(
        "done", cost=Decimal("0.018"), seconds=13.06, outputs=(Output(url=URL),)
    )


def test_outputs_count_only_once_it_is_done():
    assert ask("result", json(200, {"status": "PROCESSING", "output": URL})).outputs == ()


def test_status_needs_no_output_but_a_result_does():
    assert ask("status", json(200, {"status": "COMPLETED"})) == Reply("done")
    body = {"status": "COMPLETED", "output": "ok", "x": "https://shop.example/face.jpg?sig=1"}
    error = caught("result", json(200, body))
    assert type(error) is e.UnexpectedReply
    assert error.status_code == 200
    assert '"output":"ok"' in error.message
    assert "shop.example" not in error.message


@pytest.mark.parametrize("call", ["status", "result"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (json(200, {}), "no status"),
        (json(200, {"status": None}), "no status"),
        (json(200, []), "no status"),
        (json(200, {"status": "completed"}), "unknown status 'completed'"),
        (json(200, {"status": "CANCELLED"}), "unknown status 'CANCELLED'"),
        (json(200, {"status": ["COMPLETED"]}), "unknown status"),
        (json(200, {"status": {"x": 1}}), "unknown status"),
        (json(200, {"status": "https://shop.example/a"}), "unknown status '(link)'"),
        (text(200, ""), "no status"),
        (text(200, "<html>COMPLETED</html>"), "no status"),
        (text(200, '{"status": "COMPL'), "no status"),
        (text(200, '{"a":' * 100_000), "no status"),
        (httpx.Response(204), "no status"),
        # A gateway's page is not the provider's word.
        (text(404, "<html>nothing here</html>"), "answered 404"),
        (text(404, ""), "answered 404"),
    ],
)
def test_an_unreadable_answer_to_a_question_is_asked_again(call, answer, words):
    error = caught(call, answer)
    assert type(error) is e.UnexpectedReply
    assert words in error.message
    assert error.status_code == answer.status_code


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (0.05, Decimal("0.05")),
        (0, Decimal(0)),
        (5, Decimal(5)),
        ("0.0443", Decimal("0.0443")),
        (" 1 ", Decimal(1)),
        (-0.05, None),
        ("-1", None),
        (True, None),
        (False, None),
        (None, None),
        ([], None),
        ({}, None),
        ("", None),
        ("$5", None),
        ("1_0", None),
        ("NaN", None),
        (float("nan"), None),
        (float("inf"), None),
        ("Infinity", None),
        (1e5, None),
        (10**400, None),
    ],
)
def test_a_price_is_a_plain_amount_or_unknown(told, read):
    assert price(told) == read


def test_an_amount_may_be_below_zero():
    assert amount(-2.5) == Decimal("-2.5")
    assert amount(-1e5) is None


def test_not_a_number_in_json_is_no_cost():
    answer = text(200, '{"status":"COMPLETED","metrics":{"cost":NaN,"inference_time":Infinity}}')
    assert ask("status", answer) == Reply("done")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (13.06, 13.06),
        (0, 0.0),
        ("6.5", 6.5),
        ("six", None),
        (-1, None),
        (float("nan"), None),
        (1e7, None),
        (10**400, None),
        (True, None),
        (None, None),
    ],
)
def test_seconds(told, read):
    assert number(told) == read


# --- credits and uploads


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"credits": 0.0, "free-credits": 0.0184921035}, "0.0184921035"),
        ({"credits": 2.5}, "2.5"),
        ({"free-credits": "1.5"}, "1.5"),
        ({"credits": -2.5, "free-credits": 1}, "-1.5"),
        ({"credits": 1, "free-credits": None}, "1"),
    ],
)
def test_credits(body, left):
    assert ask("credits", json(200, body)) == Decimal(left)


@pytest.mark.parametrize(
    "answer", [json(200, {}), json(200, {"credits": "many"}), json(200, [5]), text(200, "<html>")]
)
def test_credits_that_are_not_told(answer):
    error = caught("credits", answer)
    assert (type(error), error.status_code) == (e.UnexpectedReply, 200)


@pytest.mark.parametrize("name", ["file_urls", "urls"])
def test_links_of_uploads_under_either_name(name):
    body = {name: ["https://images.segmind.com/assets/a.png"], "message": "ok"}
    assert ask("upload", json(200, body)) == ["https://images.segmind.com/assets/a.png"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"file_urls": []},
        {"file_urls": "https://a"},
        {"file_urls": [None]},
        {"file_urls": ["nothing"]},
        {"file_urls": ["https://a", "https://b"]},
    ],
)
def test_an_upload_must_name_each_file(body):
    error = caught("upload", json(200, body))
    assert (type(error), error.status_code) == (e.UnexpectedReply, 200)
