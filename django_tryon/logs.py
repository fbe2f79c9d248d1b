"""Logs: every line of this app says of which job, by which engine, and what happened.

One logger, ``django_tryon``; each record carries ``job``, ``engine`` and ``event`` for whoever
filters or formats them (docs: howto/operations). No line holds a key, a photo's name or a link: so
of an error only its class and the way to it are told, because its words may hold any of these.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

logger = logging.getLogger("django_tryon")
FIELDS = ("event", "job", "engine", "error")
"""What each record carries besides its text; "" where it does not apply."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Unsaid(Exception):
    """Stands in a record for an error whose own words are kept out of it."""


def log(
    level: int,
    event: str,
    message: str,
    *args: object,
    job: Any = None,
    engine: str = "",
    error: BaseException | None = None,
    trace: bool = False,
) -> None:
    """Write a line.

    ``event`` is its name for programs (``job.failed``); ``message`` and ``args`` are for people:
    counts, codes and class names, never what somebody else said. ``job`` is the row or its id.
    ``error`` is told by its class; ``trace`` adds the way to it, without its words.
    """
    if not logger.isEnabledFor(level):
        return
    extra = {
        "event": event,
        "job": str(getattr(job, "pk", job) or ""),
        "engine": engine or getattr(job, "engine", ""),
        "error": class_of(error),
    }
    text, given = message, args
    if extra["job"]:
        text, given = f"job %s: {text}", (extra["job"], *given)
    if error is not None and not trace:
        text, given = f"{text} (%s)", (*given, type(error).__name__)
    logger.log(
        level,
        text,
        *given,
        extra=extra,
        exc_info=way_to(error) if trace and error else None,
        stacklevel=3,
    )


def info(event: str, message: str, *args: object, **about: Any) -> None:
    """Write what goes as it should."""
    log(logging.INFO, event, message, *args, **about)


def warning(event: str, message: str, *args: object, **about: Any) -> None:
    """Write what somebody may want to look at."""
    log(logging.WARNING, event, message, *args, **about)


def error(event: str, message: str, *args: object, **about: Any) -> None:
    """Write what is wrong here, and not at the provider."""
    log(logging.ERROR, event, message, *args, **about)


def class_of(error: BaseException | None) -> str:
    """Return the full name of an error's class; empty for none."""
    return "" if error is None else f"{type(error).__module__}.{type(error).__qualname__}"


def way_to(error: BaseException) -> ExcInfo:
    """Return where an error came from, for a record: its stack and its class, but not its words."""
    return Unsaid, Unsaid(class_of(error)), error.__traceback__


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for whatever collects them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a field that does not apply is left out."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: value for name in FIELDS if (value := getattr(record, name, ""))}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)
