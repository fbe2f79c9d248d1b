"""A result is stored whole or not at all, named by its job, and left behind by nobody."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob, TryOnResult, putting
from django_tryon.models.files import RESULTS, private_storage, result_name
from django_tryon.models.putting import put_all
from django_tryon.services.driving.patience import since
from django_tryon.services.shoppers import orphans
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.steps import fetch, store
from django_tryon.services.steps.keep import Errand, keep
from tests.conftest import picture
from tests.lifecycle.conftest import drive, job, provider
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["drive", "job", "provider"]
Drive = Callable[..., TryOnJob]


class Full(OSError):
    """What a disk says that has no room left."""

    def __init__(self) -> None:
        super().__init__(28, "No space left on device")


class Quota(FileSystemStorage):
    """A disk of so many bytes: the file that does not fit is left in half, as on a real one."""

    left = 0

    def _save(self, name: str, content: Any) -> str:
        room = type(self).left
        type(self).left -= content.size
        if content.size <= room:
            return super()._save(name, content)
        super()._save(name, ContentFile(content.read(max(room, 0))))
        raise Full


class Upload(InMemoryStorage):
    """A storage that is no folder, of which an upload may fail."""

    left = 99

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        return f"{file_root}-again{file_ext}"

    def _save(self, name: str, content: Any) -> str:
        type(self).left -= 1
        if type(self).left < 0:
            raise ConnectionError("the bucket is away: https://key:secret@s3.example")
        return super()._save(name, content)


@pytest.fixture
def stored_by(settings: Any, tmp_path: Path) -> Callable[[type], Any]:
    """Have results stored by this class."""

    def use(kind: type) -> Any:
        options = {"location": str(tmp_path / "disk")} if kind is Quota else {}
        backend = {"BACKEND": f"{__name__}.{kind.__name__}", "OPTIONS": options}
        settings.STORAGES = settings.STORAGES | {"tried": backend}
        settings.TRYON = settings.TRYON | {"PRIVATE_STORAGE": "tried"}
        return private_storage()

    return use


def files(storage: Any | None = None) -> list[str]:
    storage = storage or private_storage()
    try:
        return sorted(f"{RESULTS}/{name}" for name in storage.listdir(RESULTS)[1])
    except FileNotFoundError:
        return []


def two_outputs(provider: Provider) -> None:
    links = [f"http://127.0.0.1:9/files/{number}.jpg" for number in range(2)]
    provider.answers(result=json(200, {"status": "COMPLETED", "output": links, "metrics": {}}))


# --- a storage that fails


@pytest.mark.parametrize("room", [0, 1000, len(picture()) + 2000])
def test_a_full_disk_leaves_a_job_that_tries_again_and_no_file(
    room: int, provider: Provider, drive: Drive, stored_by: Any, caplog: Any, monkeypatch: Any
) -> None:
    two_outputs(provider)
    monkeypatch.setattr(Quota, "left", 10**9)
    stored_by(Quota)
    services.drive_until_idle(rounds=0)
    monkeypatch.setattr(Quota, "left", room)
    job = drive(rounds=2)
    assert (job.status, job.error_code) == (Status.FETCHING, "not_stored")
    assert job.next_step_at
    assert files() == []
    assert not TryOnResult.objects.exists()
    asked = dict(provider.asked)
    assert asked["submit"] == asked["status"] == asked["result"] == 1
    monkeypatch.setattr(Quota, "left", 10**9)
    job = drive()
    assert (job.status, job.error_code) == (Status.SUCCEEDED, "")
    assert len(files()) == 2
    assert provider.asked["submit"] == provider.asked["result"] == 1  # only the files again
    assert provider.asked["file"] > asked["file"]


def test_a_bucket_that_is_away(
    provider: Provider, drive: Drive, stored_by: Any, monkeypatch: Any
) -> None:
    two_outputs(provider)
    storage = stored_by(Upload)
    monkeypatch.setattr(Upload, "left", 1)
    job = drive(rounds=2)
    assert (job.status, job.error_code) == (Status.FETCHING, "not_stored")
    assert "s3.example" not in job.error_message
    assert len(files(storage)) == 1  # under the name that the repetition gives it
    monkeypatch.setattr(Upload, "left", 99)
    assert drive().status == Status.SUCCEEDED
    named = {result.file.name for result in TryOnResult.objects.all()}
    assert len(named) == 2


def test_a_storage_that_is_away_for_days_ends_no_job(
    provider: Provider, drive: Drive, job: TryOnJob, stored_by: Any, monkeypatch: Any
) -> None:
    stored_by(Upload)
    monkeypatch.setattr(Upload, "left", 0)
    drive(rounds=40)
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FETCHING, "not_stored")
    TryOnJob.objects.update(submitted_at=since(job) - fetch.LONGEST_WITHOUT_STORAGE, attempts=99)
    drive(rounds=3)
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "not_stored")
    monkeypatch.setattr(Upload, "left", 99)
    services.retry(job)  # the link was kept
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 1


def test_uploads_under_other_names_than_wanted_go_with_a_failure(monkeypatch: Any) -> None:
    storage = Upload()
    storage.save("a", ContentFile(b"another's"))
    monkeypatch.setattr(Upload, "left", 1)
    with pytest.raises(ConnectionError):
        put_all(storage, {"a": b"x", "b": b"y"})
    assert storage.listdir("")[1] == ["a"]


def test_a_clip_is_read_from_its_file(tmp_path: Path) -> None:
    source = tmp_path / "clip"
    source.write_bytes(b"a clip")
    storage = FileSystemStorage(tmp_path / "x")
    assert put_all(storage, {"a.mp4": source}) == {"a.mp4": "a.mp4"}
    with storage.open("a.mp4") as stored:
        assert stored.read() == b"a clip"


def test_what_cannot_even_be_deleted_is_left_to_the_purge(monkeypatch: Any, tmp_path: Path) -> None:
    def fails(*args: Any) -> None:
        raise PermissionError("no")

    storage = FileSystemStorage(tmp_path / "x")
    monkeypatch.setattr(putting, "_flush", fails)
    monkeypatch.setattr(FileSystemStorage, "delete", fails)
    with pytest.raises(PermissionError):
        put_all(storage, {"a": b"x"})
    [left] = storage.listdir("")[1]
    assert left.endswith(".part")


# --- a worker that dies, between any two lines that write


class Killed(BaseException):
    """The process is gone: nothing behind it runs, no clean-up either."""


PLACES: dict[str, tuple[Any, str]] = {
    "writing": (putting, "_save"),
    "flushing": (putting, "_flush"),
    "moving into place": (os, "replace"),
    "ending the job": (store, "move"),
    "naming the file": (TryOnResult.objects, "bulk_create"),
    "telling": (fetch, "announce"),
}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_dies_anywhere_leaves_nothing_that_is_not_mended(
    place: str,
    moment: str,
    provider: Provider,
    drive: Drive,
    fetching: TryOnJob,
    monkeypatch: Any,
    tmp_path: Path,
) -> None:
    owner, name = PLACES[place]
    real = getattr(owner, name)

    def dies(*args: Any, **options: Any) -> None:
        if moment == "after":
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(putting, "remove", lambda *args: None)  # the dead do not tidy up
        patch.setattr(owner, name, dies)
        with pytest.raises(Killed):
            fetch.record(fetching, fetch.Fetched(results=kept(fetching, tmp_path)))
    job = drive()
    assert job.status == Status.SUCCEEDED
    [named] = [result.file.name for result in TryOnResult.objects.all()]
    left = set(files()) - {named}
    assert named in files()
    assert all(name.endswith(".part") for name in left)
    assert len(left) == (place in {"writing", "flushing", "moving into place"}) - (
        (place, moment) in {("writing", "before"), ("moving into place", "after")}
    )
    cache.clear()
    assert purge(now=timezone.now() + timedelta(days=2)).orphans == len(left)
    assert files() == [named]


# --- whose it is


def kept(job: TryOnJob, tmp_path: Path) -> list[TryOnResult]:
    source = tmp_path / "download"
    source.write_bytes(picture())
    return keep(Errand(job.pk, job.token, is_clip=False), [str(source)])


@pytest.fixture
def fetching(job: TryOnJob) -> TryOnJob:
    TryOnJob.objects.filter(pk=job.pk).update(
        status=Status.FETCHING, outputs=["http://127.0.0.1:9/files/a.jpg"]
    )
    return TryOnJob.objects.select_related("person").get(pk=job.pk)


def test_storing_costs_two_queries(fetching: TryOnJob, tmp_path: Path) -> None:
    results = kept(fetching, tmp_path)
    with CaptureQueriesContext(connection) as queries:
        assert store.store(fetching, results) == results
    asked = [q["sql"].split()[0] for q in queries.captured_queries]
    assert [word for word in asked if word not in {"BEGIN", "COMMIT"}] == ["UPDATE", "INSERT"]


def test_two_workers_that_store_the_same_job_leave_the_winners_file(
    fetching: TryOnJob, tmp_path: Path
) -> None:
    twin = TryOnJob.objects.get(pk=fetching.pk)
    mine, others = kept(fetching, tmp_path), kept(twin, tmp_path)
    assert mine[0].file.name == others[0].file.name
    assert store.store(fetching, mine)
    assert store.store(twin, others) == []
    assert files() == [TryOnResult.objects.get().file.name]


def test_a_photo_that_went_meanwhile_leaves_its_shopper_the_result(
    fetching: TryOnJob, tmp_path: Path
) -> None:
    from django_tryon.models import Shopper

    shopper = Shopper.objects.create()
    results = kept(fetching, tmp_path)
    TryOnJob.objects.filter(pk=fetching.pk).update(person=None, shopper=shopper)
    assert store.store(fetching, results)
    assert fetching.status == Status.SUCCEEDED
    assert TryOnResult.objects.get().delete_at


def test_nobody_is_left_to_want_it(fetching: TryOnJob, tmp_path: Path) -> None:
    results = kept(fetching, tmp_path)
    TryOnJob.objects.filter(pk=fetching.pk).update(person=None)
    assert store.store(fetching, results, outputs=["https://images.segmind.com/face"]) == []
    fetching.refresh_from_db()
    assert (fetching.status, fetching.error_code) == (Status.CANCELLED, "erased")
    assert fetching.outputs == []
    assert files() == []


def test_names_cannot_be_guessed_and_are_always_the_same() -> None:
    name = result_name("token", 0, ".jpg")
    assert name == result_name("token", 0, ".jpg")
    assert len({name, result_name("token", 1, ".jpg"), result_name("tokem", 0, ".jpg")}) == 3
    assert "token" not in name


# --- orphans


def test_the_purge_looks_once_a_day_and_at_old_files_only(
    fetching: TryOnJob, tmp_path: Path
) -> None:
    cache.clear()
    kept(fetching, tmp_path)
    [orphan] = files()
    assert purge(now=timezone.now()).orphans == 0
    os.utime(private_storage().path(orphan), (0, 0))
    said = StringIO()
    call_command("tryon_purge", dry_run=True, stdout=said)
    assert "And 1 file that nothing names." in said.getvalue()
    later = timezone.now() + timedelta(days=3)
    assert purge(now=later, dry_run=True).orphans == 1
    assert files() == [orphan]
    assert purge(now=later).orphans == 1
    assert files() == []
    kept(fetching, tmp_path)
    assert purge(now=later).orphans == 0  # looked today
    assert purge(now=later + timedelta(days=1)).orphans == 1


def test_without_a_folder_or_a_list_there_are_no_orphans(stored_by: Any, monkeypatch: Any) -> None:
    assert list(orphans.orphans(timezone.now())) == []
    storage = stored_by(Upload)

    def cannot(self: Upload, path: str) -> None:
        raise NotImplementedError

    monkeypatch.setattr(Upload, "listdir", cannot)
    assert storage.exists("x") is False
    assert list(orphans.orphans(timezone.now())) == []
