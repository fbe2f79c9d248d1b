"""Surroundings: does all that the try-ons stand on hold? Each look yields findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.core.checks import CheckMessage, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import DatabaseError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.models import TryOnJob
from django_tryon.models.files import (
    absolute,
    garment_path,
    person_path,
    private_storage,
    public_storage,
    published_path,
    result_path,
)
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.loop import network
from django_tryon.services.doctor.finding import Finding, bad, good, notable
from django_tryon.services.driving.gates import Reason

PATIENCE = 10.0
"""Seconds that anything outside may take to answer."""
EXTRAS = {
    "celery": "celery",
    "django-tasks": "django_tasks",
    "heic": "pillow_heif",
    "oscar": "oscar",
    "otel": "opentelemetry",
    "quality": "cv2",
    "s3": "storages",
    "sandbox": "starlette",
    "video": "av",
}
"""The extras, and a module of each."""


def settings() -> Iterator[Finding]:
    """Look at the settings, by the system checks."""
    found: list[CheckMessage] = run_checks(tags=["django_tryon"])
    for said in found:
        make = bad if said.is_serious() else notable
        yield make("settings", f"{said.msg} ({said.id})", said.hint or "")
    if not found:
        yield good("settings", "They are in order.")


def database() -> Iterator[Finding]:
    """Look whether the database answers, and has our tables as this version wants them."""
    using = router.db_for_write(TryOnJob)
    try:
        executor = MigrationExecutor(connections[using])
        ours = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "django_tryon"]
        missing = [migration.name for migration, _backwards in executor.migration_plan(ours)]
    except DatabaseError as error:
        yield bad(
            "database",
            f"It does not answer ({type(error).__name__}).",
            f"Start it, and see DATABASES[“{using}”].",
        )
        return
    if missing:
        yield bad(
            "database",
            f"{len(missing)} migrations are not applied, the first is {missing[0]}.",
            "Run: python manage.py migrate",
        )
    else:
        yield good("database", "It answers, and its tables are those of this version.")


def storages() -> Iterator[Finding]:
    """Write a file to each storage, where ours go, and delete it."""
    for name, storage, kinds in (
        ("PRIVATE_STORAGE", private_storage(), (person_path, result_path)),
        ("PUBLIC_STORAGE", public_storage(), (garment_path, published_path)),
    ):
        # A folder, or a part of a bucket, may have rights of its own.
        why = next((why for path_of in kinds if (why := _trouble_with(storage, path_of))), "")
        if why:
            yield bad(
                "storage",
                f"{name}: a file could not be {why}.",
                f"See TRYON['{name}'], STORAGES, and the space and rights of the folder or bucket.",
            )
        else:
            yield good("storage", f"{name}: a file was written, read and deleted.")


def _trouble_with(storage: Storage, path_of: Callable[[Any, str], str]) -> str:
    name, content = path_of(None, "tryon-doctor.txt"), b"Written by tryon_doctor."
    folder = name.rpartition("/")[0]
    step = "written"
    try:
        name = storage.save(name, ContentFile(content))
        step = "read"
        with storage.open(name) as opened:
            same = opened.read() == content
        step = "deleted"
        storage.delete(name)
    except Exception as error:  # a storage's, of any kind; its words may hold keys
        return f"{step} in {folder} ({type(error).__name__})"
    return "" if same else f"read as it was written in {folder}"


async def _credits(client: SegmindClient) -> Any:
    return await client.credits()


def account() -> Iterator[Finding]:
    """Ask Segmind, for free, whether it takes the key, and what is left."""
    said = network.ask(_credits, PATIENCE)
    where = "the key"
    if isinstance(said, e.ProviderError) and said.code == Reason.BAD_KEY:
        yield bad(
            where,
            "Segmind does not accept it.",
            "Take a valid one from the Segmind console and set TRYON['API_KEY'].",
        )
    elif isinstance(said, BaseException):
        code = getattr(said, "code", type(said).__name__)
        yield bad(
            where,
            f"Segmind could not be asked ({code}).",
            f"See whether this machine reaches TRYON['BASE_URL'], which is {conf.BASE_URL}; "
            "--offline leaves this out.",
        )
    elif said <= 0:
        yield bad(where, "It is accepted, but no credits are left.", "Add credits at Segmind.")
    else:
        yield good(where, f"Segmind accepts it; US$ {said:.2f} of credits are left.")


def site() -> Iterator[Finding]:
    """Ask this site by its public address, as the provider would."""
    if conf.INPUTS != "signed" or not conf.PUBLIC_URL:
        return
    url = absolute(reverse("django_tryon:health"))
    try:
        with urlopen(Request(url), timeout=PATIENCE) as answer:  # noqa: S310 - from the settings
            status = answer.status
    except HTTPError as error:
        status = error.code
    except (OSError, ValueError) as error:
        yield notable(
            "the site",
            f"PUBLIC_URL, which is {conf.PUBLIC_URL}, could not be reached from here "
            f"({type(error).__name__}).",
            "Segmind fetches the photos there. Try it from outside: it must answer by https.",
        )
        return
    if status in {200, 503}:
        yield good("the site", "PUBLIC_URL leads here.")
    else:
        yield notable(
            "the site",
            f"PUBLIC_URL answers {status} where it should tell how the try-ons are.",
            "See that it leads to this site, and that no password stands before tryon/.",
        )


def runner() -> Iterator[Finding]:
    """Look at the runner, and whether it can send."""
    try:
        module = import_module(conf.RUNNER)
        if not callable(getattr(module, "wake", None)):
            raise ImportError("it has no wake(at).")
    except Exception as error:
        says = str(error) if isinstance(error, ImportError) else type(error).__name__
        do = "See TRYON['RUNNER'], such as django_tryon.runners.embedded or …runners.celery."
        yield bad("runner", f"{conf.RUNNER} cannot be used: {says}", do)
        return
    trouble: Callable[[], str] = getattr(module, "trouble", str)
    if why := trouble():
        yield bad(
            "runner",
            f"{conf.RUNNER}: {why}.",
            "Start the broker, or mend its address. Launches are safe: they wait in the database.",
        )
    else:
        yield good("runner", f"{conf.RUNNER} is there.")


def extras() -> Iterator[Finding]:
    """Say what is installed besides."""
    there = [name for name, module in EXTRAS.items() if find_spec(module)]
    missing = [name for name in EXTRAS if name not in there]
    says = f"Installed: {', '.join(there) or 'none'}."
    yield good("extras", says + (f" Not: {', '.join(missing)}." if missing else ""))
