"""Everything that the sandbox can do wrong: one table.

A fault is asked for as `name@step`, see `script.py`. What the app makes of each stands in
`docs/explanation/faults.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .deeds import (
    Deed,
    answer,
    broken,
    broken_answer,
    fails,
    forgets,
    loses_file,
    never_ends,
    redirects,
    rewritten,
    sent_as,
    without_range,
)
from .faults import Step
from .wire import How

S = Step
Steps = frozenset[Step]

ASKS: Steps = frozenset({S.SUBMIT, S.UPLOAD, S.STATUS, S.RESULT, S.CREDITS, S.HISTORY})
"""Where words are answered, before anything is done."""
TOLD: Steps = frozenset({S.ACCEPTED, S.UPLOAD, S.STATUS, S.RESULT, S.CREDITS, S.HISTORY})
"""Where words are answered, once it is done."""
OUTPUT: Steps = frozenset({S.OUTPUT})
EVERY: Steps = ASKS | TOLD | OUTPUT
RUN: Steps = frozenset({S.RUN})
STATES: Steps = frozenset({S.STATUS, S.RESULT})
RESULT: Steps = frozenset({S.RESULT})
ACCEPTED: Steps = frozenset({S.ACCEPTED})


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong."""

    name: str
    says: str
    """What it does, as a sentence without its subject."""
    steps: Steps
    """Where it can happen."""
    deed: Deed


PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
ELSEWHERE = "https://files.example.net/picture.jpeg"
PRIVATE = "http://169.254.169.254/latest/meta-data/"

CODES: tuple[tuple[str, int, str, str], ...] = (
    ("400", 400, "Segmind cannot read the request", "The request body is not valid JSON"),
    ("401", 401, "the key is not accepted", "Unauthorized. API key is invalid or may have expired"),
    ("403", 403, "the account may not use this", "This model is not allowed for your team"),
    ("404", 404, "there is no such thing", "Not found"),
    ("404-page", 404, "some gateway knows no such page", PAGE.format("404 Not Found")),
    ("405", 405, "the verb is wrong", PAGE.format("405 Not Allowed")),
    ("406", 406, "a value is rejected", "num_inference_steps is out of range"),
    (
        "406-credits",
        406,
        "the balance is too small",
        "Insufficient credits: this request needs 0.0443 credits, 0.01 are available",
    ),
    ("406-limit", 406, "the team's limit is reached", "The team's spend limit is reached"),
    ("406-type", 406, "the content type is wrong", "Invalid content type"),
    ("408", 408, "somebody waited too long for the request", "Request timeout"),
    ("410", 410, "it is gone for good", "This model has been retired"),
    ("422", 422, "a parameter is wrong", "Validation error: steps must be at least 1"),
    ("429", 429, "too many requests", "Too many requests"),
    ("500", 500, "Segmind has an error of its own", "Internal server error"),
    ("502", 502, "the gateway loses the answer", PAGE.format("502 Bad Gateway")),
    ("503", 503, "Segmind is not available", "Service unavailable"),
    ("504", 504, "the gateway gives up waiting", PAGE.format("504 Gateway Time-out")),
    ("520", 520, "a gateway answers what nobody documents", PAGE.format("520 Unknown Error")),
)
"""Status codes: name, code, what it means, and the words or the page that come with it."""

LATE_CODES = {"408", "500", "502", "503", "504", "520"}
"""These may come although the request was taken."""


def _codes() -> Iterator[Fault]:
    for name, status, means, words in CODES:
        content = words if words.startswith("<") else {"error": words}
        steps = EVERY if name in LATE_CODES else EVERY - ACCEPTED
        for suffix, reset in (("", False), ("+reset", True)):
            told = " and says when the limit resets" if reset else ""
            deed = answer(status, content, reset=reset)
            yield Fault(name + suffix, f"answers {status}: {means}{told}", steps, deed)


FAULTS: tuple[Fault, ...] = (
    *_codes(),
    Fault(
        "302",
        "redirects the API to another host",
        ASKS,
        redirects("https://gateway.example.net/login"),
    ),
    # The wire.
    Fault(
        "refused",
        "refuses the connection",
        ASKS | OUTPUT,
        broken(How.REFUSED),
    ),
    Fault("reset", "resets the connection before it answers", EVERY, broken(How.RESET)),
    Fault("hang", "never answers", EVERY, broken(How.HANG)),
    Fault(
        "reset-amid",
        "resets the connection in the middle of the answer",
        TOLD | OUTPUT,
        broken_answer(How.RESET_AMID),
    ),
    Fault(
        "cut",
        "closes the connection in the middle of the answer",
        TOLD | OUTPUT,
        broken_answer(How.CUT),
    ),
    Fault("trickle", "answers a byte a second", TOLD | OUTPUT, broken_answer(How.TRICKLE)),
    Fault("enormous", "answers without end", TOLD | OUTPUT, broken_answer(How.ENDLESS)),
    # The answer.
    Fault("html", "answers 200 with a web page", EVERY, answer(200, PAGE.format("Welcome"))),
    Fault(
        "malformed",
        "answers 200 with something that is nearly JSON",
        ASKS | TOLD,
        answer(200, '{"status": QUEUED, "request_id": }', media_type="application/json"),
    ),
    Fault("empty", "answers 200 with nothing", EVERY, answer(200, "", media_type="text/plain")),
    Fault("list", "answers 200 with a JSON list", ASKS | TOLD, answer(200, ["QUEUED", 1])),
    Fault(
        "truncated",
        "answers with the first half, as though that were all",
        TOLD | OUTPUT,
        sent_as(lambda body: body[: len(body) // 2]),
    ),
    Fault(
        "wrong-type",
        "calls its answer plain text",
        TOLD | OUTPUT,
        sent_as(media_type="text/plain"),
    ),
    Fault(
        "wrong-values",
        "answers with a number for each value",
        TOLD,
        rewritten(lambda body: dict.fromkeys(body, 7)),
    ),
    Fault(
        "no-id",
        "accepts, and does not name the request",
        ACCEPTED,
        rewritten(lambda body: body | {"request_id": None}),
    ),
    Fault(
        "unknown-state",
        "tells of a state that nobody documents",
        STATES,
        rewritten(lambda body: body | {"status": "DANCING"}),
    ),
    # The run.
    Fault("fails", "fails the run without saying why", RUN, fails("Something went wrong")),
    Fault(
        "invalid",
        "fails the run for a parameter",
        RUN,
        fails("Validation error in InferenceProcessor: the mask is not a valid image"),
    ),
    Fault(
        "blocked",
        "fails the run for its content",
        RUN,
        fails("The image was flagged by the content policy"),
    ),
    Fault("never-ends", "runs for ever", RUN, never_ends),
    Fault("expired", "forgets the request", STATES, forgets),
    # The result.
    Fault(
        "not-ready",
        "says that it still runs, after having said that it is done",
        RESULT,
        rewritten(lambda body: body | {"status": "PROCESSING"}),
    ),
    Fault(
        "no-file",
        "is done, and names no file",
        RESULT,
        rewritten(lambda body: {"status": "COMPLETED", "metrics": body["metrics"]}),
    ),
    Fault(
        "link-elsewhere",
        "names a file on another host",
        RESULT,
        rewritten(lambda body: body | {"output": ELSEWHERE}),
    ),
    Fault(
        "link-private",
        "names a file at a private address",
        RESULT,
        rewritten(lambda body: body | {"output": PRIVATE}),
    ),
    # The file.
    Fault("gone", "has deleted the file", OUTPUT, loses_file),
    Fault(
        "not-an-image",
        "calls a text a picture",
        OUTPUT,
        answer(200, "no picture, only words " * 20, media_type="image/jpeg"),
    ),
    Fault(
        "no-ranges",
        "sends the whole file again to whoever asks for its rest",
        OUTPUT,
        without_range,
    ),
    Fault("redirect-elsewhere", "redirects to another host", OUTPUT, redirects(ELSEWHERE)),
    Fault("redirect-private", "redirects to a private address", OUTPUT, redirects(PRIVATE)),
    Fault("redirect-loop", "redirects in a circle", OUTPUT, redirects("")),
)

KNOWN: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}
