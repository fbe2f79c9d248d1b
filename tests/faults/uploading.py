"""What the app is to make of uploads to the asset store that go wrong: they are free."""

from __future__ import annotations

from tests.faults.ends import MANY, Row, done, failed, other, row
from tests.faults.words import (
    BREAKS,
    GATE,
    GIBBERISH,
    LOOKS_AT_ACCOUNT,
    LOST_CODES,
    NOT_OURS,
    READ_IT,
)

TABLE: tuple[Row, ...] = (
    # Uploads to the asset store are free: whatever may pass is tried again.
    row("upload", "400 422", NOT_OURS, READ_IT, failed("invalid_input", upload=1)),
    row("upload", "405", NOT_OURS, READ_IT, failed("wrong_method", upload=1)),
    row("upload", "406", NOT_OURS, READ_IT, failed("rejected_value", upload=1)),
    row("upload", "406-type", NOT_OURS, READ_IT, failed("wrong_content_type", upload=1)),
    row(
        "upload",
        "302",
        "Fails the job; the key does not follow to another host.",
        "*Failed*. Check `ASSET_URL`.",
        failed("redirected", upload=1),
    ),
    row(
        "upload",
        "403 404 404-page 410",
        "Fails the job; the engines' gates stay open, since this says nothing of them.",
        "*Failed*. Check `ASSET_URL`, or give inputs as signed links.",
        failed("asset_store", upload=1),
    ),
    row(
        "upload",
        "401",
        f"{GATE} {LOOKS_AT_ACCOUNT}",
        "*Waiting*, and a closed gate. Check the key.",
        done(upload=2, credits=1),
        other("queued", "bad_key", upload=MANY, credits=MANY),
    ),
    row(
        "upload",
        "406-credits",
        "Closes the engine's gate. " + LOOKS_AT_ACCOUNT,
        "*Waiting*, and a closed gate. Top up the account.",
        done(upload=2, credits=1),
        other("queued", "no_credits", upload=MANY, credits=MANY),
    ),
    row(
        "upload",
        "406-limit",
        f"{GATE} It opens after 5 min, and later every hour, for a try.",
        "*Waiting*, and a closed gate. Raise the team's spend limit.",
        done(upload=2),
        other("queued", "spend_limit", upload=MANY),
    ),
    row(
        "upload",
        "429",
        f"{GATE} It opens when the answer says that the limit resets, else after 1 s to 1 min.",
        "*Waiting*, and a closed gate. Nothing to do; a job that waited for a day fails.",
        done(upload=2),
        failed("rate_limited", upload=MANY),
    ),
    row(
        "upload",
        "500 503",
        "Uploads once more, after a second.",
        "*Failed* after the second time. Retry when Segmind is well.",
        done(upload=2),
        failed("unavailable", upload=2),
    ),
    row(
        "upload",
        "refused",
        "Uploads again after 1 s, 2 s, 4 s … up to 2 min, 20 times.",
        "*Waiting*, then *failed*. Check the network, then retry.",
        done(upload=2),
        failed("unreachable", upload=20),
    ),
    row(
        "upload",
        f"{LOST_CODES} reset hang {GIBBERISH} {BREAKS} wrong-values",
        "Uploads again after 1 s, 2 s, 4 s … up to 2 min, 20 times: nothing was submitted yet.",
        "*Waiting*, then *failed*. Retry when Segmind is well.",
        done(upload=2),
        failed("not_uploaded", upload=20),
    ),
    row("upload", "wrong-type", "Reads it all the same.", "Nothing.", done(upload=1)),
)
