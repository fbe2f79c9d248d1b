"""What is left of the credits: asked, kept, and said why not."""

from __future__ import annotations

from concurrent.futures import Future
from decimal import Decimal
from typing import Any

import pytest

from django_tryon.exceptions import Refused, Unreachable
from django_tryon.models import Credits
from django_tryon.services import ask_credits as asking
from django_tryon.services.ask_credits import ask_credits
from django_tryon.services.driving.gates import close
from django_tryon.services.steps.look import record

pytestmark = pytest.mark.django_db


def answer(monkeypatch: pytest.MonkeyPatch, said: Any) -> None:
    """Have the network say this, or nothing at all."""

    def start(call: Any) -> Future[Any]:
        done: Future[Any] = Future()
        if isinstance(said, BaseException):
            done.set_exception(said)
        elif said is not None:
            done.set_result(said)
        return done

    monkeypatch.setattr(asking.network, "start", start)
    monkeypatch.setattr(asking, "PATIENCE", 0)


def test_the_answer_is_kept(sandbox: Any) -> None:
    assert Credits.latest() is None
    credits = ask_credits()
    assert Credits.latest() == credits
    assert Credits.note(Decimal("1.23456")) == credits  # one row, whoever asks
    assert str(Credits.latest()) == "$1.23"
    assert Credits.objects.count() == 1


def test_what_a_look_at_the_account_says_is_kept() -> None:
    gate = close("idm-vton", "no_credits")
    record(gate, Decimal("2.5"))
    assert str(Credits.latest()) == "$2.50"
    record(gate, Refused("The key is not accepted."))
    assert str(Credits.latest()) == "$2.50"


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (Refused("The key is not accepted."), Refused, "The key is not accepted."),
        (RuntimeError("secret"), Unreachable, "Segmind could not be asked."),
        (None, Unreachable, "Segmind has not answered within 0 seconds."),
    ],
)
def test_why_it_is_not_known(
    monkeypatch: pytest.MonkeyPatch, said: Any, error: type[Exception], words: str
) -> None:
    answer(monkeypatch, said)
    with pytest.raises(error) as caught:
        ask_credits()
    assert str(caught.value) == words
    assert Credits.latest() is None
