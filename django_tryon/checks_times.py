"""System checks of durations and paces: what contradicts what, with the number to use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

from django.core.checks import CheckMessage, Error, Warning

from django_tryon.conf import conf, options
from django_tryon.segmind.client import V1_TIMEOUT

PROVIDER_MEMORY = timedelta(hours=1)
"""How long Segmind keeps a request's result after the submit (services/schedule has the same)."""
LONGEST_LEASE = PROVIDER_MEMORY / 2
"""A dead worker's jobs must come due while there is time left to fetch their results."""


def check_times() -> list[CheckMessage]:
    """E009, E010, E016, E017, W005: durations are durations, and fit to one another."""
    found = [*_durations()]
    return found or [*_lease()] or [*_links()]


def longest_step() -> timedelta:
    """Return how long the longest way through one step may take: submit by v1, then download."""
    return max(conf.HTTP_TIMEOUT * 2, V1_TIMEOUT) + conf.DOWNLOAD_TIMEOUT


def written(duration: timedelta) -> str:
    """Return a duration as it is written in settings."""
    return f"datetime.timedelta(seconds={duration.total_seconds():.0f})"


def _durations() -> Iterator[CheckMessage]:
    for name, option in options().items():
        given = getattr(conf, name)
        if not isinstance(option.default, timedelta):
            continue
        if not isinstance(given, timedelta):
            yield Error(
                f"TRYON['{name}'] must be a timedelta, not {given!r}.",
                hint=f"For example {written(option.default)}.",
                id="django_tryon.E009",
            )
        elif given <= timedelta(0):
            yield Error(
                f"TRYON['{name}'] is {given}; it must be longer than nothing.",
                hint=f"The default is {written(option.default)}.",
                id="django_tryon.E016",
            )


def _lease() -> Iterator[CheckMessage]:
    if (least := longest_step()) > LONGEST_LEASE:
        yield Error(
            f"TRYON['HTTP_TIMEOUT'] is {conf.HTTP_TIMEOUT} and TRYON['DOWNLOAD_TIMEOUT'] is "
            f"{conf.DOWNLOAD_TIMEOUT}, so a step might take {least}; no LEASE may be as long, "
            f"because Segmind forgets a result {PROVIDER_MEMORY} after the submit.",
            hint=f"Use at most {written((LONGEST_LEASE - conf.DOWNLOAD_TIMEOUT) / 2)} for "
            "HTTP_TIMEOUT."
            if conf.DOWNLOAD_TIMEOUT + V1_TIMEOUT <= LONGEST_LEASE
            else f"Use at most {written(LONGEST_LEASE - V1_TIMEOUT)} for DOWNLOAD_TIMEOUT.",
            id="django_tryon.E010",
        )
    elif least > conf.LEASE:
        yield Error(
            f"TRYON['LEASE'] is {conf.LEASE}, shorter than what may be done under it; "
            "a job could be taken from a living worker.",
            hint=f"Use at least {written(least)}, or shorten HTTP_TIMEOUT or DOWNLOAD_TIMEOUT.",
            id="django_tryon.E010",
        )
    elif conf.LEASE > LONGEST_LEASE:
        yield Error(
            f"TRYON['LEASE'] is {conf.LEASE}. Segmind forgets a result {PROVIDER_MEMORY} after "
            "the submit, so what a dead worker had in hand would be lost.",
            hint=f"Use at most {written(LONGEST_LEASE)}.",
            id="django_tryon.E017",
        )


def _links() -> Iterator[CheckMessage]:
    if conf.INPUTS == "signed" and conf.INPUT_URL_LIFETIME < conf.LEASE:
        yield Warning(
            f"TRYON['INPUT_URL_LIFETIME'] is {conf.INPUT_URL_LIFETIME}. Segmind fetches a photo "
            "when the run begins, which may be minutes after it was sent; by then the link would "
            "be no good, and the try-on fails.",
            hint=f"Use at least {written(conf.LEASE)}.",
            id="django_tryon.W005",
        )


def check_polls() -> list[CheckMessage]:
    """E018: the pace of questions is a pace."""
    most = conf.POLLS_PER_MINUTE
    if most is None or (isinstance(most, int) and not isinstance(most, bool) and most > 0):
        return []
    return [
        Error(
            f"TRYON['POLLS_PER_MINUTE'] must be a whole number above 0 or None, not {most!r}.",
            hint="Use what your Segmind plan allows a minute, such as 600; None for no bound.",
            id="django_tryon.E018",
        )
    ]


def check_runner() -> list[CheckMessage]:
    """W006: what the runner itself finds wanting, such as a beat without our sweep."""
    try:
        advice = getattr(import_module(conf.RUNNER), "advice", None)
    except Exception:  # E006 tells of it
        return []
    said: tuple[str, str] | None = advice() if advice else None
    return [Warning(said[0], hint=said[1], id="django_tryon.W006")] if said else []
