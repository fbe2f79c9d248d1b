"""The doctor's note: what is wrong, and what to do about it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from django_tryon.models import (
    Alarm,
    ClipUpload,
    Shopper,
    Status,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.files import PrivateFolder
from django_tryon.services.doctor import surroundings
from django_tryon.services.doctor.surroundings import EXTRAS
from django_tryon.services.driving import gates
from tests.lifecycle.conftest import job as job
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import Provider
from tests.lifecycle.provider import json as answer

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _well(provider: Provider) -> None:
    """A key that is accepted, and a worker that sweeps."""
    provider.answers(credits=answer(200, {"credits": 12.5}))
    Alarm.swept(timezone.now())


def examined(*options: str) -> tuple[int, str]:
    """Run the command; return its exit code, and what it said."""
    out = io.StringIO()
    try:
        call_command("tryon_doctor", *options, stdout=out, no_color=True)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def lines(said: str, of: str) -> list[str]:
    """Return what was said of one organ, and below it what to do."""
    found: list[str] = []
    for line in said.replace("\n    ", " ").splitlines():
        if line[1:].startswith(f" {of}: "):
            found.append(line)
    return found


@contextmanager
def site_that_answers(status: int) -> Iterator[str]:
    """Serve a site all of whose pages answer so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_all_is_well() -> None:
    code, said = examined("--offline")
    assert code == 0
    assert said.endswith("\nAll is well.\n")
    assert {line[0] for line in said.splitlines()[:-2]} == {"✓"}
    assert "the key" not in said


def test_as_json() -> None:
    code, said = examined("--offline", "--json")
    told = json.loads(said)
    assert (code, told["ok"]) == (0, True)
    assert {finding["mark"] for finding in told["findings"]} == {"good"}
    assert all(set(finding) == {"mark", "of", "says", "do"} for finding in told["findings"])


def test_settings(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": "", "INPUTS": "post"}
    code, said = examined("--offline")
    assert code == 1
    wrong = [line[:1] for line in lines(said, "settings")]
    assert sorted(wrong) == ["!", "✗"]
    assert "asset-store" in said
    assert "Take it from the Segmind console" in said


def test_no_database(monkeypatch: Any) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("could not connect as shop:s3cret@db")

    monkeypatch.setattr(surroundings, "MigrationExecutor", away)
    code, said = examined("--offline")
    assert code == 1
    assert lines(said, "database") == [
        "✗ database: It does not answer (OperationalError). Start it, and see DATABASES[“default”]."
    ]
    assert "s3cret" not in said
    assert "workers" not in said


def test_migrations(monkeypatch: Any) -> None:
    class Executor(surroundings.MigrationExecutor):
        def migration_plan(self, *args: Any, **kwargs: Any) -> Any:
            return [(self.loader.graph.nodes["django_tryon", "0003_gates"], False)]

    monkeypatch.setattr(surroundings, "MigrationExecutor", Executor)
    [line] = lines(examined("--offline")[1], "database")
    assert line.startswith("✗")
    assert "the first is 0003_gates" in line
    assert line.endswith("manage.py migrate")


@pytest.mark.parametrize("step", ["save", "open", "delete"])
def test_storages(step: str, monkeypatch: Any) -> None:
    def fall(*args: Any) -> None:
        raise PermissionError("/secret/place")

    with monkeypatch.context() as broken:
        broken.setattr("django_tryon.models.files.PrivateFolder." + step, fall, raising=False)
        code, said = examined("--offline")
    private, public = lines(said, "storage")
    assert code == 1
    done = {"save": "written", "open": "read", "delete": "deleted"}[step]
    where = f"{done} in tryon/people (PermissionError)."
    assert private.startswith(f"✗ storage: PRIVATE_STORAGE: a file could not be {where}")
    assert "TRYON['PRIVATE_STORAGE']" in private
    assert public.startswith("✓")
    assert "/secret" not in said


def test_a_folder_with_rights_of_its_own(monkeypatch: Any) -> None:
    save = PrivateFolder.save

    def fall(self: Any, name: str, *args: Any, **kwargs: Any) -> str:
        if name.startswith("tryon/results/"):
            raise PermissionError
        return save(self, name, *args, **kwargs)

    monkeypatch.setattr(PrivateFolder, "save", fall)
    private, _public = lines(examined("--offline")[1], "storage")
    assert "could not be written in tryon/results (PermissionError)" in private


def test_a_storage_that_gives_back_something_else(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "django_tryon.services.doctor.surroundings.ContentFile",
        lambda content: __import__("django.core.files.base", fromlist=["x"]).ContentFile(b"other"),
    )
    private, _public = lines(examined("--offline")[1], "storage")
    assert "could not be read as it was written" in private


@pytest.mark.parametrize(
    ("said", "mark", "words"),
    [
        (answer(200, {"credits": 12.5}), "✓", "US$ 12.50"),
        (answer(200, {"credits": 0}), "✗", "no credits are left"),
        (answer(401, {"error": "Unauthorized"}), "✗", "does not accept it"),
        (answer(500, {"error": "SG_x"}), "✗", "could not be asked"),
        (httpx.ConnectError("SG_x"), "✗", "could not be asked (unreachable)"),
    ],
)
def test_the_key(said: Any, mark: str, words: str, provider: Provider, monkeypatch: Any) -> None:
    monkeypatch.setattr(surroundings, "site", lambda: iter(()))
    provider.answers(credits=said)
    [line] = lines(examined()[1], "the key")
    assert line.startswith(mark)
    assert words in line
    assert "SG_x" not in line
    if "could not be asked" in words:
        assert "TRYON['BASE_URL'], which is http://127.0.0.1:9;" in line


def test_a_provider_that_never_answers(monkeypatch: Any) -> None:
    import asyncio

    async def hang(client: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(surroundings, "site", lambda: iter(()))
    monkeypatch.setattr(surroundings, "_credits", hang)
    monkeypatch.setattr(surroundings, "PATIENCE", 0.05)
    [line] = lines(examined()[1], "the key")
    assert "could not be asked (TimeoutError)" in line


@pytest.mark.parametrize(("status", "mark"), [(200, "✓"), (503, "✓"), (404, "!"), (401, "!")])
def test_the_site(status: int, mark: str, settings: Any) -> None:
    with site_that_answers(status) as url:
        settings.TRYON = settings.TRYON | {"PUBLIC_URL": url}
        [line] = lines(examined()[1], "the site")
    assert line.startswith(mark)


def test_a_site_that_is_not_reached(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PUBLIC_URL": "http://127.0.0.1:9"}
    [line] = lines(examined()[1], "the site")
    assert line[0] == "!"
    assert "PUBLIC_URL, which is http://127.0.0.1:9, could not be reached from here (URL" in line
    settings.TRYON = settings.TRYON | {"INPUTS": "asset-store"}
    assert not lines(examined()[1], "the site")


def test_a_runner_that_cannot_be_used(settings: Any, monkeypatch: Any) -> None:
    settings.TRYON = settings.TRYON | {"RUNNER": "no.such.runner"}
    [line] = lines(examined("--offline")[1], "runner")
    assert line.startswith("✗ runner: no.such.runner cannot be used: No module named")
    monkeypatch.setattr("importlib.import_module", lambda name: 1 / 0)
    monkeypatch.setattr(surroundings, "import_module", lambda name: 1 / 0)
    [line] = lines(examined("--offline")[1], "runner")
    assert "cannot be used: ZeroDivisionError" in line
    monkeypatch.undo()
    settings.TRYON = settings.TRYON | {"RUNNER": "json"}
    [line] = lines(examined("--offline")[1], "runner")
    assert "json cannot be used: it has no wake(at)." in line


def test_a_broker_that_does_not_answer(settings: Any) -> None:
    celery = pytest.importorskip("celery")
    app = celery.Celery("shop", broker="redis://:s3cret@127.0.0.1:9/0", set_as_current=True)
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.celery"}
    code, said = examined("--offline")
    [line] = lines(said, "runner")
    assert code == 1
    assert "the broker does not answer (OperationalError)" in line
    assert "s3cret" not in said
    app.conf.broker_url = "memory://"
    [line] = lines(examined("--offline")[1], "runner")
    assert line.startswith("✓")
    app.close()


def test_workers_that_are_away(job: TryOnJob) -> None:
    TryOnJob.objects.update(next_step_at=timezone.now() - HOUR)
    code, said = examined("--offline")
    [line] = lines(said, "workers")
    assert code == 1
    assert line.startswith("✗ workers: Overdue since ")
    assert "1 queued" in line
    assert line.endswith("Start them with: python manage.py tryon_worker")
    [line] = lines(said, "jobs")
    assert "1 under way; not sent yet: 1, the first since " in line


def test_workers_that_nobody_knows_how_to_start(job: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.inline"}
    TryOnJob.objects.update(next_step_at=timezone.now() - timedelta(days=3))
    [line] = lines(examined("--offline")[1], "workers")
    assert "Start them" not in line
    assert f"since {timezone.localtime() - timedelta(days=3):%Y-%m-%d}" in line


def test_workers_that_are_slow_or_at_work(job: TryOnJob) -> None:
    now = timezone.now()
    TryOnJob.objects.update(
        next_step_at=now - timedelta(minutes=2), status=Status.RUNNING, provider_request_id="x"
    )
    code, said = examined("--offline")
    [line] = lines(said, "workers")
    assert (code, line[0]) == (0, "!")
    assert line.endswith(
        "Nobody is at work at this moment. Is this running? python manage.py tryon_worker"
    )
    assert "It works; 1 to look at" in said
    Alarm.keep("somebody", now=now, until=now + HOUR)
    assert lines(examined("--offline")[1], "workers")[0].endswith("or look at its log.")
    Alarm.leave("somebody")
    assert "not sent yet: 0." in lines(said, "jobs")[0]
    TryOnJob.objects.update(next_step_at=now)
    Alarm.keep("somebody", now=now, until=now + HOUR)
    assert lines(examined("--offline")[1], "workers") == [
        "✓ workers: One is at work at this moment."
    ]


def test_sweeps(settings: Any) -> None:
    Alarm.objects.update(swept_at=timezone.now() - HOUR)

    def line_with(runner: str) -> str:
        settings.TRYON = settings.TRYON | {"RUNNER": f"django_tryon.runners.{runner}"}
        [line] = lines(examined("--offline")[1], "sweeps")
        return line

    assert line_with("embedded").startswith("✗")
    assert line_with("embedded").endswith("Start it with: python manage.py tryon_worker")
    assert "CELERY_BEAT_SCHEDULE" in line_with("celery")
    assert line_with("django_tasks").startswith("!")
    assert "tryon_sweep" in line_with("django_tasks")
    assert line_with("inline").startswith("✓")
    Alarm.objects.all().delete()
    assert "There was none yet." in line_with("celery")


def test_doubts(job: TryOnJob) -> None:
    TryOnJob.objects.update(status=Status.UNCERTAIN, next_step_at=None)
    code, said = examined("--offline")
    [line] = lines(said, "doubts")
    assert (code, line[0]) == (0, "!")
    assert "adopt, submit again, or give up" in line
    TryOnJob.objects.update(next_step_at=timezone.now() + HOUR)
    [line] = lines(examined("--offline")[1], "doubts")
    assert "1 try-on may have been paid for: the history is asked for it." in line
    assert line.endswith("Nothing has to be done yet.")


def test_gates() -> None:
    gates.close("idm-vton", "rate_limited", until=timezone.now() + HOUR)
    code, said = examined("--offline")
    [line] = lines(said, "gate")
    assert code == 1 if "✗" in said else code == 0
    assert "It opens by itself at" in line
    gates.close("fashion-ai", "no_credits")
    gates.close("p-image-try-on", "engine_retired")
    code, said = examined("--offline")
    found = {line.split(": ")[1]: line for line in lines(said, "gate")}
    assert code == 1
    assert "Add credits at Segmind. It then opens by itself" in found["fashion-ai"]
    assert "take it out of TRYON['ENGINES']" in found["p-image-try-on"]
    assert found["p-image-try-on"].endswith("“Open now” in the admin under Gates.")
    assert "all engines" in found


def test_an_engine_that_the_shop_has_let_go(settings: Any) -> None:
    gates.close("fashion-ai", "engine_retired")
    assert examined("--offline")[0] == 1
    settings.TRYON = settings.TRYON | {"ENGINES": ["django_tryon.engines.idm_vton.IdmVton"]}
    code, said = examined("--offline")
    assert (code, lines(said, "gates")) == (0, ["✓ gates: All are open."])


def test_steps_that_fail_and_are_tried_again(job: TryOnJob) -> None:
    TryOnJob.objects.update(error_code="not_stored")
    code, said = examined("--offline")
    [line] = lines(said, "trouble")
    assert (code, line[0]) == (0, "!")
    assert "“not_stored” met 1 try-on under way" in line
    assert "Mend the storage" in line
    TryOnJob.objects.update(error_code="unreachable")
    [line] = lines(examined("--offline")[1], "trouble")
    assert "The page of each in the admin says what happened" in line
    TryOnJob.objects.update(error_code="no_credits")  # the gate tells of that
    assert not lines(examined("--offline")[1], "trouble")


@pytest.mark.parametrize("wrong", [{"DAILY_BUDGET": "twenty"}, {"RUNNER": 5}])
def test_settings_that_keep_it_from_looking(wrong: dict[str, Any], settings: Any) -> None:
    settings.TRYON = settings.TRYON | wrong
    code, said = examined("--offline")
    assert code == 1
    assert lines(said, "settings")[0].startswith("✗")
    assert "could not be looked at" in said
    assert lines(said, "extras")


def test_webhooks() -> None:
    endpoint = WebhookEndpoint.objects.create(url="https://shop.example/hook")
    WebhookDelivery.objects.create(endpoint=endpoint, event="job.failed", state="failed")
    [line] = lines(examined("--offline")[1], "webhooks")
    assert line.startswith("! webhooks: 1 of the last 3 days were given up.")


def test_an_endpoint_that_does_not_answer() -> None:
    since = timezone.now() - timedelta(days=2)
    endpoint = WebhookEndpoint.objects.create(name="shop", url="https://shop.example/hook")
    WebhookDelivery.objects.create(endpoint=endpoint, event="job.failed")
    assert not lines(examined("--offline")[1], "webhooks")
    WebhookEndpoint.objects.update(failing_since=since)
    [line] = lines(examined("--offline")[1], "webhooks")
    day = f"{timezone.localtime(since):%Y-%m-%d %H:%M}"
    assert line.startswith(f"! webhooks: shop has taken nothing since {day}; waiting: 1.")


def test_budgets(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal(5), "MONTHLY_BUDGET": Decimal(0)}
    day, month = lines(examined("--offline")[1], "budget")
    assert day == "✓ budget: US$ 5.00 of 5.00 are left today."
    assert month.startswith("! budget: US$ 0.00 of 0.00 are left this month.")
    assert "Launches are refused until the next month" in month
    assert month.endswith("raise TRYON['MONTHLY_BUDGET'].")


def test_a_budget_too_small_for_any_try_on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": Decimal("0.01")}
    [line] = lines(examined("--offline")[1], "budget")
    assert line.startswith("! budget: US$ 0.01 of 0.01 are left to shoppers today.")
    assert "Try-on takes a break for shoppers until the next day" in line
    assert line.endswith("raise TRYON['STOREFRONT_DAILY_BUDGET'].")


def test_extras(monkeypatch: Any) -> None:
    [line] = lines(examined("--offline")[1], "extras")
    assert "celery" in line
    monkeypatch.setattr(surroundings, "find_spec", lambda name: None)
    assert lines(examined("--offline")[1], "extras") == [
        f"✓ extras: Installed: none. Not: {', '.join(EXTRAS)}."
    ]
    monkeypatch.setattr(surroundings, "find_spec", lambda name: True)
    assert lines(examined("--offline")[1], "extras") == [
        f"✓ extras: Installed: {', '.join(EXTRAS)}."
    ]


def test_each_extra_is_known() -> None:
    import tomllib

    from tests.run import ROOT

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(EXTRAS) == set(project["optional-dependencies"])


def test_what_workers_do_besides_try_ons_is_missed_too(job: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_CLIPS": True, "QUALITY": {}}
    at = timezone.now() - HOUR
    sent = ClipUpload.objects.create(shopper=Shopper.objects.create(), due_at=at)
    seen = TryOnResult.objects.create(job=job, kind="image", file="r.png", judge_at=at)
    said = examined("--offline")[1]
    [clips], [looks] = lines(said, "clips"), lines(said, "quality")
    assert "1 clip of a shopper waits to be prepared for more than 5 minutes." in clips
    assert "1 result waits to be looked at for more than 5 minutes." in looks
    assert "add a worker" in clips
    ClipUpload.objects.filter(pk=sent.pk).update(state="ready", due_at=None)
    TryOnResult.objects.filter(pk=seen.pk).update(judge_at=timezone.now())
    said = examined("--offline")[1]
    assert (lines(said, "clips"), lines(said, "quality")) == ([], [])
