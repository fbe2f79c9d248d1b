"""One loop and one client per process."""

from __future__ import annotations

import asyncio
import os
import queue
import subprocess
import threading
from concurrent.futures import CancelledError, Future
from datetime import timedelta

import pytest
from django.test import override_settings

from django_tryon import exceptions as e
from django_tryon.segmind import loop as module
from django_tryon.segmind.loop import Network, client_from_settings, network
from tests.processes import ROOT, environment, python
from tests.segmind.talking import Recorder, json

WAIT = 20
made: list[Recorder] = []


def transport():
    """Stand in for TRYON["HTTP_TRANSPORT"]."""
    made.append(Recorder(json(200, {"status": "QUEUED"})))
    return made[-1]


SETTINGS = {
    "API_KEY": "SG_0123456789abcdef",
    "BASE_URL": "https://api.segmind.com",
    "HTTP_TRANSPORT": f"{__name__}.transport",
    "HTTP_TIMEOUT": timedelta(seconds=7),
}


@pytest.fixture(autouse=True)
def _settings():
    with override_settings(TRYON=SETTINGS):
        made.clear()
        yield


@pytest.fixture
def own():
    """A network that no other test has used."""
    fresh = Network()
    yield fresh
    fresh.stop()


async def where(client):
    return client, asyncio.get_running_loop(), threading.current_thread()


def test_steps_share_one_thread_one_loop_and_one_client(own):
    first, second = (own.start(where).result(WAIT) for _ in range(2))
    assert first == second
    assert first[2] is not threading.current_thread()
    assert first[2].daemon  # a worker's exit does not wait for it


def test_steps_run_side_by_side(own):
    first, second = asyncio.Event(), asyncio.Event()

    async def one(client):
        first.set()
        await second.wait()
        return "one"

    async def other(client):
        await first.wait()
        second.set()
        return "other"

    futures = [own.start(one), own.start(other)]
    assert [future.result(WAIT) for future in futures] == ["one", "other"]


def test_threads_that_race_to_be_the_first_get_one_loop(own):
    ready = threading.Barrier(8)
    seen = []

    def race():
        ready.wait(WAIT)
        seen.append(own.start(where).result(WAIT))

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert len(made) == 1


@pytest.mark.parametrize("error", [e.RateLimited("slow"), RuntimeError("a bug"), KeyError("x")])
def test_errors_come_back_through_the_future(own, error):
    async def fail(client):
        raise error

    assert own.start(fail).exception(WAIT) is error


def test_an_interrupted_step_comes_back_as_a_lost_answer(own):
    async def interrupted(client):
        raise asyncio.CancelledError

    assert type(own.start(interrupted).exception(WAIT)) is e.AnswerLost


def test_a_caller_may_cancel(own):
    begun, ended = threading.Event(), threading.Event()

    async def wait(client):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    future = own.start(wait)
    assert begun.wait(WAIT)
    future.cancel()
    assert ended.wait(WAIT)
    with pytest.raises(CancelledError):
        future.result(WAIT)
    assert own.start(where).result(WAIT)  # the loop goes on


def test_reset_closes_the_client_and_the_next_step_gets_a_new_one(own):
    client, loop, _thread = own.start(where).result(WAIT)
    own.reset()
    assert made[0].closed
    assert client.downloads.is_closed
    other, same_loop, _thread = own.start(where).result(WAIT)
    assert other is not client
    assert same_loop is loop
    own.reset()
    own.reset()


@pytest.mark.parametrize("end", [Network.reset, Network.stop])
def test_before_the_first_step_there_is_nothing_to_end(end):
    fresh = Network()
    end(fresh)
    assert fresh._loop is None


def test_stop_ends_the_thread_and_cuts_short_what_runs(own):
    begun = threading.Event()

    async def wait(client):
        begun.set()
        await asyncio.Event().wait()

    client, loop, thread = own.start(where).result(WAIT)
    future = own.start(wait)
    assert begun.wait(WAIT)
    own.stop()
    assert type(future.exception(WAIT)) is e.AnswerLost
    assert client.downloads.is_closed
    assert loop.is_closed()
    assert not thread.is_alive()
    assert own.start(where).result(WAIT)[1] is not loop


def test_reset_between_two_halves_of_a_step_leaves_it_its_client(own):
    begun, go_on = threading.Event(), asyncio.Event()

    async def slow(client):
        begun.set()
        await go_on.wait()
        return client

    future = own.start(slow)
    assert begun.wait(WAIT)
    own.reset()
    own._loop.call_soon_threadsafe(go_on.set)
    assert future.result(WAIT).downloads.is_closed


def test_new_settings_make_a_new_client():
    async def base(client):
        return client.base_url

    assert network.start(base).result(WAIT) == "https://api.segmind.com"
    with override_settings(LANGUAGE_CODE="de"):
        network.start(base).result(WAIT)
    assert len(made) == 1  # another setting changes nothing
    with override_settings(TRYON=SETTINGS | {"BASE_URL": "https://eu.segmind.example/"}):
        assert network.start(base).result(WAIT) == "https://eu.segmind.example"
    assert network.start(base).result(WAIT) == "https://api.segmind.com"
    network.reset()


def test_the_client_is_as_the_settings_say():
    client = client_from_settings()
    assert asyncio.run(client.status("r-1")).state == "pending"
    [request] = made[0].requests
    assert request.headers["x-api-key"] == "SG_0123456789abcdef"
    assert request.extensions["timeout"]["read"] == 7


def test_without_a_transport_it_uses_the_network():
    with override_settings(TRYON=SETTINGS | {"HTTP_TRANSPORT": ""}):
        client = client_from_settings()
    assert not made
    assert repr(client) == "<SegmindClient https://api.segmind.com>"
    asyncio.run(client.aclose())


def test_a_client_that_cannot_be_made_means_that_nothing_was_sent(own):
    with override_settings(TRYON=SETTINGS | {"HTTP_TRANSPORT": "shop.no_such.transport"}):
        error = own.start(where).exception(WAIT)
    assert type(error) is e.NotAccepted
    assert error.code == "misconfigured"
    assert "shop" in error.message
    assert own.start(where).result(WAIT)  # it works as soon as the settings do


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_has_a_loop_and_a_client_of_its_own():
    done = subprocess.run(
        python("tests.segmind.forking"),
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="tests.settings"),
        capture_output=True,
        text=True,
        timeout=3 * WAIT,
    )
    assert (done.stdout, done.returncode) == ("fine\n", 0), done.stdout + done.stderr


def test_after_a_fork_the_old_loop_is_kept_aside(own):
    client, loop, _thread = own.start(where).result(WAIT)
    forked = Network()
    forked._loop, forked._client = own._loop, own._client
    forked._lock.acquire()
    forked.after_fork()
    assert forked._loop is None
    assert forked._client is None
    assert not forked._lock.locked()
    assert forked._parked == [loop, client, set(), None]


def test_only_the_settings_of_this_app_matter():
    module._forget(setting="DEBUG")
    module._forget(setting="TRYON")


# --- begin: many steps, handed over in one go


def outcomes(own, *calls):
    """Return what these steps come to, in the order in which they end."""
    arrived = queue.SimpleQueue()
    for call in calls:
        own.begin(call, arrived.put)
    return [arrived.get(timeout=WAIT) for _ in calls]


def test_what_a_step_comes_to_is_handed_over(own):
    async def works(client):
        return "fine"

    async def fails(client):
        raise e.RateLimited("slow")

    async def interrupted(client):
        raise asyncio.CancelledError

    assert outcomes(own, works) == ["fine"]
    assert [type(said) for said in outcomes(own, fails)] == [e.RateLimited]
    assert [type(said) for said in outcomes(own, interrupted)] == [e.AnswerLost]
    assert outcomes(own, where)[0][2] is not threading.current_thread()
    assert not own._tasks


def test_a_thousand_steps_wake_the_loop_only_a_few_times(own, monkeypatch):
    [(_client, loop, _thread)] = outcomes(own, where)
    held, release, woken = threading.Event(), threading.Event(), []

    def hold():
        held.set()
        release.wait(WAIT)

    loop.call_soon_threadsafe(hold)
    assert held.wait(WAIT)
    real = loop.call_soon_threadsafe
    monkeypatch.setattr(
        loop, "call_soon_threadsafe", lambda *args: (woken.append(args), real(*args))
    )
    arrived = queue.SimpleQueue()
    for _ in range(1000):
        own.begin(where, arrived.put)
    release.set()
    for _ in range(1000):
        arrived.get(timeout=WAIT)
    assert len(woken) == 1


def test_threads_that_begin_at_once_all_get_their_answers(own):
    arrived = queue.SimpleQueue()

    def many():
        for _ in range(200):
            own.begin(where, arrived.put)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len({arrived.get(timeout=WAIT)[1] for _ in range(800)}) == 1


def test_stop_hands_over_what_it_cuts_short(own):
    begun, arrived = threading.Event(), queue.SimpleQueue()

    async def wait(client):
        begun.set()
        await asyncio.Event().wait()

    own.begin(wait, arrived.put)
    assert begun.wait(WAIT)
    own.begin(wait, arrived.put)
    own.stop()
    assert [type(arrived.get(timeout=WAIT)) for _ in range(2)] == [e.AnswerLost] * 2
    assert len(outcomes(own, where)) == 1  # and it starts anew


def test_a_step_that_was_cancelled_is_an_answer_lost():
    cancelled = Future()
    cancelled.cancel()
    assert isinstance(module.said_by(cancelled), e.AnswerLost)
