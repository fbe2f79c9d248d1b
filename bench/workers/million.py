"""The same with a million finished jobs in the table: as many queries, and as quick a claim."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.recipe.counting import FOLDER
from bench.storefront import say
from bench.workers.arena import Arena, enter

JOBS = 100
CLAIMS = 20

ROWS = """
INSERT INTO django_tryon_tryonjob
SELECT another.*
FROM (SELECT * FROM django_tryon_tryonjob WHERE status = 'succeeded' LIMIT 1) AS job,
     generate_series(1, %s) AS number,
     LATERAL jsonb_populate_record(
         NULL::django_tryon_tryonjob,
         to_jsonb(job) || jsonb_build_object(
             'id', gen_random_uuid(),
             'token', md5(number::text),
             'provider_request_id', gen_random_uuid(),
             'wish', md5('wish' || number),
             'created_at', now() - (number + 11) * interval '1 second',
             'finished_at', now() - number * interval '1 second'
         )
     ) AS another
"""
"""Copies of a job that is done, each with marks and moments of its own."""


def measure(arena: Arena, rows: int) -> None:
    """Print what is asked of the database before and after."""
    with enter(arena, seconds=1, jitter=0.2, celery=False) as ring:
        said = json.loads(ring.run("bench.workers.million", str(rows)))
    say(
        f"\n### {rows:,} finished jobs in the table\n",
        f"| figure | with few | with {rows:,} |",
        "| --- | ---: | ---: |",
    )
    for name, pair in said["figures"].items():
        say(f"| {name} | {pair[0]:.2f} | {pair[1]:.2f} |")
    say("", f"Rows were inserted within {said['seconds']:.0f} s.", "", "```text")
    for name, plan in said["plans"].items():
        say(f"{name}:", *(f"    {part}" for part in plan))
    say("```")


def figures() -> dict[str, float]:
    """Launch and drive some jobs, then claim others a few times."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench.recipe.counting import total
    from bench.workers.launching import ours
    from django_tryon import services
    from django_tryon.models import TryOnJob
    from django_tryon.models.transitions import next_due_at

    counts = Path(FOLDER)
    begun = total(counts)
    ours(JOBS)
    launched = total(counts)
    call_command("tryon_worker", "--until-idle", "--quiet")
    done = total(counts)
    ours(JOBS)  # these are only claimed, again and again
    queued = TryOnJob.objects.filter(status="queued")
    claims, looks = [], []
    for _number in range(CLAIMS):
        now = timezone.now()
        queued.update(next_step_at=now, claim="")
        claims.append(_took(lambda now=now: claim(now)))
        looks.append(_took(next_due_at))
    for job in queued:
        services.cancel(job)
    return {
        "queries to launch a job": (launched - begun) / JOBS,
        "queries to drive it": (done - launched) / JOBS,
        f"to claim {JOBS} jobs, ms (median)": median(claims) * 1000,
        "to ask what is due next, ms (median)": median(looks) * 1000,
    }


def claim(now: datetime) -> None:
    """Claim all that is due."""
    from django_tryon.models.transitions import claim_due

    claimed = claim_due(now=now, lease=timedelta(minutes=1), limit=JOBS)
    assert len(claimed) == JOBS, len(claimed)


def plans() -> dict[str, list[str]]:
    """Return how PostgreSQL goes about the statements that look at the jobs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench.workers.launching import ours
    from django_tryon.models.transitions import next_due_at

    ours(JOBS)
    with CaptureQueriesContext(connection) as sent:
        next_due_at()
        claim(timezone.now())
    told = {}
    with connection.cursor() as cursor:
        for query in sent.captured_queries:
            sql = query["sql"]
            if 'FROM "django_tryon_tryonjob"' in sql:
                cursor.execute(f"EXPLAIN {sql}")
                where = sql.partition(" WHERE ")[2]
                told[f"… WHERE {where[:160]}"] = [row[0] for row in cursor.fetchall()][:6]
    return told


def main() -> None:
    """Measure with few rows, add many, and measure again; print JSON."""
    import django

    django.setup()
    from django.db import connection

    figures()  # it learns when to ask
    few = figures()
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [int(sys.argv[1])])
        cursor.execute("ANALYZE django_tryon_tryonjob")
    seconds = time.monotonic() - begun
    many = figures()
    pairs = {name: (few[name], many[name]) for name in few}
    sys.stdout.write(json.dumps({"figures": pairs, "seconds": seconds, "plans": plans()}))


def _took(do: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
