"""From a reply to an exception: one table.

Segmind has no stable error codes; the status code decides, and for some codes the words of the
message. Source: the "Common Error Codes" of the model pages, and docs.segmind.com.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from django_tryon import exceptions as e

RESET_HEADERS = ("x-rate-limit-reset-at-utc", "retry-after")
"""Segmind's own, and the standard one, which it has not been seen to send."""


@dataclass(frozen=True)
class Row:
    """What a status code means."""

    error: type[e.ProviderError]
    code: str
    says: str
    """A sentence for staff; the provider's own words follow it."""


NO_CREDITS = Row(e.Refused, "no_credits", "The Segmind account has not enough credits. Top it up.")

TABLE: dict[int, Row] = {
    400: Row(e.Refused, "invalid_input", "Segmind could not read the request."),
    401: Row(
        e.Refused, "bad_key", "Segmind does not accept the key. Check TRYON['API_KEY'] (SG_…)."
    ),
    403: Row(e.Refused, "forbidden", "This Segmind account may not use the model."),
    404: Row(e.RequestGone, "not_found", "Segmind knows no such model or request."),
    405: Row(e.Refused, "wrong_method", "Segmind does not take this kind of request here."),
    406: Row(e.Refused, "rejected_value", "Segmind rejected a value of the request."),
    # Somebody waited for the whole request, or for its answer: nobody says which.
    408: Row(e.AnswerLost, "answer_lost", "Segmind's gateway gave up waiting."),
    410: Row(e.Refused, "engine_retired", "Segmind has retired this model."),
    429: Row(e.RateLimited, "rate_limited", "Too many requests to Segmind in this minute."),
    500: Row(e.Unavailable, "unavailable", "Segmind had an error of its own."),
    502: Row(e.AnswerLost, "answer_lost", "Segmind's gateway lost the answer."),
    503: Row(e.Unavailable, "unavailable", "Segmind is not available at the moment."),
    504: Row(e.AnswerLost, "answer_lost", "Segmind's gateway gave up waiting for the answer."),
}

# Some codes stand for several faults; only the message tells them apart.
BY_WORDS: dict[int, tuple[tuple[str, Row], ...]] = {
    404: ((r"no credits found", NO_CREDITS),),
    406: (
        (r"credit", NO_CREDITS),
        (
            r"content[ -]?type",
            Row(
                e.Refused,
                "wrong_content_type",
                "Segmind did not take the request's content type.",
            ),
        ),
        (
            r"spend(ing)? ?limit",
            Row(e.Refused, "spend_limit", "The Segmind team's spend limit is reached."),
        ),
    ),
}

# A FAILED request says why only in words.
MEANINGS_OF_FAILED: tuple[tuple[str, str, str], ...] = (
    (
        r"(content|usage|safety) (polic|filter|rule|violat)|safety (check|system)|moderat|nsfw"
        r"|nudity|\brai\b|inappropriate|(content|image|prompt) (was |is )?(blocked|flagged)",
        "content_blocked",
        "The provider's content rules stopped this picture. Try another photo or garment.",
    ),
    (
        r"validation|invalid|must be|mandatory|required|unsupported|"
        r"(could not|cannot|can't|failed to|unable to) (be )?"
        r"(load|fetch|download|read|open|identify|decode)",
        "invalid_input",
        "The provider could not use what was sent.",
    ),
)


def from_reply(status: int, body: Any, headers: Any) -> e.ProviderError:
    """Return the exception that stands for this reply."""
    if status == 422:  # "ran and failed", or in older docs "validation error"
        return from_failure(body, status)
    said = message_of(body)
    row = TABLE.get(status) or _undocumented(status)
    for pattern, its_row in BY_WORDS.get(status, ()):
        if re.search(pattern, said, re.IGNORECASE):
            row = its_row
            break
    error = row.error(f"{row.says} {said}".strip(), code=row.code)
    error.status_code = status
    if isinstance(error, e.NotAccepted):
        error.retry_at = reset_at(headers)
    return error


def _undocumented(status: int) -> Row:
    if 300 <= status < 400:
        return Row(
            e.Refused,
            "redirected",
            "The provider's address leads elsewhere, and the key does not follow. "
            "Check TRYON['BASE_URL'].",
        )
    # A server's fault may have come after it had taken the request.
    kind = e.AnswerLost if status >= 500 else e.UnexpectedReply
    return Row(kind, kind.code, f"Segmind answered {status}, which is not documented.")


def from_failure(body: Any, status: int) -> e.RequestFailed:
    """Return the exception for a body that says FAILED, under whatever status code."""
    said = message_of(body)
    code, says = "failed_at_provider", "The provider could not do this try-on."
    for pattern, its_code, its_says in MEANINGS_OF_FAILED:
        if re.search(pattern, said, re.IGNORECASE):
            code, says = its_code, its_says
            break
    error = e.RequestFailed(f"{says} {said}".strip(), code=code)
    error.status_code = status
    return error


def message_of(body: Any) -> str:
    """Return the provider's words, short and without links, keys or inlined data."""
    words: Any = body
    for _level in range(3):  # {"error": [{"message": "…"}]}
        if isinstance(words, dict):
            names = ("error_description", "error", "message", "detail", "msg")
            words = next((words[name] for name in names if words.get(name)), "")
        if isinstance(words, list):
            words = words[0] if words else ""
    if not isinstance(words, str) or words.lstrip().startswith("<"):
        return ""
    return tidy(words)


def tidy(words: str) -> str:
    """Take links, keys, addresses and data out of somebody else's words, and shorten them."""
    words = words[:5000]
    words = re.sub(r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s\"'<>]+", "(link)", words)
    words = re.sub(r"\bSG_\w+", "(key)", words)
    words = re.sub(r"[^\s\"'<>]+@[^\s\"'<>]+", "(address)", words)
    words = re.sub(r"\bdata:[^\s\"'<>]+|[^\s\"'<>]{80,}", "(data)", words)
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return words if len(words) <= 300 else words[:299] + "…"


def reset_at(headers: Any) -> datetime | None:
    """Return when the rate limit resets (aware, UTC), however the moment is written."""
    for name in RESET_HEADERS:
        value = str(headers.get(name) or "").strip()
        try:
            moment = _moment(value) if value else None
        except (ValueError, OverflowError, OSError):
            continue
        if moment is not None:
            return moment
    return None


def _moment(value: str) -> datetime:
    """Read a timestamp, seconds from now, an ISO moment or an HTTP date. Naive ones are UTC."""
    if re.fullmatch(r"[0-9]{1,19}(\.[0-9]+)?", value):
        number = float(value)
        if number < 1e6:
            return datetime.now(UTC) + timedelta(seconds=number)
        while number > 1e11:  # milliseconds, micro, nano
            number /= 1000
        return datetime.fromtimestamp(number, UTC)
    if re.match(r"[0-9]{4}", value):
        # "2026-01-02 03:04:05 +0000 UTC" is how Go writes it.
        bare = re.sub(r"\s*(UTC|GMT|Z)$", "", value)
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-][0-9:]+$)", "", bare))
    else:
        moment = parsedate_to_datetime(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
