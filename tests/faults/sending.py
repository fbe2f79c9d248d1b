"""What the app is to make of a submit that goes wrong, before and after it was accepted."""

from __future__ import annotations

from tests.faults.ends import MANY, Row, done, failed, other, row
from tests.faults.words import (
    ASKED_OF_STAFF,
    BREAKS,
    GATE,
    GIBBERISH,
    LOOKS_AT_ACCOUNT,
    LOST_CODES,
    NOBODY_KNOWS,
    NOT_OURS,
    READ_IT,
)

TABLE: tuple[Row, ...] = (
    # Before anything is accepted. Only here may a request be repeated, and only if certainly
    # nobody took it.
    row("submit", "400 422", NOT_OURS, READ_IT, failed("invalid_input", submit=1)),
    row("submit", "405", NOT_OURS, READ_IT, failed("wrong_method", submit=1)),
    row("submit", "406", NOT_OURS, READ_IT, failed("rejected_value", submit=1)),
    row("submit", "406-type", NOT_OURS, READ_IT, failed("wrong_content_type", submit=1)),
    row(
        "submit",
        "302",
        "Fails the job; the key does not follow to another host.",
        "*Failed*. Check `BASE_URL`.",
        failed("redirected", submit=1),
    ),
    row(
        "submit",
        "404 404-page 410",
        "Fails the job. After a 410, the engine's gate stays closed until a person opens it.",
        "*Failed*. Choose another engine.",
        failed("engine_retired", submit=1),
    ),
    row(
        "submit",
        "401",
        f"{GATE} {LOOKS_AT_ACCOUNT} Another key in the settings opens it at once.",
        "*Waiting*, and a closed gate. Check the key.",
        done(submit=2, credits=1),
        other("queued", "bad_key", submit=MANY, credits=MANY),
    ),
    row(
        "submit",
        "406-credits",
        "Closes the engine's gate. " + LOOKS_AT_ACCOUNT,
        "*Waiting*, and a closed gate. Top up the account; the jobs then go on by themselves.",
        done(submit=2, credits=1),
        other("queued", "no_credits", submit=MANY, credits=MANY),
    ),
    row(
        "submit",
        "403",
        "Closes the engine's gate, and tries one job again after 15 min, then every hour.",
        "*Waiting*, and a closed gate. Ask Segmind to allow the model, or choose another engine.",
        done(submit=2),
        other("queued", "forbidden", submit=MANY),
    ),
    row(
        "submit",
        "406-limit",
        f"{GATE} It opens after 5 min, and later every hour, for a try.",
        "*Waiting*, and a closed gate. Raise the team's spend limit.",
        done(submit=2),
        other("queued", "spend_limit", submit=MANY),
    ),
    row(
        "submit",
        "429",
        f"{GATE} It opens when the answer says that the limit resets, else after 1 s to 1 min.",
        "*Waiting*, and a closed gate. Nothing to do; a job that waited for a day fails.",
        done(submit=2),
        failed("rate_limited", submit=MANY),
    ),
    row(
        "submit",
        "500 503",
        "Sends it once more, after a second: these codes say that nothing was started.",
        "*Failed* after the second time. Retry when Segmind is well.",
        done(submit=2),
        failed("unavailable", submit=2),
    ),
    row(
        "submit",
        "refused",
        "Sends it again after 1 s, 2 s, 4 s … up to 2 min, 20 times: nothing has left.",
        "*Waiting*, then *failed*. Check the network, then retry.",
        done(submit=2),
        failed("unreachable", submit=20),
    ),
    row(
        "submit",
        f"{LOST_CODES} reset hang {GIBBERISH}",
        NOBODY_KNOWS,
        ASKED_OF_STAFF,
        other("uncertain", "answer_lost", submit=1, history=6),
    ),
    # Segmind has taken the request, and the answer does not reach us: the same, but the history
    # knows it.
    row(
        "accepted",
        f"{LOST_CODES} reset hang {GIBBERISH} {BREAKS} wrong-values no-id",
        "Looks for the job's own mark in the request history, finds it, and goes on with it.",
        "*Uncertain* for 15 s or more, then done.",
        done(history=1, status=0, result=0),
    ),
    row(
        "accepted",
        "500 503",
        "Sends it once more: Segmind says of these codes that nothing was started, nor billed. "
        "Here it was not true.",
        "Nothing, if the second goes well: compare the bill with the jobs if you see many of "
        "these.",
        done(submit=2, billed=2),
        failed("unavailable", submit=2, billed=2),
    ),
    row("accepted", "wrong-type", "Reads it all the same.", "Nothing.", done()),
)
