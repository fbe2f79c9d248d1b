"""What differs on v1, where the answer to the submit is the picture itself.

What v2 makes of a fault before anything was accepted is as good here.
"""

from __future__ import annotations

from tests.faults import sending
from tests.faults.ends import MANY, End, Row, done_v1, failed, other, row
from tests.faults.words import GIBBERISH, LOST_CODES

TABLE: tuple[Row, ...] = (
    row(
        "accepted v1",
        f"{LOST_CODES} reset hang {GIBBERISH} reset-amid cut trickle enormous wrong-type",
        "Looks for the job's own mark in the request history, finds it, and fetches the file.",
        "*Uncertain* for 15 s or more, then done.",
        done_v1(history=1, output=1),
    ),
    row(
        "accepted v1",
        "truncated",
        "Keeps nothing that is no whole picture, and asks for the result as on v2.",
        "*Being fetched*, then done.",
        done_v1(result=1, output=1),
    ),
    row(
        "accepted v1",
        "500 503",
        "Sends it once more, as on v2.",
        "As on v2.",
        done_v1(submit=2, billed=2),
        failed("unavailable", submit=2, billed=2),
    ),
    row(
        "run v1",
        "fails invalid blocked",
        "Fails the job; Segmind does not bill it.",
        "*Failed*, with Segmind's words.",
        failed("invalid_input", submit=1),
    ),
    row(
        "run v1",
        "never-ends",
        "Segmind itself stops waiting. Looks for the job in the request history, and goes on as on "
        "v2.",
        "*Uncertain*, *running*, then *expired*.",
        other("expired", "expired", submit=1, status=MANY, history=MANY),
    ),
)


def _on_v1(end: End) -> End:
    """Return the same end where no result need be asked for."""
    skipped = {"status", "result", "output"} if end.status == "succeeded" else set()
    asked = {step: count for step, count in end.asked.items() if step not in skipped}
    return End(end.status, end.code, end.billed, asked)


LIKE_V2 = tuple(
    Row(("submit v1",), it.faults, it.does, it.sees, _on_v1(it.once), _on_v1(it.always))
    for it in sending.TABLE
    if it.places == ("submit",)
)
