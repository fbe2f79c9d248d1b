"""What staff ask of a server over very many jobs, in this process and through its middleware.

    python -m bench.studio_pages JOBS [sql]

The settings are in the environment. Prints JSON; with ``sql`` what each query of a page takes.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from time import perf_counter, process_time
from typing import Any

ROUNDS = 7
OF_A_BATCH = 5000
IN_ONE_INSERT = 5000
DAYS = 100
ENGINES = ("idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai")
FATES = ("succeeded",) * 85 + ("failed",) * 10 + ("cancelled",) * 3 + ("expired",) * 2


def fill(count: int, of_a_batch: int = OF_A_BATCH) -> Any:
    """Write so many jobs down, spread over the last days, and the batch of them; return it."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.utils import timezone

    from django_tryon.models import Batch, Garment, Person, Shopper, TryOnJob, TryOnResult

    dice, now = random.Random(1), timezone.now()
    staff = [get_user_model().objects.create_user(f"staff{n}") for n in range(5)]
    shoppers = Shopper.objects.bulk_create(Shopper() for _ in range(count // 20))
    garments = list(Garment.objects.values_list("pk", flat=True))
    person = Person.objects.filter(is_house_model=True, kind="photo")[0]
    batch = Batch.objects.create(name="A season")
    through: Any = TryOnJob.garments.through

    def some(size: int, batch: Batch | None, after: datetime, within: timedelta) -> None:
        jobs, begun = [], {}
        for number in range(size):
            status = dice.choice(FATES)
            at = after + within * (number / size)
            by_shopper = dice.random() < 0.6 and not batch
            job = TryOnJob(
                batch=batch,
                title="Somebody · something",
                engine=dice.choice(ENGINES),
                params={"seed": dice.randrange(10**6)},
                person=person,
                shopper=dice.choice(shoppers) if by_shopper else None,
                requested_by=None if by_shopper else dice.choice(staff),
                status=status,
                wish=uuid.uuid4().hex,
                provider_request_id=uuid.uuid4().hex,
                error_code="invalid_input" if status == "failed" else "",
                error_message="The picture is unreadable." if status == "failed" else "",
                estimated_cost="0.0443",
                cost="0.0443" if status == "succeeded" and dice.random() < 0.8 else None,
                submitted_at=at,
                finished_at=at + timedelta(seconds=5 + dice.random() * 30),
            )
            begun[job.pk] = at
            jobs.append(job)
        TryOnJob.objects.bulk_create(jobs, batch_size=500)
        for job in jobs:
            job.created_at = begun[job.pk]
        TryOnJob.objects.bulk_update(jobs, ["created_at"], batch_size=500)
        through.objects.bulk_create(
            (through(tryonjob_id=job.pk, garment_id=dice.choice(garments)) for job in jobs),
            batch_size=500,
        )
        TryOnResult.objects.bulk_create(
            (
                TryOnResult(
                    job=job,
                    kind="image",
                    file="tryon/results/one.jpg",
                    bytes=500_000,
                    review=dice.choice(("approved", "rejected", "approved", "pending")),
                    published_at=job.finished_at if dice.random() < 0.2 else None,
                    liked=dice.choice((None,) * 8 + (True, False)),
                )
                for job in jobs
                if job.status == "succeeded"
            ),
            batch_size=500,
        )

    # In the order of time, as they come.
    parts = max(1, (count - of_a_batch) // IN_ONE_INSERT)
    span = timedelta(days=DAYS)
    for part in range(parts):
        size = (count - of_a_batch) // parts
        some(size, None, now - span + span * (part / parts), span / parts)
    some(of_a_batch, batch, now - timedelta(minutes=2), timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as any database does by itself before long
    return batch


def pages(batch: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give what is measured: its name, and how to do it."""
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.test import Client

    http = Client()
    http.force_login(get_user_model().objects.create_superuser("boss"))

    def get(url: str, *, fresh: bool = True) -> None:
        if fresh:
            cache.clear()
        assert http.get(url).status_code == 200

    board = "/admin/django_tryon/dashboard/?days="
    for days in (7, 30, 90):
        yield f"dashboard, first look at {days} days", lambda days=days: get(f"{board}{days}")  # type: ignore[misc]
    yield "dashboard, second look", lambda: get(f"{board}90", fresh=False)
    page = f"/admin/django_tryon/batch/{batch.pk}/"
    yield f"batch of {OF_A_BATCH:,}, page", lambda: get(f"{page}change/")
    yield f"batch of {OF_A_BATCH:,}, news", lambda: get(f"{page}progress/")

    def try_again() -> None:
        answer = http.post(f"{page}do/retry_failed/", {"reason": "invalid_input"})
        assert answer.status_code == 302

    yield "try again what failed of them (once)", try_again


def main(count: int, *, sql: bool) -> None:
    """Measure on a fresh database, which goes afterwards."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from example_project.shop.loading import load_shop

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        load_shop()
        batch = fill(count)
        said: dict[str, Any] = {"version": ".".join(map(str, connection.get_database_version()))}
        said["pages"] = {}
        for name, do in pages(batch):
            once = name.endswith("(once)")
            times, work = [], []
            for last in (True,) if once else (False,) * ROUNDS + (True,):
                begun, worked = perf_counter(), process_time()
                with CaptureQueriesContext(connection) if last else nullcontext() as made:
                    do()
                times.append((perf_counter() - begun) * 1000)
                work.append((process_time() - worked) * 1000)
            said["pages"][name] = {"times": times, "work": work, "queries": len(made or ())}
            if sql:
                said["pages"][name]["sql"] = [
                    f"{query['time']} {query['sql'][:400]}"
                    for query in made
                    if float(query["time"]) > 0.02
                ]
        print(json.dumps(said, indent=1 if sql else None))
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sql="sql" in sys.argv[2:])
