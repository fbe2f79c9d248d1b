"""Die at every point of a job's life, one after the other, and look what the others make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from django_tryon.models import Status
from django_tryon.services.driving.advance import next_due_at
from tests.machine.storefront import Storefront
from tests.machine.world import ENDED, World, a_world

pytestmark = pytest.mark.django_db(transaction=True)


def to_the_end(world: World) -> None:
    """Drive until nothing is due."""
    while next_due_at() is not None:
        world.wait()
        world.drive()


def plain(world: World) -> None:
    """One try-on, from launch to result."""
    world.launch()
    to_the_end(world)


def follower(world: World) -> None:
    """A try-on that waits for another."""
    world.launch()
    for first in world.jobs()[:1]:
        world.launch(after=first)
    to_the_end(world)
    world.sweep()
    to_the_end(world)


def cancelled(world: World) -> None:
    """Cancelled while it runs, and then wanted after all."""
    world.launch()
    world.drive()
    for job in world.jobs():
        world.cancel(job)
    to_the_end(world)
    for job in world.jobs(*ENDED):
        world.retry(job)
    to_the_end(world)


def lost_answer(world: World) -> None:
    """The answer to the submit is lost; the history tells."""
    world.order_fault("reset@accepted:1")
    world.launch()
    to_the_end(world)


def in_doubt(world: World) -> None:
    """Nothing arrived, nobody can know, and staff have it sent again."""
    world.order_fault("hang@submit:1")
    world.launch()
    to_the_end(world)
    for job in world.jobs(Status.UNCERTAIN):
        world.submit_again(job)
    to_the_end(world)


def given_up(world: World) -> None:
    """The same, and staff give it up."""
    world.order_fault("hang@submit:1")
    world.launch()
    to_the_end(world)
    for job in world.jobs(Status.UNCERTAIN):
        world.give_up(job)


def no_download(world: World) -> None:
    """The file comes in halves, and then is no picture; a retry fetches it again."""
    for fault in ("cut@output:1", "not-an-image@output:3"):
        world.order_fault(fault)
    world.launch()
    to_the_end(world)
    for job in world.jobs(Status.FAILED):
        world.retry(job)
    to_the_end(world)


def fails_there(world: World) -> None:
    """The provider fails, and a retry succeeds."""
    world.order_fault("fails@run:1")
    world.launch()
    to_the_end(world)
    for job in world.jobs(Status.FAILED):
        world.retry(job)
    to_the_end(world)


def turned_away(world: World) -> None:
    """Too many requests, a page of a gateway, and then it goes well."""
    world.order_fault("429@submit:2")
    world.order_fault("503@submit:1")
    world.launch()
    to_the_end(world)


def overslept(world: World) -> None:
    """Nobody works for hours, and then the provider knows of it no more."""
    world.launch()
    world.drive()
    world.clock.provider += timedelta(hours=5)
    to_the_end(world)


def clock_put_right(world: World) -> None:
    """Our clock was hours behind when the job was sent."""
    world.clock.skew = -timedelta(hours=10)
    world.launch()
    world.drive()
    world.clock.skew = timedelta(0)
    to_the_end(world)


def clock_put_back(world: World) -> None:
    """Our clock was hours ahead when the job was sent."""
    world.clock.skew = timedelta(hours=10)
    world.launch()
    world.drive()
    world.clock.skew = timedelta(0)
    to_the_end(world)


def told(world: World) -> None:
    """A shop hears of it all, and does not take the first message."""
    world.hook.open()
    world.hook.refusals = 1
    plain(world)


def told_of_doubt(world: World) -> None:
    """The same, where nobody knows at first whether it was accepted, and staff find its id."""
    world.hook.open()
    world.order_fault("reset@accepted:1")
    world.launch()
    world.drive()
    for job in world.jobs(Status.UNCERTAIN):
        world.adopt(job, world.request_of(job, is_right=True))
    to_the_end(world)


def asked_for(world: World) -> None:
    """A shopper gives a photo, asks for a try-on, and once more when it has failed."""
    storefront = Storefront(world)
    world.order_fault("fails@run:1")
    storefront.arrive()
    for shopper in storefront.shoppers():
        storefront.ask(shopper, as_model=False)
    to_the_end(world)
    for job in world.jobs(Status.FAILED):
        storefront.ask_again(job)
    to_the_end(world)


def erased(world: World) -> None:
    """A shopper has all erased while one try-on runs and another is done."""
    storefront = Storefront(world)
    storefront.arrive()
    for shopper in storefront.shoppers():
        storefront.ask(shopper, as_model=True)
        to_the_end(world)
        storefront.ask(shopper, as_model=False)
        world.drive()
        storefront.erase(shopper)
    to_the_end(world)


STORIES = [
    plain,
    follower,
    cancelled,
    lost_answer,
    in_doubt,
    given_up,
    no_download,
    fails_there,
    turned_away,
    overslept,
    clock_put_right,
    clock_put_back,
    told,
    told_of_doubt,
    asked_for,
    erased,
]


def tell(story: Callable[[World], None], settings: Any, folder: Path, dies_at: int | None) -> int:
    """Play a story in which somebody dies at that point; return how many points it has."""
    with a_world(settings, folder) as world:
        world.dies_at = dies_at
        try:
            story(world)
            points = world.passed
            world.dies_at = None
            world.settle()
        except AssertionError as error:
            error.add_note(f"{story.__name__}, dead at point {dies_at}")
            raise
    return points


@pytest.mark.parametrize("story", STORIES)
def test_somebody_dies_at_each_point(
    story: Callable[[World], None], settings: Any, tmp_path: Path
) -> None:
    points = tell(story, settings, tmp_path, None)
    assert points > 10
    for dies_at in range(points):
        tell(story, settings, tmp_path, dies_at)
