"""A small world: one shop, one provider, and workers that die."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection

from django_tryon import services
from django_tryon.exceptions import TryOnError
from django_tryon.models import (
    Alarm,
    Consent,
    DoomedFile,
    EarlierRun,
    Garment,
    Gate,
    Pace,
    Person,
    Repeat,
    Shopper,
    Status,
    Tally,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.sandbox.control import token_of
from django_tryon.services.announcing import deliver, webhooks
from django_tryon.services.driving import gates, pace
from django_tryon.services.driving.advance import claim, next_due_at, wake_for_next
from django_tryon.services.driving.work import Work
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.steps import resolve
from django_tryon.signals import job_finished
from tests.conftest import picture
from tests.machine import surroundings
from tests.machine.books import Books
from tests.machine.dying import Killed, Points
from tests.machine.hook import Hook
from tests.shop.models import Product

TABLES = (
    WebhookDelivery,
    WebhookEndpoint,
    DoomedFile,
    Repeat,
    EarlierRun,
    TryOnResult,
    TryOnJob.garments.through,
    TryOnJob,
    Garment,
    Person,
    Consent,
    Shopper,
    Product,
    Gate,
    Pace,
    Tally,
    Alarm,
)
PHOTO = picture((256, 256), "peru")
BUDGET = Decimal("0.5")
ROUNDS = 400
"""Longer than the longest life of a job, in wake-ups."""
ENDED = (Status.FAILED, Status.CANCELLED, Status.EXPIRED)


class World:
    """What may happen in it; after each event the books must agree."""

    def __init__(self, clock: surroundings.Clock, points: Points, inline: Any) -> None:
        self.clock, self.points, self.inline = clock, points, inline
        self.books = Books(inline.sandbox.ledger)
        self.hook = Hook(points)
        self.witnesses: list[Any] = [self.hook]
        """Who else looks at the rows after every event, and once all has settled."""
        self.faultless = True
        """Whether the provider has answered everything well so far."""
        self.slow: list[Work] = []
        """What other workers have been told, and have not written down yet."""
        self.passed = 0
        """Points at which somebody could have died so far."""
        self.dies_at: int | None = None
        """At which of them somebody does; whoever gives ``do`` a point of its own comes first."""
        product = Product.objects.create(name="Tee")
        shirt = ContentFile(PHOTO, name="tee.jpg")
        self.garment = Garment.objects.create(
            product=product, image=shirt, category="upper", name="Tee", description="white tee"
        )
        self.trousers = Garment.objects.create(
            product=product, image=shirt, category="lower", name="Trousers", description="jeans"
        )
        self.person = Person.objects.create(
            kind="photo", photo=ContentFile(PHOTO, name="ana.jpg"), is_house_model=True, name="Ana"
        )

    # What is done, each by a process of its own that may die in it.

    def do(
        self,
        verb: Callable[[], Any],
        *,
        dies_at: int | None = None,
        renews: bool = False,
        then: Callable[[], Any] = lambda: None,
    ) -> bool:
        """Do something; tell whether the process lived to see its end.

        ``renews``: somebody has decided that a job may be sent anew.
        """
        if dies_at is None and self.dies_at is not None and self.dies_at >= self.passed:
            dies_at = self.dies_at - self.passed
        self.points.begin(dies_at)
        lives = True
        try:
            verb()
        except Killed:
            lives = False
            connection.run_on_commit.clear()
            reopen()
            pace.forget()
        except TryOnError:
            pass  # refused, for a reason
        self.passed += self.points.passed + (not lives)
        self.points.begin()
        then()
        self.books.check(may_renew=renews)
        for witness in self.witnesses:
            witness.note()
        return lives

    def launch(self, *, after: TryOnJob | None = None, dies_at: int | None = None) -> bool:
        """Launch a try-on, perhaps one that waits for another."""
        wish: dict[str, Any] = {"garments": [self.garment], "person": self.person}
        return self.do(
            lambda: services.launch(**wish, engine="idm-vton", previous=after), dies_at=dies_at
        )

    def launch_outfit(self, *, dies_at: int | None = None) -> bool:
        """Launch two garments by an engine that puts on one after another."""
        wish: dict[str, Any] = {"garments": [self.garment, self.trousers], "person": self.person}
        return self.do(
            lambda: services.launch(**wish, engine="idm-vton", reuse=True), dies_at=dies_at
        )

    def drive(self, *, dies_at: int | None = None) -> bool:
        """Do what is due."""
        return self.do(services.drive, dies_at=dies_at, renews=self.renews_by_itself)

    def sweep(self, *, dies_at: int | None = None) -> bool:
        """Find what was not waked for."""
        return self.do(services.sweep, dies_at=dies_at, renews=self.renews_by_itself)

    def purge(self, *, dies_at: int | None = None) -> bool:
        """Delete what has outlived its day."""
        cache.clear()  # it remembers that orphans were looked for today
        return self.do(
            lambda: purge(now=self.clock.now()), dies_at=dies_at, then=self.books.forget_sums
        )

    def cancel(self, job: TryOnJob, *, dies_at: int | None = None) -> bool:
        """Cancel a job, by a copy of its row that may be old."""
        return self.do(lambda: services.cancel(job), dies_at=dies_at)

    def retry(self, job: TryOnJob, *, dies_at: int | None = None) -> bool:
        """Do a job once more."""
        return self.do(lambda: services.retry(job), dies_at=dies_at, renews=True)

    def submit_again(self, job: TryOnJob, *, dies_at: int | None = None) -> bool:
        """Send an uncertain job once more, whatever became of it."""
        return self.do(lambda: resolve.submit_again(job), dies_at=dies_at, renews=True)

    def give_up(self, job: TryOnJob, *, dies_at: int | None = None) -> bool:
        """End an uncertain job."""
        return self.do(lambda: resolve.give_up(job), dies_at=dies_at)

    def adopt(self, job: TryOnJob, request_id: str, *, dies_at: int | None = None) -> bool:
        """Take a request for an uncertain job's."""
        return self.do(lambda: resolve.adopt(job, request_id), dies_at=dies_at)

    def request_of(self, job: TryOnJob, *, is_right: bool) -> str:
        """Return the id of the request that was accepted for a job, or another job's; else none."""
        if is_right:
            ledger = self.inline.sandbox.ledger
            return next((e.request_id for e in ledger if token_of(e.body) == job.token), "")
        others = TryOnJob.objects.exclude(pk=job.pk).exclude(provider_request_id=None)
        return others.values_list("provider_request_id", flat=True).first() or ""

    def claim_slowly(self, *, dies_at: int | None = None) -> bool:
        """Do what is due, in a process that takes its time to write down what it is told."""
        work = Work()
        lives = self.do(lambda: claim(work), dies_at=dies_at)
        if lives and work.is_going_on:
            self.slow.append(work)
        return lives

    def write_down(self, *, dies_at: int | None = None) -> bool:
        """Have the slowest of those processes write down what it was told."""
        work = self.slow.pop(0)

        def act() -> None:
            work.finish()
            wake_for_next()

        return self.do(act, dies_at=dies_at, renews=self.renews_by_itself)

    @property
    def renews_by_itself(self) -> bool:
        """Whether the shop has decided that an uncertain job is sent again."""
        from django_tryon.conf import conf

        return conf.UNCERTAIN == "submit-again"

    # What happens by itself.

    def wait(self) -> None:
        """Let time pass until the next step is due."""
        at = next_due_at()
        if at is not None:
            self.clock.pass_to(at)

    def order_fault(self, fault: str) -> None:
        """Have the provider or the network do something wrong, once."""
        self.faultless = False
        self.inline.sandbox.script.add([fault])

    def settle(self) -> None:
        """Let everything come to its end: nobody dies, and the provider answers well."""
        self.inline.sandbox.script.clear()
        self.hook.refusals = 0
        while self.slow:
            self.write_down()
        for gate in Gate.objects.filter(opened_at=None, opens_at=None, look_at=None):
            gates.open_gate(gate.key, now=self.clock.now())  # as staff would
        self.settle_by_itself()
        self.books.check_settled(faultless=self.faultless)
        if in_doubt := self.jobs(Status.UNCERTAIN):
            for job in in_doubt:
                self.give_up(job)
            self.settle_by_itself()
            self.books.check_settled(faultless=self.faultless)
        assert not self.jobs(Status.QUEUED, Status.UNCERTAIN)
        for witness in self.witnesses:
            witness.check_settled()

    def settle_by_itself(self) -> None:
        """Work until nothing is left to do; then purge."""
        for number in range(ROUNDS):
            if next_due_at() is None:
                self.sweep()
                if next_due_at() is None:
                    break
            self.wait()
            if number > ROUNDS / 4:  # a run that never ends is asked after for hours
                self.clock.provider += timedelta(minutes=5)
            self.drive()
        self.clock.provider += timedelta(days=2)
        self.inline.settle()
        self.purge()

    def jobs(self, *statuses: str) -> list[TryOnJob]:
        """Return jobs in the order of their launch."""
        jobs = TryOnJob.objects.order_by("created_at")
        return list(jobs.filter(status__in=statuses) if statuses else jobs)


def reopen() -> None:
    """Have a connection of one's own, as a new process has."""
    connection.close()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # processes die here, and never the machine
            cursor.execute("PRAGMA synchronous=OFF")


@contextmanager
def a_world(settings: Any, folder: Path, *, uncertain: str = "ask") -> Iterator[World]:
    """Make a world, and leave nothing of it."""
    for model in TABLES:
        model.objects.all()._raw_delete(connection.alias)
    shutil.rmtree(folder / "tryon_private", ignore_errors=True)
    cache.clear()
    pace.forget()
    webhooks.forget_endpoints()
    settings.TRYON = settings.TRYON | {
        "UNCERTAIN": uncertain,
        "DAILY_BUDGET": BUDGET,
        "MONTHLY_BUDGET": BUDGET * 3,
        "STOREFRONT_DAILY_BUDGET": BUDGET / 2,
    }
    reopen()
    clock, points = surroundings.Clock(), Points()
    inline = surroundings.Inline(clock, points)
    with pytest.MonkeyPatch.context() as patch:
        points.install(patch)
        surroundings.install(patch, inline, clock)
        try:
            world = World(clock, points, inline)
            patch.setattr(deliver, "post", world.hook.post)
            job_finished.connect(world.books.hear, dispatch_uid="machine")
            yield world
        finally:
            job_finished.disconnect(dispatch_uid="machine")
            inline.close()
