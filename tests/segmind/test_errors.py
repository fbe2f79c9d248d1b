"""From a reply to an exception."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from django_tryon import exceptions as e
from django_tryon.segmind.errors import message_of, reset_at, tidy
from tests.segmind.talking import CALLS, caught, json

RESET = {"x_rate_limit_reset_at_utc": "2026-11-20T10:00:00Z"}
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
PAGE = "<!doctype html><html><body>Method Not Allowed</body></html>"

# Status, body → class, code; the same for every call, but for what EXCEPTIONS says.
TABLE = [
    (301, None, e.Refused, "redirected"),
    (307, None, e.Refused, "redirected"),
    (400, {"error": "Missing field"}, e.Refused, "invalid_input"),
    (401, {"error": "Missing Authorization or x-api-key in header"}, e.Refused, "bad_key"),
    (401, {"error": "invalid_token", "error_description": "gone"}, e.Refused, "bad_key"),
    (403, {"error": "no access"}, e.Refused, "forbidden"),
    (404, {"error": "Request 0000 not found"}, e.RequestGone, "not_found"),
    (404, {"error": "No credits found for the user"}, e.Refused, "no_credits"),
    (405, PAGE, e.Refused, "wrong_method"),
    (406, {"error": "Invalid content type"}, e.Refused, "wrong_content_type"),
    (406, {"error": "Invalid Content-Type"}, e.Refused, "wrong_content_type"),
    (406, {"error": "Insufficient credits: 0.01, needed 0.04"}, e.Refused, "no_credits"),
    (406, {"error": "Team spend limit reached"}, e.Refused, "spend_limit"),
    (406, {"error": "Monthly spending limit reached"}, e.Refused, "spend_limit"),
    (406, {"error": "steps must be below 40"}, e.Refused, "rejected_value"),
    (406, PAGE, e.Refused, "rejected_value"),
    (406, "Insufficient credits", e.Refused, "no_credits"),
    (408, {"error": "Request timed out"}, e.AnswerLost, "answer_lost"),
    (410, {"error": "retired"}, e.Refused, "engine_retired"),
    (418, {"error": "teapot"}, e.UnexpectedReply, "unexpected_reply"),
    (422, {"error": "no luck"}, e.RequestFailed, "failed_at_provider"),
    (422, {"error": "Prompt is Mandatory and must be string"}, e.RequestFailed, "invalid_input"),
    (422, PAGE, e.RequestFailed, "failed_at_provider"),
    (429, {"error": "slow down"}, e.RateLimited, "rate_limited"),
    (500, {"error": "oh"}, e.Unavailable, "unavailable"),
    (500, PAGE, e.Unavailable, "unavailable"),
    (502, PAGE, e.AnswerLost, "answer_lost"),
    (503, {"error": "busy"}, e.Unavailable, "unavailable"),
    (504, PAGE, e.AnswerLost, "answer_lost"),
    (524, "", e.AnswerLost, "answer_lost"),
]
EXCEPTIONS = {
    # The asset store has no models and no requests, and its no closes no engine's gate.
    ("upload", 403): (e.Refused, "asset_store"),
    ("upload", 404): (e.Refused, "asset_store"),
    ("upload", 410): (e.Refused, "asset_store"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("status", "body", "kind", "code"), TABLE)
def test_every_code_for_every_call(call, status, body, kind, code):
    answer = (
        httpx.Response(status, text=body)
        if isinstance(body, str)
        else json(status, body, **RESET, location="https://evil.example/")
    )
    error = caught(call, answer)
    kind, code = EXCEPTIONS.get((call, status), (kind, code))
    assert (type(error), error.code, error.status_code) == (kind, code, status)
    told = issubclass(kind, e.NotAccepted) and answer.headers.get("x-rate-limit-reset-at-utc")
    assert getattr(error, "retry_at", None) == (AT if told else None)
    assert error.message.startswith(("Segmind", "The ", "This ", "Too many", "There is"))
    assert "<" not in error.message

    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert copy.args == error.args
    assert vars(copy) == vars(error)
    assert (copy.code, copy.status_code, copy.message) == (code, status, error.message)


def test_the_providers_words_follow_ours():
    error = caught("submit", json(406, {"error": "Insufficient credits: 0.01 < 0.04"}))
    assert error.message == (
        "The Segmind account has not enough credits. Top it up. Insufficient credits: 0.01 < 0.04"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Validation error in MockInferenceProcessor: sleep must be below 5", "invalid_input"),
        ("Prompt is Mandatory and must be string", "invalid_input"),
        ("Could not load image", "invalid_input"),
        ("cannot identify image file", "invalid_input"),
        ("Failed to download content from the link", "invalid_input"),
        ("Content policy violation", "content_blocked"),
        ("content filter", "content_blocked"),
        ("blocked by RAI", "content_blocked"),
        ("NSFW image detected", "content_blocked"),
        ("rejected by the safety system", "content_blocked"),
        ("image was flagged", "content_blocked"),
        ("brain fault", "failed_at_provider"),
        ("CUDA out of memory", "failed_at_provider"),
        ("", "failed_at_provider"),
        (None, "failed_at_provider"),
    ],
)
@pytest.mark.parametrize("call", ["submit", "status", "result", "v1"])
@pytest.mark.parametrize("status", [200, 422, 500])
def test_a_failed_body_counts_under_any_code(call, status, words, code):
    error = caught(call, json(status, {"status": "FAILED", "error": words, "metrics": {}}))
    assert (type(error), error.code) == (e.RequestFailed, code)
    assert error.status_code == status
    assert error.message.endswith(words or "try-on.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "a"}, "a"),
        ({"message": "b"}, "b"),
        ({"error": "invalid_token", "error_description": "c"}, "c"),
        ({"error": {"message": "d"}}, "d"),
        ({"detail": [{"msg": "e", "loc": ["body"]}]}, "e"),
        ({"error": ["f", "g"]}, "f"),
        ({"error": {"message": {"error": {"message": "too deep"}}}}, ""),
        ({"error": []}, ""),
        ({"error": 5}, ""),
        ({}, ""),
        ([], ""),
        (["h"], "h"),
        (None, ""),
        (7, ""),
        ("  plain words ", "plain words"),
        ("  <html>page</html>", ""),
    ],
)
def test_words_are_found_wherever_they_are(body, words):
    assert message_of(body) == words


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("at https://shop.example/face.jpg?sig=1 now", "at (link) now"),
        ('"s3://bucket/face.jpg"', '"(link)"'),
        ("key SG_0123456789abcdef is bad", "key (key) is bad"),
        ("owner ana@shop.example", "owner (address)"),
        ("got data:image/png;base64,AAAA ", "got (data)"),
        ("got " + "A" * 80, "got (data)"),
        ("a\n\tb\x00\x1bc\u202ed", "a b c d"),
        ("word " * 100, ("word " * 100)[:299] + "…"),
        ("word " * 60, ("word " * 60).strip()),
    ],
)
def test_somebody_elses_words_are_tidied(words, left):
    assert tidy(words) == left


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-20T10:00:00Z", AT),
        ("2026-11-20T10:00:00+00:00", AT),
        ("2026-11-20T12:00:00+02:00", AT),
        ("2026-11-20T12:00:00 +0200", AT),
        ("2026-11-20 10:00:00", AT),
        ("2026-11-20 10:00:00 UTC", AT),
        ("2026-11-20 10:00:00 +0000 UTC", AT),
        ("2026-11-20T10:00:00.000000000Z", AT),
        ("20261120T100000Z", AT),
        ("Fri, 20 Nov 2026 10:00:00 GMT", AT),
        ("Fri, 20 Nov 2026 12:00:00 +0200", AT),
        (str(int(AT.timestamp())), AT),
        (f"{int(AT.timestamp())}.0", AT),
        (str(int(AT.timestamp()) * 1000), AT),
        (str(int(AT.timestamp()) * 10**9), AT),
        ("", None),
        ("  ", None),
        ("soon", None),
        ("2026-99-99", None),
        ("-5", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("Fri, 99 Foo 2026", None),
        ("١٢٣٤٥٦٧٨٩٠", None),
    ],
)
def test_the_moment_of_a_reset_in_any_spelling(value, moment):
    found = reset_at({"x-rate-limit-reset-at-utc": value})
    assert found == moment
    assert found is None or found.tzinfo is UTC


def test_a_small_number_means_seconds_from_now():
    before = datetime.now(UTC)
    found = reset_at({"retry-after": "30"})
    assert found is not None
    assert before + timedelta(seconds=30) <= found <= datetime.now(UTC) + timedelta(seconds=30)


def test_segminds_own_header_goes_first_and_an_unreadable_one_is_passed_over():
    standard = {"retry-after": "Fri, 20 Nov 2026 10:00:00 GMT"}
    assert reset_at({"x-rate-limit-reset-at-utc": "2026-11-20T11:00:00Z"} | standard) == (
        AT + timedelta(hours=1)
    )
    assert reset_at({"x-rate-limit-reset-at-utc": "soon"} | standard) == AT
    assert reset_at({}) is None
