"""Who competes: how each is run, and where its work is seen to be done."""

from __future__ import annotations

from dataclasses import dataclass

STORED_BY_RECIPE = "SELECT request_id, extract(epoch FROM stored_at) FROM recipe_picture"
STORED_BY_US = (
    "SELECT provider_request_id, extract(epoch FROM finished_at) FROM django_tryon_tryonjob"
    " WHERE status = 'succeeded' AND next_step_at IS NULL"
)
ENDED_WITH_US = (
    "SELECT count(*) FROM django_tryon_tryonjob"
    " WHERE finished_at IS NOT NULL AND next_step_at IS NULL OR status = 'uncertain'"
)
CELERY = ("celery", "-A", "example_project", "worker")


@dataclass(frozen=True)
class Contender:
    """One way of doing it."""

    key: str
    name: str
    launches: str = ""
    """What `launching` is asked for; empty for a bare loop, which `bare` runs."""
    worker: tuple[str, ...] = ()
    slots: int | None = None
    """How many jobs it can have in flight at all."""
    bare: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it is this app."""
        return self.launches == "ours"

    @property
    def uses_celery(self) -> bool:
        """Whether it needs a broker."""
        return self.worker[:1] == ("celery",)

    @property
    def stored(self) -> str:
        """The query for what is stored: id of the request, and when, in seconds since the epoch."""
        return STORED_BY_US if self.is_ours else STORED_BY_RECIPE

    @property
    def ended(self) -> str:
        """The query for how many have come to any end."""
        return ENDED_WITH_US if self.is_ours else "SELECT count(*) FROM recipe_picture"


A32 = Contender(
    "a", "a: `run()`, 32 threads", "by_run", (*CELERY, "--pool=threads", "-c32"), slots=32
)
A200 = Contender(
    "a", "a: `run()`, 200 threads", "by_run", (*CELERY, "--pool=threads", "-c200"), slots=200
)
A4 = Contender(
    "a", "a: `run()`, 4 processes", "by_run", (*CELERY, "--pool=prefork", "-c4"), slots=4
)
B = Contender(
    "b", "b: `retry(countdown=1)`, 4 processes", "by_retry", (*CELERY, "--pool=prefork", "-c4")
)
HTTPX = Contender("c", "c: bare httpx", bare="httpx")
AIOHTTP = Contender("c", "c: bare aiohttp", bare="aiohttp")
OURS_CELERY = Contender(
    "d", "d: ours on Celery, 2 threads", "ours", (*CELERY, "--pool=threads", "-c2")
)
OURS_EMBEDDED = Contender("e", "e: ours, `tryon_worker`", "ours", ("django", "tryon_worker"))

ALL = (A32, A200, A4, B, HTTPX, AIOHTTP, OURS_CELERY, OURS_EMBEDDED)
