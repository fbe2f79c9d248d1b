"""Who does the work, and how much at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django_tryon.conf.option import Option


class Workers:
    """Who does the work, and how much at once."""

    RUNNER = Option(
        "django_tryon.runners.embedded", "What wakes the workers: a module with a `wake(at)`."
    )
    TASK_OPTIONS = Option[Mapping[str, Any]](
        {},
        "What the runner `django_tasks` asks of Django's tasks, where it is not the default: "
        '`{"backend": "tryon", "queue_name": "tryon"}`.',
    )
    LEASE = Option(
        timedelta(minutes=10),
        "How long a worker may keep a job before others take it for dead. "
        "Longer than any of the timeouts.",
    )
    BATCH_SIZE = Option(200, "How many jobs one worker takes at once.")
    SUBMITS_PER_MINUTE = Option[int | None](
        None,
        "How many try-ons all workers together may submit a minute, as your Segmind plan allows; "
        "None to send as many as there are, and wait where Segmind says so.",
    )
    POLLS_PER_MINUTE = Option[int | None](
        None,
        "How often all workers together may ask how runs stand, a minute, where your account "
        "counts that; None for no bound of ours. A 429 is heeded in any case.",
    )
    SUBMIT_ATTEMPTS = Option(
        20, "How often a submit that was certainly not accepted is tried before the job fails."
    )
    DOWNLOAD_ATTEMPTS = Option(
        12, "How often a download is tried before the job fails (its output link is kept)."
    )
