"""What the app is to make of runs and questions that go wrong: questions may be repeated."""

from __future__ import annotations

from tests.faults.ends import MANY, Row, done, failed, other, row
from tests.faults.words import ANY_BAD, ELSEWHERE, HISTORY_HELPS, LATER, POLLED

TABLE: tuple[Row, ...] = (
    # The run.
    row(
        "run",
        "fails",
        "Fails the job; Segmind does not bill it.",
        "*Failed*, with Segmind's words.",
        failed("failed_at_provider", submit=1, status=1),
    ),
    row(
        "run",
        "invalid",
        "Fails the job; Segmind does not bill it.",
        "*Failed*, with Segmind's words. Another photo or parameter.",
        failed("invalid_input", submit=1, status=1),
    ),
    row(
        "run",
        "blocked",
        "Fails the job; Segmind does not bill it.",
        "*Failed*. Another photo or garment.",
        failed("content_blocked", submit=1, status=1),
    ),
    row(
        "run",
        "never-ends",
        "Asks every 10 s at most; after an hour Segmind forgets it, and after three more hours of "
        "“pending” in the history nobody waits any longer.",
        "*Running*, then *expired*.",
        other("expired", "expired", submit=1, status=MANY, history=MANY),
    ),
    # Asking how it stands may always be repeated.
    row(
        "status",
        POLLED,
        LATER,
        HISTORY_HELPS,
        done(status=2),
        done(status=MANY, result=0, history=1),
    ),
    row(
        "status",
        "404",
        "Asks again for a minute, since a new request may not be known yet; then it asks the "
        "request history.",
        HISTORY_HELPS,
        done(status=2),
        done(status=MANY, result=0, history=1),
    ),
    row(
        "status",
        "expired",
        "Believes it after a minute, and asks the request history, which keeps everything.",
        "*Running*, then done.",
        done(status=MANY, result=0, history=1),
    ),
    row(
        "status",
        "422",
        "Fails the job: this code says that the run has failed. Here it had not.",
        "*Failed*, with Segmind's words.",
        failed("invalid_input", submit=1, status=1, billed=1),
    ),
    row("status", "wrong-type", "Reads it all the same.", "Nothing.", done()),
    # So may asking for the result.
    row(
        "result",
        f"{POLLED} no-file not-ready",
        LATER,
        "*Being fetched* meanwhile; done as soon as one answer is as it should be.",
        done(result=2),
        done(result=MANY, history=1),
    ),
    row(
        "result",
        "404",
        "Asks again for a minute, then the request history.",
        "*Being fetched* meanwhile, then done.",
        done(result=2),
        done(result=MANY, history=1),
    ),
    row(
        "result",
        "expired",
        "Believes it after a minute, and asks the request history, which keeps everything.",
        "*Being fetched*, then done.",
        done(result=MANY, history=1),
    ),
    row(
        "result",
        "422",
        "Fails the job: this code says that the run has failed. Here it had not.",
        "*Failed*, with Segmind's words.",
        failed("invalid_input", submit=1, status=1, result=1, billed=1),
    ),
    row(
        "result",
        "link-elsewhere link-private",
        "Fails the job without asking that host for anything.",
        ELSEWHERE,
        failed("output_host", submit=1, status=1, result=1, billed=1),
    ),
    row("result", "wrong-type", "Reads it all the same.", "Nothing.", done()),
    # The history is asked of a job whose answer was lost.
    row(
        "history",
        f"{ANY_BAD} wrong-values",
        "Asks again as planned: six times within three and a half hours.",
        "*Uncertain*; after the last look a decision: adopt an id, submit again, or give up.",
        done(history=2, status=0, result=0),
        other("uncertain", "answer_lost", submit=1, history=6, billed=1),
    ),
    row(
        "history",
        "wrong-type",
        "Reads it all the same.",
        "Nothing.",
        done(history=1, status=0, result=0),
    ),
    # The credits are asked for while a gate is closed, here for the key.
    row(
        "credits",
        ANY_BAD,
        "Leaves the gate closed and asks again, ever less often (1 to 15 min).",
        "*Waiting*, and a closed gate, which a person may open.",
        done(submit=2, credits=2),
        other("queued", "bad_key", submit=1, credits=MANY),
    ),
    row(
        "credits",
        "wrong-type wrong-values",
        "Takes what it can read: the key was accepted.",
        "Nothing.",
        done(submit=2, credits=1),
    ),
)
