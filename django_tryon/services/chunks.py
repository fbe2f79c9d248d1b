"""Chunks: thousands of keys, some to a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of at most that many."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
