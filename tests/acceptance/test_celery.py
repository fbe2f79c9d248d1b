"""Celery for real: a worker process, a database server and a broker, and fifty jobs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.acceptance.databases import drop_queue, new_database
from tests.acceptance.shop import Shop, open_shop
from tests.processes import python, running

ENGINES = {"idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai", "video-tryon-v2"}


@contextmanager
def celery_worker(shop: Shop, *options: str) -> Iterator[Any]:
    """Run the sample shop's own Celery app, as its operators would."""
    with running(
        # Named for its queue: two of one name would fight for the broker's mailbox.
        python(
            *("celery", "-A", "example_project", "worker", "--loglevel", "INFO"),
            *("--hostname", f"{shop.env['SHOP_QUEUE']}@%h"),
            *options,
        ),
        log=shop.folder / "celery.log",
        env=shop.env,
        ready=lambda said: " ready." in said,
    ) as process:
        yield process


@contextmanager
def celery_shop(folder: Path, database: str, broker: str) -> Iterator[Shop]:
    """Open a shop on these servers; nothing of it stays there."""
    queue = f"tryon-{uuid.uuid4().hex[:12]}"
    with new_database(database) as url:
        try:
            with open_shop(
                folder,
                DATABASE_URL=url,
                CELERY_BROKER_URL=needs.url_of(broker),
                TRYON_RUNNER="django_tryon.runners.celery",
                SHOP_QUEUE=queue,
            ) as shop:
                yield shop
        finally:
            drop_queue(needs.url_of(broker), queue)


def run_fifty(shop: Shop) -> None:
    """Launch fifty jobs and see every one end, stored and viewable."""
    launched = shop.launch(50)
    jobs = shop.wait(seconds=240)
    assert {job["id"] for job in jobs} == set(launched)
    assert Counter(job["engine"] for job in jobs) == dict.fromkeys(ENGINES, 10)
    for job in jobs:
        shop.see(job)


@pytest.mark.needs("postgresql", "redis")
def test_fifty_jobs_on_postgresql_and_redis(tmp_path: Path) -> None:
    with celery_shop(tmp_path, "postgresql", "redis") as shop, celery_worker(shop, "-c", "2"):
        run_fifty(shop)


@pytest.mark.needs("mariadb", "rabbitmq")
def test_fifty_jobs_on_mariadb_and_rabbitmq(tmp_path: Path) -> None:
    with (
        celery_shop(tmp_path, "mariadb", "rabbitmq") as shop,
        celery_worker(shop, "--pool", "threads", "-c", "4"),
    ):
        run_fifty(shop)
