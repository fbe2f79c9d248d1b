"""Tallies: never more than there is, however many want the last bit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from django_tryon.models import Tally

D = Decimal


@pytest.mark.django_db
def test_nobody_takes_more_than_there_ever_is() -> None:
    assert not Tally.take("key", D(2), limit=D(1))
    assert not Tally.objects.exists()
    assert Tally.take("key", D(1), limit=D(1))


@pytest.mark.django_db
def test_what_is_used_up_is_refused() -> None:
    assert Tally.take("key", D(2), limit=D(5))
    assert Tally.take("key", D(3), limit=D(5))
    assert not Tally.take("key", D("0.0001"), limit=D(5))
    assert Tally.used_of("key") == 5
    assert Tally.used_of("another") == 0
    assert str(Tally.objects.get()) == "key: 5.0000"


@pytest.mark.django_db
def test_every_cent_can_be_used() -> None:
    """In floats, three times 0.1 is more than 0.3."""
    for _ in range(10):
        assert Tally.take("key", D("0.1"), limit=D("1"))
    assert not Tally.take("key", D("0.0001"), limit=D("1"))
    for _ in range(10):
        Tally.give_back("key", D("0.1"))
    assert Tally.used_of("key") == 0


@pytest.mark.django_db
def test_nobody_gives_back_more_than_was_used() -> None:
    Tally.take("key", D(1), limit=D(5))
    Tally.give_back("key", D(2))
    Tally.give_back("another", D(1))
    assert Tally.used_of("key") == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_not_used() -> None:
    with transaction.atomic():
        Tally.take("key", D(1), limit=D(1))
        transaction.set_rollback(True)
    assert Tally.take("key", D(1), limit=D(1))


def at_once(count: int, work: Callable[[], bool]) -> list[bool]:
    """Do the same in that many threads, as nearly in the same moment as can be."""
    start, lock = threading.Barrier(count), threading.Lock()
    said: list[bool] = []

    def run() -> None:
        try:
            start.wait(30)
            answer = work()
            with lock:
                said.append(answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fresh", [True, False])
def test_of_twelve_who_want_the_last_bit_one_gets_it(fresh: bool) -> None:
    if not fresh:
        Tally.take("key", D(4), limit=D(5))

    def take() -> bool:
        with transaction.atomic():
            return Tally.take("key", D(5 if fresh else 1), limit=D(5))

    assert sorted(at_once(12, take)) == [False] * 11 + [True]
    assert Tally.used_of("key") == 5
