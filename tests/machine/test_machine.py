"""Any order of events that hypothesis can think of, deaths, faults and wrong clocks among them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from django_tryon.models import Shopper, Status
from django_tryon.sandbox.known_faults import KNOWN
from tests.machine.storefront import Storefront
from tests.machine.world import ENDED, World, a_world

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = sorted(f"{fault.name}@{step}" for fault in KNOWN.values() for step in fault.steps)
DEATHS = st.none() | st.integers(0, 40)
"""Nobody dies, or somebody does at that point, if there are so many."""
PAUSES = [timedelta(seconds=s) for s in (1, 20, 70, 11 * 60, 65 * 60, 7 * 3600)]
JUMPS = [timedelta(minutes=m) for m in (-600, -61, -11, 11, 61, 600)]
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
"""How many lives are lived; `MACHINE_EXAMPLES=2000` looks further."""


class Machine(RuleBasedStateMachine):
    """What may happen in the world, in any order."""

    def __init__(self, options: Any, folder: Path, uncertain: str) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.world: World = self._stack.enter_context(a_world(options, folder, uncertain=uncertain))
        self.storefront = Storefront(self.world)

    def teardown(self) -> None:
        """Whatever has happened: in the end the books agree."""
        try:
            self.world.settle()
        finally:
            self._stack.close()

    @initialize(is_told=st.booleans())
    def begin(self, is_told: bool) -> None:
        """Some shops have a server that wants to hear of everything."""
        if is_told:
            self.world.hook.open()

    def one(self, data: st.DataObject, *statuses: str) -> Any:
        """Draw a job."""
        jobs = self.world.jobs(*statuses)
        return data.draw(st.sampled_from(jobs)) if jobs else None

    @rule(dies_at=DEATHS)
    def launch(self, dies_at: int | None) -> None:
        """Somebody wants a picture."""
        self.world.launch(dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS)
    def launch_after(self, data: st.DataObject, dies_at: int | None) -> None:
        """Somebody wants a picture that starts from another."""
        if job := self.one(data):
            self.world.launch(after=job, dies_at=dies_at)

    @rule(dies_at=DEATHS)
    def launch_outfit(self, dies_at: int | None) -> None:
        """Somebody wants a picture of two garments, one put on after the other."""
        self.world.launch_outfit(dies_at=dies_at)

    @rule(dies_at=DEATHS, times=st.integers(1, 4))
    def work(self, dies_at: int | None, times: int) -> None:
        """A worker does what is due, as often as it lives to."""
        for _time in range(times):
            self.world.wait()
            if not self.world.drive(dies_at=dies_at):
                break

    @rule(dies_at=DEATHS)
    def sweep(self, dies_at: int | None) -> None:
        """Find what nobody was waked for."""
        self.world.sweep(dies_at=dies_at)

    @rule(dies_at=DEATHS)
    def purge(self, dies_at: int | None) -> None:
        """Delete what nobody needs."""
        self.world.purge(dies_at=dies_at)

    @precondition(lambda self: len(self.world.slow) < 3)
    @rule(dies_at=DEATHS)
    def claim_slowly(self, dies_at: int | None) -> None:
        """A worker gets answers, and stops for a while before it writes them down."""
        self.world.wait()
        self.world.claim_slowly(dies_at=dies_at)

    @precondition(lambda self: self.world.slow)
    @rule(dies_at=DEATHS)
    def write_down(self, dies_at: int | None) -> None:
        """That worker goes on."""
        self.world.write_down(dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS)
    def cancel(self, data: st.DataObject, dies_at: int | None) -> None:
        """Nobody wants it any more."""
        if job := self.one(data):
            self.world.cancel(job, dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS)
    def retry(self, data: st.DataObject, dies_at: int | None) -> None:
        """Somebody wants it after all."""
        if job := self.one(data, *ENDED):
            self.world.retry(job, dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS, verb=st.sampled_from(["submit_again", "give_up"]))
    def decide(self, data: st.DataObject, dies_at: int | None, verb: str) -> None:
        """Staff decide what becomes of an uncertain job."""
        if job := self.one(data, Status.UNCERTAIN):
            getattr(self.world, verb)(job, dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS, is_right=st.booleans())
    def adopt(self, data: st.DataObject, dies_at: int | None, is_right: bool) -> None:
        """Staff take a request for an uncertain job's: its own, or (refused) another job's."""
        if job := self.one(data, Status.UNCERTAIN):
            self.world.adopt(job, self.world.request_of(job, is_right=is_right), dies_at=dies_at)

    @precondition(lambda self: Shopper.objects.count() < 3)
    @rule(dies_at=DEATHS)
    def arrive(self, dies_at: int | None) -> None:
        """A shopper comes, with a photo."""
        self.storefront.arrive(dies_at=dies_at)

    @precondition(lambda self: self.storefront.shoppers())
    @rule(data=st.data(), dies_at=DEATHS, as_model=st.booleans())
    def ask(self, data: st.DataObject, dies_at: int | None, as_model: bool) -> None:
        """A shopper wants a picture, perhaps the same as before."""
        shopper = data.draw(st.sampled_from(self.storefront.shoppers()))
        self.storefront.ask(shopper, as_model=as_model, dies_at=dies_at)

    @rule(data=st.data(), dies_at=DEATHS)
    def ask_again(self, data: st.DataObject, dies_at: int | None) -> None:
        """A shopper wants it after all."""
        if job := self.one(data, *ENDED, Status.UNCERTAIN):
            self.storefront.ask_again(job, dies_at=dies_at)

    @precondition(lambda self: self.storefront.shoppers())
    @rule(data=st.data(), dies_at=DEATHS, verb=st.sampled_from(["erase", "forget_photo"]))
    def forget(self, data: st.DataObject, dies_at: int | None, verb: str) -> None:
        """A shopper has a photo deleted, or everything."""
        shopper = data.draw(st.sampled_from(self.storefront.shoppers()))
        getattr(self.storefront, verb)(shopper, dies_at=dies_at)

    @precondition(lambda self: self.world.hook.is_open)
    @rule(times=st.integers(1, 5))
    def refuse(self, times: int) -> None:
        """The shop's server does not take what it is told."""
        self.world.hook.refusals = times

    @rule(pause=st.sampled_from(PAUSES))
    def sleep(self, pause: timedelta) -> None:
        """Nobody works."""
        self.world.clock.provider += pause

    @rule(jump=st.sampled_from(JUMPS))
    def jump(self, jump: timedelta) -> None:
        """Our clock jumps, or is put right."""
        clock = self.world.clock
        clock.skew = jump if not clock.skew else timedelta(0)

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 3))
    def fault(self, fault: str, times: int) -> None:
        """The provider or the network is about to do something wrong."""
        self.world.order_fault(f"{fault}:{times}")


@pytest.mark.parametrize("uncertain", ["ask", "submit-again"])
def test_the_books_agree_whatever_happens(uncertain: str, settings: Any, tmp_path: Path) -> None:
    run_state_machine_as_test(partial(Machine, settings, tmp_path, uncertain), settings=how_hard())


def how_hard() -> settings:
    """Return how long hypothesis looks, and that it looks at the same each time."""
    return settings(
        max_examples=EXAMPLES,
        stateful_step_count=25,
        deadline=None,
        derandomize="MACHINE_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
