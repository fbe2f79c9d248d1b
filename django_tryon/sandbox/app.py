"""Put the sandbox together: one object that is an ASGI app and shows what happened to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import account, asking, assets, submitting
from .catalogue import Model
from .door import show_http_error
from .faults import Faults, no_faults
from .fetching import Fetch, fetch_url
from .files import FileStore
from .ledger import Entry, Ledger
from .runs import run

ROUTES = (
    Route("/v1/get-user-credits", account.show_credits, methods=["GET"]),
    Route("/v1/requests/{request_id}", asking.show_result, methods=["GET"]),
    Route("/v2/requests/{request_id}/status", asking.show_status, methods=["GET"]),
    Route("/v2/requests/{request_id}", asking.show_result, methods=["GET"]),
    Route("/v1/{slug}", submitting.run_now, methods=["POST"]),
    Route("/v2/{slug}", submitting.submit, methods=["POST"]),
    Route("/inference-request/request-history", account.list_history, methods=["GET"]),
    Route("/inference-request/request-history/{request_id}", account.show_history, methods=["GET"]),
    Route("/upload-asset", assets.upload, methods=["POST"]),
    Route("/outputs/{name}", assets.give_output, methods=["GET"]),
    Route("/assets/{name}", assets.give_asset, methods=["GET"]),
)


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Sandbox:
    """A stand-in for Segmind: an ASGI app with a ledger to look at.

    It may be called from several event loops in several threads at once.
    """

    def __init__(
        self,
        *,
        balance: Decimal,
        speed: float,
        seconds: float | None,
        retired: Iterable[str],
        fetch: Fetch,
        clock: Callable[[], datetime],
        faults: Faults,
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed must be larger than 0; seconds=0 answers at once.")
        self.ledger = Ledger(balance=balance)
        self.outputs = FileStore()
        self.assets = FileStore()
        self.retired = frozenset(retired)
        self.fetch = fetch
        self.clock = clock
        self.faults = faults
        self._speed = speed
        self._seconds = seconds
        self._running: set[asyncio.Task[None]] = set()
        self._app = Starlette(routes=ROUTES, exception_handlers={HTTPException: show_http_error})
        self._app.state.sandbox = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def seconds_of(self, model: Model) -> float:
        """Return how long a run of this model takes here."""
        return model.seconds / self._speed if self._seconds is None else self._seconds

    def start(self, entry: Entry) -> None:
        """Run a request in the background, unless it is to be over at the first question anyway."""
        if entry.ready_at > entry.submitted_at:
            task = asyncio.get_running_loop().create_task(run(self, entry))
            self._running.add(task)  # the loop itself holds tasks only weakly
            task.add_done_callback(self._running.discard)

    async def catch_up(self, entry: Entry) -> None:
        """Run a request that is due and that nothing runs, for want of a living event loop."""
        if self.clock() >= entry.ready_at:
            await run(self, entry)


def create_sandbox(
    *,
    balance: Decimal | str | float = "100",
    speed: float = 1.0,
    seconds: float | None = None,
    retired: Iterable[str] = (),
    fetch: Fetch = fetch_url,
    clock: Callable[[], datetime] = utc_now,
    faults: Faults = no_faults,
) -> Sandbox:
    """Make a sandbox.

    - `balance`: US$ on the account;
    - `speed`: 2 runs everything twice as fast as a demo does;
    - `seconds`: how long each run takes, whatever the model; 0 is over at the first question;
    - `retired`: slugs that answer 410;
    - `fetch`: downloads an input, or raises `fetching.CannotFetch`;
    - `clock`: the aware moment that it is;
    - `faults`: asked at every step, see `faults.Faults`.
    """
    return Sandbox(
        balance=Decimal(str(balance)),
        speed=speed,
        seconds=seconds,
        retired=retired,
        fetch=fetch,
        clock=clock,
        faults=faults,
    )
