"""A real worker for each runner: what an operator would start."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tests import needs
from tests.acceptance.databases import drop_queue
from tests.processes import environment, python, running


@dataclass(frozen=True)
class Kind:
    """How the worker of a runner is started."""

    command: tuple[str, ...] = ()
    """None where the launching process does the work."""
    is_ready: str = ""
    has_broker: bool = False


KINDS = {
    "celery": Kind(
        ("celery", "-A", "tests.runners.shop", "worker", "--pool", "threads", "-c", "2"),
        " ready.",
        has_broker=True,
    ),
    "django_tasks": Kind(
        ("django", "db_worker", "--interval", "0.1", "--no-startup-delay"), "Starting worker"
    ),
    "embedded": Kind(("django", "tryon_worker"), "is ready"),
    "inline": Kind(),
}


def database_url() -> str:
    """Return the address of the database that this test uses, for another process."""
    with_ = connection.settings_dict
    name = str(with_["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    server = {"postgresql": "postgres", "mysql": "mysql"}[connection.vendor]
    password = f":{with_['PASSWORD']}" if with_["PASSWORD"] else ""
    return f"{server}://{with_['USER']}{password}@{with_['HOST']}:{with_['PORT']}/{name}"


@contextmanager
def worker(runner: str, folder: Path, provider: str) -> Iterator[str]:
    """Run a worker for this runner, if it has one; give the name of its queue."""
    kind, queue = KINDS[runner], f"tryon-{uuid.uuid4().hex[:12]}"
    if not kind.command:
        yield queue
        return
    named = ("--hostname", f"{queue}@%h", "--loglevel", "INFO") if kind.has_broker else ()
    try:
        with running(
            python(*kind.command, *named),
            log=folder / f"{runner}.log",
            env=environment(
                DJANGO_SETTINGS_MODULE="tests.runners.settings",
                TEST_DATABASE_URL=database_url(),
                SHOP_FOLDER=str(folder),
                SHOP_PROVIDER=provider,
                SHOP_RUNNER=f"django_tryon.runners.{runner}",
                SHOP_BROKER=needs.url_of("redis") if kind.has_broker else "",
                SHOP_QUEUE=queue,
            ),
            ready=lambda said: kind.is_ready in said,
        ):
            yield queue
    finally:
        if kind.has_broker:
            drop_queue(needs.url_of("redis"), queue)
