"""One storm: start everything, launch, kill, let it settle, and judge."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.chaos.servers import BROKERS, DATABASES, Part, pause
from tests.processes import HOST, answers, environment, free_port, python, until

ENGINES = ("idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai")
WAVES = 5
"""Jobs come in so many waves while everything is killed."""
SETTLING = 600.0
"""Seconds after which a job counts as stuck."""
BREAKS = ("reset@any:2", "refused@status:1", "reset-amid@output:2", "reset@accepted:1")
"""What becomes of the sandbox's connections when these are “killed”."""


@dataclass
class Storm:
    """What is wanted, and what was done."""

    jobs: int
    seconds: float
    database: str
    broker: str
    seed: int
    run_seconds: float
    profile: str = "flaky"
    launched: int = 0
    refused: int = 0
    """Launches that failed while the database was away."""
    kills: Counter[str] = field(default_factory=Counter)
    parts: list[Part] = field(default_factory=list)
    sandbox: str = ""

    @property
    def is_embedded(self) -> bool:
        """Whether there is no server and no broker."""
        return self.database == "sqlite"


@contextmanager
def brewing(storm: Storm, folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Start all parts, and set up Django in this process; end everything afterwards."""
    folder.chmod(0o755)  # the servers run as users of their own
    port = free_port()
    storm.sandbox = f"http://{HOST}:{port}"
    given = {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "EXAMPLE_PROJECT_VAR": str(folder / "var"),
        "SEGMIND_BASE_URL": storm.sandbox,
        "TRYON_PUBLIC_URL": f"http://{HOST}:{free_port()}",
        "SHOP_QUEUE": "tryon-chaos",
    }
    with ExitStack() as stack:
        base = environment()
        servers = []
        if not storm.is_embedded:
            database, given["DATABASE_URL"] = DATABASES[storm.database](folder, base)
            broker, given["CELERY_BROKER_URL"] = BROKERS[storm.broker](folder, base)
            servers = [database, broker]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        for server in servers:
            server.wait()
        env = environment(**given)
        _set_up(env)
        say(f"up: {', '.join(server.name for server in servers) or 'SQLite'}")
        provider = Part(
            "sandbox",
            python(
                *("django", "tryon_sandbox", "--port", str(port), "--plain"),
                *("--seconds", str(storm.run_seconds), "--jitter", "0.5"),
                *("--balance", "100000", "--profile", storm.profile, "--seed", str(storm.seed)),
            ),
            folder=folder,
            env=env,
            is_up=lambda: answers(port),
        )
        workers = _workers(storm, folder, env)
        for part in (provider, *workers):
            stack.callback(part.stop)
            part.start()
        provider.wait()
        storm.parts = servers + workers
        yield


def _set_up(env: dict[str, str]) -> None:
    for name in set(os.environ) - set(env):
        del os.environ[name]
    os.environ.update(env)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loadshop", verbosity=0)


def _workers(storm: Storm, folder: Path, env: dict[str, str]) -> list[Part]:
    def part(name: str, *arguments: str) -> Part:
        return Part(name, python(*arguments), folder=folder, env=env)

    if storm.is_embedded:
        return [part(f"worker-{n}", "django", "tryon_worker", "--quiet") for n in (1, 2)]
    celery = ("celery", "-A", "example_project")
    pools = {"worker-1": ("prefork", "2"), "worker-2": ("threads", "4")}
    workers = [
        part(
            name,
            *(*celery, "worker", "--loglevel", "WARNING", "--hostname", f"{name}@chaos"),
            *("--pool", pool, "-c", slots),
        )
        for name, (pool, slots) in pools.items()
    ]
    beat = part("beat", *celery, "beat", "-s", str(folder / "beat"), "--pidfile", "")
    return [*workers, beat]


def rage(storm: Storm, say: Callable[[str], None]) -> None:
    """Launch in waves, and kill something every second meanwhile."""
    chance = random.Random(storm.seed)
    launching = threading.Thread(target=_launch_all, args=(storm,))
    launching.start()
    ends = time.monotonic() + storm.seconds
    while time.monotonic() < ends:
        pause(1)
        victim = chance.choice([*storm.parts, None])
        if victim is None:
            order = chance.choice(BREAKS)
            ask_sandbox(storm, "POST", "/faults", json={"faults": [order]})
            storm.kills["sandbox's connections"] += 1
        elif victim.runs:
            victim.kill()
            storm.kills[victim.name] += 1
        for part in storm.parts:
            part.start()
    for part in storm.parts:
        part.wait()
    launching.join()
    say(f"launched {storm.launched}; {sum(storm.kills.values())} kills: {_listed(storm.kills)}")


def ask_sandbox(storm: Storm, method: str, path: str, **said: Any) -> Any:
    """Speak to the sandbox as its owner, as soon as it takes connections."""

    def answer() -> list[Any]:
        try:
            # Short: one of the connections that are broken here may end up without an answer.
            got = httpx.request(method, f"{storm.sandbox}{path}", timeout=5, **said)
        except httpx.TransportError:
            return []
        return [got.raise_for_status().json()]

    return until(answer, seconds=30, what="answer of the sandbox", every=0.3)[0]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _launch_all(storm: Storm) -> None:
    from django.db import DatabaseError, InterfaceError, connection

    from django_tryon.models import Garment, Person
    from django_tryon.services import launch

    chance = random.Random(storm.seed)
    wave, gap = max(1, storm.jobs // WAVES), storm.seconds / (WAVES + 1)
    while storm.launched < storm.jobs:
        try:
            garments = list(Garment.objects.exclude(category="dress"))
            people = list(Person.objects.filter(is_house_model=True, kind="photo"))
            for _job in range(min(wave, storm.jobs - storm.launched)):
                launch(
                    garments=[chance.choice(garments)],
                    person=chance.choice(people),
                    engine=ENGINES[storm.launched % len(ENGINES)],
                )
                storm.launched += 1
        except (DatabaseError, InterfaceError):
            storm.refused += 1
            connection.close()
            pause(0.5)
        else:
            pause(gap)
    connection.close()


def settle(storm: Storm, say: Callable[[str], None]) -> float:
    """Wait until every job has come to an end, or to staff; return how many seconds it took."""
    from django.db import connection
    from django.utils import timezone

    from django_tryon.models import Status, TryOnJob
    from django_tryon.models.transitions import FINISHED

    connection.close()  # it is to a database that was killed since
    begun = time.monotonic()
    ask_sandbox(storm, "DELETE", "/faults")
    busy = TryOnJob.objects.exclude(status=Status.UNCERTAIN).exclude(
        status__in=FINISHED, next_step_at=None
    )
    doubtful = TryOnJob.objects.filter(status=Status.UNCERTAIN)
    asked: set[Any] = set()
    while time.monotonic() - begun < SETTLING:
        waiting = set(doubtful.values_list("pk", flat=True))
        if not busy.exists() and waiting <= asked:
            break
        if not busy.exists():  # the history is asked in minutes and hours: let these be over
            asked |= waiting
            doubtful.update(next_step_at=timezone.now(), claim="")
            storm_asks_the_history(storm, doubtful)
        for part in storm.parts:
            part.start()
        pause(1)
    else:
        say("it did not settle")
    return time.monotonic() - begun


def storm_asks_the_history(storm: Storm, doubtful: Any) -> None:
    """Wait until the history was asked once more for each uncertain job."""
    from django.utils import timezone

    ends = time.monotonic() + 60
    while doubtful.filter(next_step_at__lte=timezone.now() + timedelta(seconds=26)).exists():
        if time.monotonic() > ends:
            break
        pause(0.5)


def clear_up() -> int:
    """Do what the next day's purge does; return how many files dead workers had left."""
    from django.core.cache import cache
    from django.utils import timezone

    from django_tryon.models.files import RESULTS, private_storage
    from django_tryon.services.shoppers.purge import purge
    from tests.chaos.verdict import names_of_files

    yesterday = time.time() - 2 * 24 * 3600
    for name in names_of_files():
        os.utime(private_storage().path(f"{RESULTS}/{name}"), (yesterday, yesterday))
    cache.clear()
    return purge(now=timezone.now()).orphans
