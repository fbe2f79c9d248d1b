"""Launch jobs all at once: `python -m bench.workers.launching ours|by_run|by_retry COUNT`.

Prints when the first could be seen, in seconds since the epoch.
"""

from __future__ import annotations

import sys
import time

import django

from bench.workers.request import BODY


def ours(count: int) -> float:
    """Launch with the app's own service, all in one transaction, so that they appear at once."""
    from django.db import transaction

    from django_tryon import services
    from django_tryon.models import Garment, Person

    garment = Garment.objects.filter(category="upper").select_related("content_type")[0]
    person = Person.objects.filter(is_house_model=True, kind="photo")[0]
    with transaction.atomic():
        for _number in range(count):
            services.launch(garments=[garment], person=person, engine="idm-vton")
        return time.time()


def recipe(name: str, count: int) -> float:
    """Send a message for each job."""
    from bench.recipe import tasks

    task = getattr(tasks, name)
    begun = time.time()
    for _number in range(count):
        task.delay(BODY)
    return begun


def main() -> None:
    """Launch what the command line asks for."""
    django.setup()
    what, count = sys.argv[1], int(sys.argv[2])
    print(ours(count) if what == "ours" else recipe(what, count))


if __name__ == "__main__":
    main()
