"""From a reply to an exception: one table.

Segmind has no stable error codes; the status code decides, and for 406 the words of the message.
Source: the "Common Error Codes" of the model pages, and docs.segmind.com.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django_tryon import exceptions as e

RESET_HEADER = "x-rate-limit-reset-at-utc"


@dataclass(frozen=True)
class Row:
    """What a status code means."""

    error: type[e.ProviderError]
    code: str
    says: str
    """A sentence for staff; the provider's own words follow it."""


TABLE: dict[int, Row] = {
    400: Row(e.Refused, "invalid_input", "Segmind could not read the request."),
    401: Row(
        e.Refused, "bad_key", "Segmind does not accept the key. Check TRYON['API_KEY'] (SG_…)."
    ),
    403: Row(e.Refused, "forbidden", "This Segmind account may not use the model."),
    404: Row(e.RequestGone, "not_found", "Segmind knows no such model or request."),
    405: Row(e.Refused, "wrong_method", "Segmind does not take this kind of request here."),
    406: Row(e.Refused, "rejected_value", "Segmind rejected a value of the request."),
    410: Row(e.Refused, "engine_retired", "Segmind has retired this model."),
    422: Row(e.RequestFailed, "failed_at_provider", "Segmind could not do this try-on."),
    429: Row(e.RateLimited, "rate_limited", "Too many requests to Segmind in this minute."),
    500: Row(e.Unavailable, "unavailable", "Segmind had an error of its own."),
    502: Row(e.AnswerLost, "answer_lost", "Segmind's gateway lost the answer."),
    503: Row(e.Unavailable, "unavailable", "Segmind is not available at the moment."),
    504: Row(e.AnswerLost, "answer_lost", "Segmind's gateway gave up waiting for the answer."),
}

# Segmind uses 406 for several faults; only the message tells them apart.
MEANINGS_OF_406: tuple[tuple[str, str, str], ...] = (
    ("credit", "no_credits", "The Segmind account has not enough credits. Top it up."),
    ("content type", "wrong_content_type", "Segmind did not take the request's content type."),
    ("spend limit", "spend_limit", "The Segmind team's spend limit is reached."),
)

# A FAILED request says why only in words.
MEANINGS_OF_FAILED: tuple[tuple[str, str, str], ...] = (
    (
        r"content|safety|moderat|nsfw|\brai\b|policy",
        "content_blocked",
        "The provider's content rules stopped this picture. Try another photo or garment.",
    ),
    (
        r"validation|invalid|must be|mandatory|required|unsupported|could not (be )?(load|fetch|"
        r"download|read|open)|cannot (load|fetch|download|read|open|identify)",
        "invalid_input",
        "The provider could not use what was sent.",
    ),
)


def from_reply(status: int, body: Any, headers: Any) -> e.ProviderError:
    """Return the exception that stands for this reply."""
    said = message_of(body)
    row = TABLE.get(status)
    if row is None:
        kind = e.AnswerLost if status >= 500 else e.UnexpectedReply
        row = Row(kind, kind.code, f"Segmind answered {status}, which is not documented.")
    code, says = row.code, row.says
    if status == 406:
        for word, its_code, its_says in MEANINGS_OF_406:
            if word in said.lower():
                code, says = its_code, its_says
                break
    error = row.error(f"{says} {said}".strip(), code=code)
    error.status_code = status
    if isinstance(error, e.NotAccepted):
        error.retry_at = reset_at(headers)
    return error


def from_failure(body: dict[str, Any], status: int) -> e.RequestFailed:
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
    if isinstance(body, dict):
        words = body.get("error_description") or body.get("error") or body.get("message") or ""
        if isinstance(words, dict):
            words = words.get("message", "")
    if not isinstance(words, str) or words.lstrip().startswith("<"):
        return ""
    return tidy(words)


def tidy(words: str) -> str:
    """Take links, keys and data out of somebody else's words, and shorten them."""
    words = re.sub(r"https?://\S+", "(link)", words)
    words = re.sub(r"SG_\w+", "(key)", words)
    words = re.sub(r"data:\S+|[A-Za-z0-9+/=]{80,}", "(data)", words)
    words = " ".join(words.split())
    return words if len(words) <= 300 else words[:299] + "…"


def reset_at(headers: Any) -> datetime | None:
    """Return when the rate limit resets, from a timestamp, an ISO moment or an HTTP date."""
    value = str(headers.get(RESET_HEADER) or "").strip()
    if not value:
        return None
    try:
        if re.fullmatch(r"\d{9,13}(\.\d+)?", value):
            number = float(value)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        if value[:4].isdigit():
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        else:
            moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
