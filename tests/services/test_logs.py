"""What is logged says of which job it speaks, and holds no key, photo or link."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, OperationalError

from django_tryon import logs, services
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.services.driving.wake import wake
from tests.conftest import picture
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import BASE, Provider
from tests.lifecycle.provider import json as answer

CANARY = "c4n4ry"
KEY = f"SG_{CANARY}key0123456789"
LINK = f"https://images.segmind.com/{CANARY}-face.jpg?signature={CANARY}"


class Everything(logging.Handler):
    """Keeps all that a formatter, or a service that takes records apart, could show."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []
        self.said = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        print(logging.Formatter().format(record), file=self.said)
        print(logs.JsonFormatter().format(record), file=self.said)
        print({name: repr(value) for name, value in vars(record).items()}, file=self.said)


@pytest.fixture
def everything() -> Iterator[Everything]:
    """All records of all loggers."""
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def job(product: Any, settings: Any, provider: Provider) -> TryOnJob:
    """A job whose key and files would be recognised anywhere."""
    settings.TRYON = settings.TRYON | {"API_KEY": KEY}
    worn = Garment.objects.create(
        product=product,
        image=ContentFile(picture(), name=f"{CANARY}.jpg"),
        category="upper",
        name=f"{CANARY} shirt",
        description=f"{CANARY} shirt",
    )
    worn_by = Person.objects.create(
        kind="photo", photo=ContentFile(picture(), name=f"{CANARY}.jpg"), name=f"{CANARY} face"
    )
    return services.launch(garments=[worn], person=worn_by, engine="idm-vton")


LOST = httpx.ReadError(f"reset by {LINK} with {KEY}")
SAID = answer(500, {"error": f"{LINK} {KEY}"})
FAILED = answer(200, {"status": "FAILED", "error": f"could not fetch {LINK}"})
FAULTS: dict[str, dict[str, Any]] = {
    "all well": {},
    "not reached": {"submit": [httpx.ConnectError(f"{LINK} {KEY}")]},
    "answer lost": {"submit": [LOST]},
    "500": {"submit": [SAID], "status": [SAID], "result": [SAID]},
    "bad key": {"submit": [answer(401, {"error": f"bad key {KEY}"})]},
    "no credits": {"submit": [answer(406, {"error": f"{LINK} {KEY}"})]},
    "refused": {"submit": [answer(422, {"error": f"{LINK} {KEY}"})]},
    "status lost": {"status": [LOST, SAID]},
    "failed": {"status": [FAILED], "result": [FAILED]},
    "an unforeseen error": {"status": [ValueError(f"{LINK} {KEY}")]},
    "result lost": {"result": [LOST, SAID, FAILED]},
    "elsewhere": {"result": [answer(200, {"status": "COMPLETED", "output": LINK})]},
    "no file": {"file": [LOST, httpx.Response(404, text=LINK)]},
    "no picture": {"file": [httpx.Response(200, text=f"<html>{LINK}")]},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_provider_tells(
    fault: str, job: TryOnJob, provider: Provider, everything: Everything
) -> None:
    provider.answers(**FAULTS[fault])
    services.drive_until_idle(rounds=40)
    tell_nothing(everything, job)


def fall(*args: Any, **kwargs: Any) -> Any:
    """Stand for a storage that says where what lies."""
    raise OSError(f"no such file: /private/{CANARY}.jpg, {LINK}")


def refuse(*args: Any, **kwargs: Any) -> Any:
    """Stand for a database that shows the row."""
    raise DatabaseError(f"Failing row contains ({LINK}, {KEY})")


def be_away(*args: Any, **kwargs: Any) -> Any:
    """Stand for a broker or a database that is not there."""
    raise OperationalError(f"postgres://shop:{CANARY}@db/shop")


def be_wrong(*args: Any, **kwargs: Any) -> Any:
    """Stand for a mistake of ours."""
    try:
        fall()
    except OSError as error:
        raise TypeError(f"{LINK} {KEY}") from error


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("django_tryon.services.steps.submit.files_of", fall),
        ("django_tryon.services.steps.submit.files_of", be_wrong),
        ("django_tryon.services.steps.keep.put_all", fall),
        ("django_tryon.services.steps.keep.put_all", be_wrong),
        ("django_tryon.services.steps.submit.submitted", refuse),
        ("django_tryon.services.steps.poll.move", be_wrong),
        ("django_tryon.services.steps.fetch.store", refuse),
        ("django_tryon.services.driving.work.reschedule_many", refuse),
        ("django_tryon.runners.embedded.wake", be_away),
    ],
)
def test_no_fault_of_ours_tells(
    where: str, what: Any, job: TryOnJob, monkeypatch: Any, everything: Everything
) -> None:
    monkeypatch.setattr(where, what)
    services.drive_until_idle(rounds=3)
    wake() if where.endswith("embedded.wake") else None
    tell_nothing(everything, job)
    told = [record for record in everything.records if getattr(record, "error", "")]
    assert told or where.endswith("reschedule_many")
    for record in told:  # what went wrong, and where, can be found all the same
        assert record.levelno < logging.ERROR or record.exc_info or record.event == "wake.failed"  # type: ignore[attr-defined]


def tell_nothing(everything: Everything, job: TryOnJob) -> None:
    """Hold every record to its fields and to its silence."""
    assert CANARY not in everything.said.getvalue()
    assert BASE not in "".join(
        line for line in everything.said.getvalue().splitlines() if "django_tryon" in line
    )
    for record in everything.records:
        if record.name.startswith("django_tryon"):
            assert record.event  # type: ignore[attr-defined]
            about = record.job  # type: ignore[attr-defined]
            assert about in {"", str(job.pk)}
            if about:
                assert record.getMessage().startswith(f"job {job.pk}: ")
                assert record.engine in {"idm-vton", ""}  # type: ignore[attr-defined]


def test_a_line_in_json(everything: Everything) -> None:
    try:
        be_wrong()
    except TypeError as error:
        logs.error("step.raised", "it took %d s", 3, job="4d1c", error=error, trace=True)
    [record] = [record for record in everything.records if record.name == "django_tryon"]
    said = json.loads(logs.JsonFormatter().format(record))
    assert said["message"] == "job 4d1c: it took 3 s"
    assert (said["level"], said["event"], said["job"]) == ("error", "step.raised", "4d1c")
    assert said["error"] == "builtins.TypeError"
    assert "in be_wrong" in said["trace"]
    assert said["trace"].endswith("Unsaid: builtins.TypeError")
    assert "engine" not in said


def test_a_line_of_another_logger_in_json() -> None:
    record = logging.LogRecord("other", logging.INFO, "", 1, "hello %s", ("you",), None)
    assert json.loads(logs.JsonFormatter().format(record)) == {
        "at": json.loads(logs.JsonFormatter().format(record))["at"],
        "level": "info",
        "logger": "other",
        "message": "hello you",
    }


def test_what_nobody_reads_is_not_made(monkeypatch: Any) -> None:
    monkeypatch.setattr(logs.logger, "isEnabledFor", lambda level: False)
    monkeypatch.setattr(logs.logger, "log", be_wrong)
    logs.info("job.succeeded", "succeeded")


def test_every_line_goes_through_one_place() -> None:
    """Nobody has a logger of their own, who could say what they like in it."""
    from pathlib import Path

    import django_tryon

    package = Path(django_tryon.__file__).parent
    for path in package.rglob("*.py"):
        if path.name == "logs.py" or "sandbox" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert "logging.getLogger(" not in text.replace('logging.getLogger("httpx")', ""), path
