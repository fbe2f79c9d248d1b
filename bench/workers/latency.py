"""From launch to submit on an idle system, by the clock of launcher and sandbox."""

from __future__ import annotations

import json
import random
import sys
import time
from statistics import median

from bench.storefront import say
from bench.timing import percentile
from bench.workers.arena import Arena, enter, worker
from bench.workers.contenders import OURS_CELERY, OURS_EMBEDDED

LAUNCHES = 30
WARM_UP = 3
AIMS = {OURS_CELERY: 200, OURS_EMBEDDED: 600}
"""Milliseconds, p95."""


def measure(arena: Arena, launches: int = LAUNCHES) -> None:
    """Print how long it takes on Celery and embedded."""
    say(f"\n### From launch to submit, idle system, {launches} launches one after the other\n")
    say("| runner | p50, ms | p95, ms | aim, p95 |", "| --- | ---: | ---: | ---: |")
    for who, aim in AIMS.items():
        with (
            enter(arena, seconds=0.2, jitter=0, celery=who.uses_celery) as ring,
            worker(ring, *who.worker),
        ):
            launched = json.loads(ring.run("bench.workers.latency", str(launches)))
            accepted = ring.ledger()["requests"][WARM_UP:]
        taken = [
            (_moment(row["accepted_at"]) - begun) * 1000
            for row, begun in zip(accepted, launched, strict=True)
        ]
        p95 = percentile(taken, 0.95)
        say(
            f"| {who.name} | {median(taken):.0f} "
            f"| {p95:.0f}{'' if p95 < aim else ' **missed**'} | under {aim} |"
        )


def _moment(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


def main() -> None:
    """Launch one after the other, each when nothing is left to do; print when, as JSON."""
    import django

    django.setup()
    from django_tryon import services
    from django_tryon.models import Alarm, Garment, Person, TryOnJob

    garment = Garment.objects.filter(category="upper")[0]
    person = Person.objects.filter(is_house_model=True, kind="photo")[0]
    begun = []
    chance = random.Random(1)
    for number in range(WARM_UP + int(sys.argv[1])):
        time.sleep(chance.uniform(0.3, 0.8))  # so that no rhythm is met
        at = time.time()
        services.launch(garments=[garment], person=person, engine="idm-vton")
        if number >= WARM_UP:
            begun.append(at)
        while (
            TryOnJob.objects.filter(next_step_at__isnull=False).exists()
            or Alarm.the_row().exclude(keeper="").exists()
        ):
            time.sleep(0.02)
    print(json.dumps(begun))


if __name__ == "__main__":
    main()
