"""What shoppers ask of a server, in this process and through its whole middleware.

    python -m bench.visits ROUNDS PHOTO

The settings are in the environment. Prints JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.timing import Times, in_turns

WARM_UP = 40
LAUNCHES_PER_SHOPPER = 4
API = "/tryon/api/"


class Visits:
    """Shoppers who each launch a few try-ons from an address of their own, and ask after them."""

    def __init__(self) -> None:
        from django.test import Client

        from django_tryon.models import Garment, Person
        from example_project.shop.models import Product

        self.http = Client(enforce_csrf_checks=True)
        self.product = Product.objects.all()[0]
        self.garments = list(Garment.objects.filter(category="upper").values_list("pk", flat=True))
        self.models = list(
            Person.objects.filter(is_house_model=True, kind="photo").values_list("pk", flat=True)
        )
        self.sent: dict[str, Any] = {}

    def peer(self, _number: int) -> None:
        """Ask the plain DRF view."""
        assert self.http.get(f"/bench/products/{self.product.pk}/").status_code == 200

    def launch(self, number: int) -> None:
        """Ask for a try-on on a house model."""
        body = {
            "garments": [self.garments[number % len(self.garments)]],
            "person": self.models[number // len(self.garments) % len(self.models)],
        }
        answer = self.http.post(
            API + "jobs/",
            data=body,
            content_type="application/json",
            headers={"Idempotency-Key": f"bench-{number}"},
            **self.sent,
        )
        assert answer.status_code == 202, answer.content
        self.running = answer["Location"].removeprefix("http://testserver")

    def ask(self, _number: int) -> None:
        """Ask how far it is."""
        answer = self.http.get(self.running, **self.sent)
        assert answer.status_code == 200
        self.etag = answer["ETag"]

    def ask_again(self, _number: int) -> None:
        """Ask once more, and hear that nothing is new."""
        answer = self.http.get(self.running, headers={"If-None-Match": self.etag}, **self.sent)
        assert answer.status_code == 304

    def ask_after_the_end(self, _number: int) -> None:
        """Ask for a try-on that is done."""
        assert self.http.get(self.done, **self.sent).status_code == 200

    def next_shopper(self, number: int) -> None:
        """Let somebody else come: a new shopper, at a new address, with one try-on that is done."""
        if number % LAUNCHES_PER_SHOPPER:
            return
        from django_tryon.models import Shopper
        from django_tryon.services.shoppers import tokens

        shopper = Shopper.objects.create()
        self.sent = {
            "HTTP_AUTHORIZATION": f"Shopper {tokens.issue(shopper)[0]}",
            "REMOTE_ADDR": f"10.0.{number // 250}.{number % 250 + 1}",
        }
        self.done = f"{API}jobs/{finished_job(shopper, self.garments[0], self.models[0]).pk}/"


def finished_job(shopper: Any, garment: int, person: int) -> Any:
    """Return a job with a result."""
    from django.core.files.base import ContentFile

    from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
    from django_tryon.models.transitions import move

    job = TryOnJob.objects.create(
        shopper=shopper, person=Person.objects.get(pk=person), engine="try-on-diffusion"
    )
    job.garments.add(Garment.objects.get(pk=garment))
    move(job, Status.SUBMITTING)
    move(job, Status.FETCHING)
    TryOnResult.objects.create(
        job=job,
        kind="image",
        file=ContentFile(b"not looked at", name="result.jpg"),
        content_type="image/jpeg",
        width=768,
        height=1024,
    )
    move(job, Status.SUCCEEDED)
    return job


def requests(rounds: int) -> tuple[dict[str, Times], dict[str, int]]:
    """Return how long each request took, and how many queries each made."""
    visits = Visits()
    things: dict[str, Callable[[int], None]] = {
        "(next shopper)": visits.next_shopper,
        "peer": visits.peer,
        "POST jobs/": visits.launch,
        "GET jobs/<id>/, on its way": visits.ask,
        "GET jobs/<id>/, 304": visits.ask_again,
        "GET jobs/<id>/, done": visits.ask_after_the_end,
    }
    taken = in_turns(things, rounds=rounds, warm_up=WARM_UP)
    counted = {}
    visits.next_shopper(0)
    for name, do in list(things.items())[1:]:
        with queries() as made:
            do(rounds + WARM_UP)
        counted[name] = len(made)
    del taken["(next shopper)"]
    return taken, counted


def pages(rounds: int) -> tuple[dict[str, Times], dict[str, int]]:
    """Return how long the product page took with the button and without, and its queries."""
    visits = Visits()
    slug = visits.product.slug

    def get(path: str) -> Callable[[int], None]:
        def do(_number: int) -> None:
            assert visits.http.get(path).status_code == 200

        return do

    things = {"without": get(f"/bench/without/{slug}/"), "with": get(f"/products/{slug}/")}
    taken = in_turns(things, rounds=rounds, warm_up=WARM_UP)
    counted = {}
    for name, do in things.items():
        with queries() as made:
            do(0)
        counted[name] = len(made)
    return taken, counted


def uploads(photo: bytes, rounds: int) -> Times:
    """Return how long the server took with a photo as the browser sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from django_tryon.conf import conf

    visits = Visits()

    def send(number: int) -> None:
        file = SimpleUploadedFile("photo.jpg", photo, "image/jpeg")
        answer = visits.http.post(
            API + "people/", {"photo": file, "consent": conf.CONSENT_VERSION}, **visits.sent
        )
        assert answer.status_code == 201, answer.content

    things = {
        "(next)": lambda number: visits.next_shopper(number * LAUNCHES_PER_SHOPPER),
        "photo": send,
    }
    return in_turns(things, rounds=rounds, warm_up=3)["photo"]


@contextmanager
def queries() -> Iterator[list[Any]]:
    """Give the queries that are made meanwhile."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as made:
        found: list[Any] = []
        yield found
    found += made.captured_queries


def main(rounds: int, photo: bytes) -> None:
    """Measure on a fresh database, which goes afterwards."""
    import django

    django.setup()
    from django.core.cache import cache
    from django.db import connection

    from example_project.shop.loading import load_shop

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        load_shop()
        said: dict[str, Any] = {"version": ".".join(map(str, connection.get_database_version()))}
        for name, measure in {"requests": requests, "pages": pages}.items():
            cache.clear()
            taken, counted = measure(rounds)
            said[name] = {
                thing: asdict(times) | {"queries": counted[thing]} for thing, times in taken.items()
            }
        cache.clear()
        said["upload"] = asdict(uploads(photo, 15))
        print(json.dumps(said))
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes())
