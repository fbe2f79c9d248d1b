"""A receiver, and a message for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from django_tryon.models.webhook import new_secret
from django_tryon.webhooks.post import Message
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A shop that receives webhooks."""
    with receiving() as started:
        yield started


@pytest.fixture
def message() -> Callable[..., Message]:
    """Make a message to an address."""

    def make(url: str, **fields: object) -> Message:
        given = {"id": "1", "body": '{"type":"x"}', "secrets": (new_secret(),), "local": True}
        return Message(url=url, **(given | fields))  # type: ignore[arg-type]

    return make
