"""What the sandbox has accepted, what became of it and what was charged for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from .catalogue import Model

RECORD_LIFETIME = timedelta(hours=1)
"""For how long after its submission a request can be asked after."""


@dataclass(kw_only=True)
class Entry:
    """One accepted request."""

    model: Model
    body: dict[str, Any]
    """The parameters as they were sent."""
    version: str
    """Through which door it came: `v1` or `v2`."""
    base_url: str
    """Where the sandbox was reached, for the URLs in its answers."""
    submitted_at: datetime
    starts_at: datetime
    ready_at: datetime
    """When its outcome may be seen, at the earliest."""
    seed: int
    request_id: str = field(default_factory=lambda: str(uuid4()))
    outcome: str | None = None
    """`COMPLETED` or `FAILED`, once known."""
    error: str | None = None
    output: str | None = None
    """The address of the output file, or the file itself in base64 where that was asked for."""
    files: list[dict[str, Any]] = field(default_factory=list)
    cost: Decimal | None = None
    """What was charged (US$); None while nothing was."""
    remaining: Decimal | None = None
    inference_time: float | None = None
    """Seconds."""
    delivered: int = 0
    """How often its file was sent out whole, as far as can be told from here."""
    is_forgotten: bool = False
    """Whether its record is gone before its time; the history keeps it."""
    _taken: bool = False

    def state(self, now: datetime) -> str:
        """Return Segmind's word for where the request stands."""
        if self.outcome is not None and now >= self.ready_at:
            return self.outcome
        return "QUEUED" if now < self.starts_at else "PROCESSING"

    @property
    def queue_time(self) -> float:
        """How long the request waited for a worker, in seconds."""
        return (self.starts_at - self.submitted_at).total_seconds()


class InsufficientCredits(Exception):
    """The balance does not cover a request."""


class Ledger:
    """The accepted requests in order of arrival, and the account that pays for them.

    Safe to use from several threads, each with an event loop of its own.
    """

    def __init__(self, *, balance: Decimal) -> None:
        self.balance = balance
        """US$ left."""
        self._reserved = Decimal(0)
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return list(self._entries.values())[index]

    @property
    def billed(self) -> Decimal:
        """What all requests together have cost so far, in US$."""
        return sum((entry.cost for entry in self if entry.cost is not None), Decimal(0))

    def accept(self, entry: Entry) -> None:
        """Enter a request, or raise `InsufficientCredits` where the balance does not cover it.

        The cost of what is still running counts as spent: it is reserved.
        """
        with self._lock:
            free = self.balance - self._reserved
            cost = entry.model.cost(entry.body)
            if free < cost:
                raise InsufficientCredits(
                    f"Insufficient credits: this request needs {cost} credits, {free} are available"
                )
            self._entries[entry.request_id] = entry
            self._reserved += cost

    def find(self, request_id: str) -> Entry | None:
        """Return a request of any age."""
        return self._entries.get(request_id)

    def find_recent(self, request_id: str, *, now: datetime) -> Entry | None:
        """Return a request whose record is still kept."""
        entry = self.find(request_id)
        if entry is None or entry.is_forgotten or now >= entry.submitted_at + RECORD_LIFETIME:
            return None
        return entry

    def deliver(self, request_id: str) -> None:
        """Count that a request's file was sent out."""
        with self._lock:
            self._entries[request_id].delivered += 1

    def take(self, entry: Entry) -> bool:
        """Say whether the caller may run this request; only one ever may."""
        with self._lock:
            taken, entry._taken = entry._taken, True
            return not taken

    def give_back(self, entry: Entry) -> None:
        """Let somebody else run a request after all."""
        entry._taken = False

    def complete(self, entry: Entry, *, inference_time: float) -> None:
        """Record the success of a request and charge for it."""
        with self._lock:
            entry.cost = entry.model.cost(entry.body)
            self._reserved -= entry.cost
            self.balance -= entry.cost
            entry.remaining = self.balance
            entry.inference_time = inference_time
            entry.outcome = "COMPLETED"

    def fail(self, entry: Entry, error: str, *, inference_time: float) -> None:
        """Record the failure of a request, which costs nothing."""
        with self._lock:
            self._reserved -= entry.model.cost(entry.body)
            entry.error = error
            entry.inference_time = inference_time
            entry.outcome = "FAILED"
