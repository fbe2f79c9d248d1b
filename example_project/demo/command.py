"""The demo from its first line to its last."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_project.demo.children import Children
from example_project.demo.surroundings import Surroundings, look_around, settle_in
from example_project.demo.trouble import AlreadyRunning, Trouble

if TYPE_CHECKING:
    from rich.console import Console

    from example_project.demo.tries import Try

SANDBOX_PATIENCE = 180.0
REAL_PATIENCE = 3600.0
"""Seconds until the demo stops waiting; a job of the real Segmind ends itself before."""


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m example_project.demo",
        description="Start the sample shop, run a try-on with each engine, and go on serving.",
    )
    parser.add_argument("--once", action="store_true", help="stop after the five try-ons")
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="dress the photographs of this folder instead"
    )
    parser.add_argument("--port", type=int, default=8000, help="the shop's port (default: 8000)")
    parser.add_argument(
        "--yes", action="store_true", help="do not ask before money is spent (SEGMIND_API_KEY)"
    )
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit code."""
    options = arguments(given)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    # A shell starts what runs in its background with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    here = look_around(port=options.port)
    settle_in(here)

    import django

    django.setup()
    from example_project.demo.report import terminal

    console = terminal()
    try:
        return Demo(here, options, console).run()
    except AlreadyRunning as another:
        console.print(str(another), markup=False, soft_wrap=True)
        return 1
    except Trouble as trouble:
        console.print("\n[red]The demo stopped.[/]", end=" ")
        console.print(str(trouble), markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return 130


def _leave(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)


class Demo:
    """One run of the demo."""

    def __init__(self, here: Surroundings, options: argparse.Namespace, console: Console) -> None:
        from django.conf import settings

        self.here, self.options, self.console = here, options, console
        self.var = Path(settings.VAR_DIR)

    def say(self, text: str = "") -> None:
        """Print a line, however long."""
        self.console.print(text, soft_wrap=True)

    def run(self) -> int:
        """Prepare, start, try on, report, and serve."""
        with (
            only_one(self.var / "demo.lock", self.here.site),
            Children(self.var / "logs") as children,
        ):
            tries = self.prepare()
            self.start(children)
            succeeded = self.try_on(tries, children)
            if not self.options.once:
                self.serve(children)
        return 0 if succeeded else 1

    def prepare(self) -> list[Try]:
        """Make the shop ready and choose the five try-ons."""
        from example_project.demo import photographs, stage, tries

        self.say("[bold]Morrow[/], the sample shop of django_tryon\n")
        self.loaded, remark = stage.prepare()
        if remark:
            self.console.print(f"  {remark}\n", style="yellow", markup=False, soft_wrap=True)
        self.introduce()
        if self.options.photos:
            chosen = photographs.load(self.options.photos, say=self.say)
        else:
            chosen = tries.tries_of_the_shop()
        if self.here.costs_money:
            self.ask(tries.estimate(chosen))
        if dropped := tries.drop_leftovers():
            self.say(f"  Dropped   {dropped} unfinished of an earlier demo, unsent and unpaid")
        return chosen

    def introduce(self) -> None:
        """Say what stands where."""
        from example_project.demo import report

        self.say(f"  Shop      {self.loaded.products} products, {self.loaded.people} house models")
        if self.here.sandbox_port is not None:
            said = "the sandbox: free of charge, every picture is marked SANDBOX"
        elif self.here.costs_money:
            said = f"Segmind at {self.here.provider}, with your key"
        else:
            said = f"what answers at {self.here.provider}"
        self.say(f"  Provider  {said}")
        self.say(f"  E-mail    is kept in {report.short(self.var / 'mail')}, and sent to nobody")
        if self.here.site_port != self.here.wanted_port:
            self.say(
                f"  Site      port {self.here.wanted_port} is taken, "
                f"so this shop is at {self.here.site}"
            )

    def ask(self, costs: list[tuple[str, Any]]) -> None:
        """Say what it costs, and go on only if that is wanted. Raises Trouble."""
        if os.environ.get("TRYON_INPUTS") == "asset-store":
            self.say(
                "  Pictures  go up through Segmind's asset store, as Segmind cannot reach "
                "127.0.0.1.\n            It is public, and nothing in it can be deleted."
            )
        self.say()
        for engine, cost in costs:
            self.say(f"  {engine:<17} about ${cost:.4f}")
        total = sum(cost for _engine, cost in costs)
        self.say(f"  {'together':<17} about [bold]${total:.2f}[/]\n")
        if self.options.yes or os.environ.get("YES"):
            return
        if not sys.stdin.isatty():
            raise Trouble("Nobody is here to agree to the costs; say --yes (make demo YES=1).")
        if input("Spend this on the five try-ons? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise Trouble("Nothing was sent and nothing was spent.")

    def start(self, children: Children) -> None:
        """Start sandbox, site and worker, and return when they answer."""
        if self.here.sandbox_port is not None:
            children.start("sandbox", "tryon_sandbox", "--port", str(self.here.sandbox_port))
        children.start(
            "site", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.here.site_port}"
        )
        if self.here.sandbox_port is not None:
            children.wait_for("sandbox", self.here.provider)
        children.wait_for("site", self.here.site)
        children.start("worker", "tryon_worker")

    def try_on(self, tries: list[Try], children: Children) -> bool:
        """Run the five try-ons, publish and show what came of them; tell whether all succeeded."""
        from django.contrib.auth import get_user_model

        from django_tryon.exceptions import LaunchRefused
        from django_tryon.models import Status
        from example_project.demo import report
        from example_project.demo.tries import launch_all, publish_all
        from example_project.demo.watching import watch
        from example_project.shop.loading import ADMIN

        admin = get_user_model().objects.get(username=ADMIN)
        self.say("\nOne try-on with each of the five engines:\n")
        try:
            launched = launch_all(tries, by=admin)
        except LaunchRefused as refusal:
            raise Trouble(f"A try-on was refused: {refusal.message}") from refusal
        jobs = watch(
            launched,
            console=self.console,
            expected=self.expected(),
            patience=REAL_PATIENCE if self.here.costs_money else SANDBOX_PATIENCE,
            check=children.check,
        )
        products = publish_all(jobs, by=admin)
        files = report.gather(jobs, self.var / "results")
        self.console.print(report.table(jobs, files, paid=self.here.costs_money))
        for reason in report.reasons(jobs):
            self.console.print(f"  {reason}", style="red", markup=False, soft_wrap=True)
        if files:
            self.say(f"  The files are in {report.short(self.var / 'results')}.\n")
        self.pages = [f"{self.here.site}{product.get_absolute_url()}" for product in products]
        return all(job.status == Status.SUCCEEDED for job in jobs)

    def expected(self) -> dict[str, float]:
        """Return how many seconds each engine should take here."""
        from django_tryon.engines import all_engines

        if self.here.sandbox_port is None:
            return {slug: engine.typical_seconds for slug, engine in all_engines().items()}
        from django_tryon.sandbox.catalogue import MODELS

        return {slug: model.seconds for slug, model in MODELS.items()}

    def serve(self, children: Children) -> None:
        """Say where everything is, and go on until Ctrl-C."""
        login = self.loaded.admin_password or "the password that you chose"
        if self.pages:
            self.say("The results are on these product pages:\n")
            for page in self.pages:
                self.say(f"  {page}")
        self.say(f"\n  Shop   {self.here.site}/")
        self.say(f"  Admin  {self.here.site}/admin/   [bold]admin[/] / [bold]{login}[/]")
        self.say(f"  Logs   {self.var / 'logs'}")
        self.say("\nStop with Ctrl-C.")
        try:
            while True:
                children.check()
                time.sleep(1)
        except KeyboardInterrupt:
            self.say("\nStopped.")


@contextmanager
def only_one(path: Path, site: str) -> Iterator[None]:
    """Hold a lock, so that two demos do not share one database; note in it where this one is.

    Raises AlreadyRunning.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise AlreadyRunning(
                f"A demo is running already ({lock.read()}). Stop it with Ctrl-C there."
            ) from error
        lock.truncate(0)
        lock.write(site)
        lock.flush()
        yield
