"""What the app is to make of files that do not come home: they are paid for."""

from __future__ import annotations

from tests.faults.ends import Row, done, failed, row
from tests.faults.words import ELSEWHERE, FETCHES, RETRY_FETCHES

TABLE: tuple[Row, ...] = (
    # The file is paid for.
    row(
        "output",
        "400 401 405 406 406-credits 406-limit 406-type 408 422 429 500 502 503 504 520 refused "
        "reset hang empty",
        FETCHES,
        RETRY_FETCHES,
        done(output=2),
        failed("download_failed", submit=1, status=1, result=1, output=12, billed=1),
    ),
    row(
        "output",
        "403",
        FETCHES,
        RETRY_FETCHES,
        done(output=2),
        failed("output_forbidden", submit=1, status=1, result=1, output=12, billed=1),
    ),
    row(
        "output",
        "404 404-page 410",
        FETCHES,
        RETRY_FETCHES,
        done(output=2),
        failed("output_gone", submit=1, status=1, result=1, output=12, billed=1),
    ),
    row(
        "output",
        "gone",
        FETCHES,
        "*Failed* in the end: the file is lost.",
        failed("output_gone", submit=1, status=1, result=1, output=12, billed=1),
    ),
    row(
        "output",
        "reset-amid cut trickle",
        "Fetches the rest where it broke off, or the whole where that cannot be had, three times "
        "at once; then as above.",
        RETRY_FETCHES,
        done(output=2),
        failed("download_failed", submit=1, status=1, result=1, output=48, billed=1),
    ),
    row(
        "output",
        "html not-an-image truncated",
        "Keeps nothing that is no whole picture, and fetches it three times: it may have been a "
        "gateway's page.",
        RETRY_FETCHES,
        done(output=2),
        failed("not_an_image", submit=1, status=1, result=1, output=3, billed=1),
    ),
    row(
        "output",
        "enormous",
        "Stops at `MAX_IMAGE_BYTES` (for clips `MAX_VIDEO_BYTES`) and fails the job.",
        RETRY_FETCHES,
        failed("output_too_big", submit=1, status=1, result=1, output=1, billed=1),
    ),
    row(
        "output",
        "redirect-elsewhere redirect-private",
        "Fails the job without asking that host for anything.",
        ELSEWHERE,
        failed("output_host", submit=1, status=1, result=1, output=1, billed=1),
    ),
    row(
        "output",
        "redirect-loop",
        "Follows three redirects, and fails the job at the fourth.",
        RETRY_FETCHES,
        done(output=2),
        failed("output_redirects", submit=1, status=1, result=1, output=4, billed=1),
    ),
    row("output", "wrong-type no-ranges", "Looks at the file itself.", "Nothing.", done()),
)
