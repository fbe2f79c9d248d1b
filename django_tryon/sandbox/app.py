"""Put the sandbox together: one object that is an ASGI app and shows what happened to it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import account, asking, assets, control, submitting
from .catalogue import Model
from .deeds import Moment
from .door import show_http_error
from .faults import Faults, Forced, Step
from .fetching import Fetch, fetch_url
from .files import FileStore
from .ledger import Entry, Ledger
from .plain import Plain
from .runs import run
from .script import PROFILES, Script

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
    Route("/faults", control.faults, methods=["GET", "POST", "DELETE"]),
    Route("/ledger", control.show_ledger, methods=["GET"]),
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
        script: Script,
        hook: Faults | None,
        plain: Plain | None,
        jitter: float,
        seed: int | None,
    ) -> None:
        if speed <= 0:
            raise ValueError("The speed must be larger than 0; seconds=0 answers at once.")
        if jitter < 0:
            raise ValueError("The jitter must not be less than 0.")
        self.ledger = Ledger(balance=balance)
        self.outputs = FileStore()
        self.assets = FileStore()
        self.retired = frozenset(retired)
        self.fetch = fetch
        self.clock = clock
        self.script = script
        """The faults that were ordered; more may be added at any time."""
        self.plain = plain
        self.asked: Counter[Step] = Counter()
        """How often each step was taken."""
        self._hook = hook
        self._jitter = jitter
        self._random = random.Random(seed)  # noqa: S311
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

    def draw_seconds(self, model: Model) -> float:
        """Return how long the next run of this model takes, with the jitter."""
        return max(0.0, self.seconds_of(model) + self._random.uniform(-self._jitter, self._jitter))

    async def ask_faults(
        self, step: Step, *, request: Request | None, entry: Entry | None
    ) -> Forced:
        """Count a step, and return what the hook, or else the script, wants of it."""
        self.asked[step] += 1
        forced: Forced = None
        if self._hook is not None:
            forced = await self._hook(step, request=request, entry=entry)
        if forced is None:
            fault = self.script.due(step)
            if fault is not None:
                forced = fault.deed(Moment(self, step, request, entry))
        return forced

    def start(self, entry: Entry) -> None:
        """Run a request in the background, unless it is to be over at the first question anyway."""
        if entry.ready_at > entry.submitted_at:
            task = asyncio.get_running_loop().create_task(run(self, entry))
            self._running.add(task)  # the loop itself holds tasks only weakly
            task.add_done_callback(self._running.discard)

    async def catch_up(self, entry: Entry) -> None:
        """Run a request that is due and that nothing runs, for want of a living event loop."""
        if entry.outcome is None and self.clock() >= entry.ready_at:
            await run(self, entry)

    async def settle(self) -> None:
        """Run everything that is due, also what nobody has asked after."""
        for entry in self.ledger:
            await self.catch_up(entry)


def create_sandbox(
    *,
    balance: Decimal | str | float = "100",
    speed: float = 1.0,
    seconds: float | None = None,
    retired: Iterable[str] = (),
    fetch: Fetch = fetch_url,
    clock: Callable[[], datetime] = utc_now,
    faults: Faults | str | Iterable[str] = (),
    profile: str = "",
    seed: int | None = None,
    jitter: float = 0,
    plain: bool = False,
    picture_bytes: int | None = None,
) -> Sandbox:
    """Make a sandbox.

    - `balance`: US$ on the account;
    - `speed`: 2 runs everything twice as fast as a demo does;
    - `seconds`: how long each run takes, whatever the model; 0 is over at the first question;
    - `retired`: slugs that answer 410;
    - `fetch`: downloads an input, or raises `fetching.CannotFetch`;
    - `clock`: the aware moment that it is;
    - `faults`: what goes wrong, as `script` reads it ("reset@status:0.1", or several of them), or
      a hook that is asked at every step, see `faults.Faults`;
    - `profile`: a mix of faults by name, see `script.PROFILES`;
    - `seed`: the same faults and jitter each time, for the same requests in the same order;
    - `jitter`: each run takes up to so many seconds more or less;
    - `plain`: give out one prepared picture or clip, without looking at any input;
    - `picture_bytes`: how long that picture is.

    Raises ValueError for what makes no sense.
    """
    if profile and profile not in PROFILES:
        raise ValueError(f"There is no profile “{profile}”; there are: {', '.join(PROFILES)}.")
    hook = faults if callable(faults) else None
    wanted = [faults] if isinstance(faults, str) else [] if callable(faults) else list(faults)
    return Sandbox(
        balance=Decimal(str(balance)),
        speed=speed,
        seconds=seconds,
        retired=retired,
        fetch=fetch,
        clock=clock,
        script=Script([*wanted, *PROFILES.get(profile, ())], seed=seed),
        hook=hook,
        plain=Plain(picture_bytes) if plain or picture_bytes else None,
        jitter=jitter,
        seed=seed,
    )
