"""Files whose storage fails when they are to go: they are tried again until they have gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from django_tryon import services
from django_tryon.models import DoomedFile, Garment, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.models.files import private_storage, public_storage
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.purge import purge
from tests.conftest import picture

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
Count = Callable[[], int]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have neither storage delete anything while this is entered."""

    def away(name: str) -> None:
        raise OSError(f"the storage is away: {name}")

    context = pytest.MonkeyPatch.context

    class Broken:
        def __enter__(self) -> None:
            self.patch = context()
            patch = self.patch.__enter__()
            for storage in (private_storage(), public_storage()):
                storage.exists("x")
                patch.setattr(storage._wrapped, "delete", away)  # type: ignore[attr-defined]

        def __exit__(self, *args: Any) -> None:
            self.patch.__exit__(None, None, None)

    return Broken()


def test_what_the_storage_would_not_delete_goes_with_the_next_purge(
    ada: Shopper,
    photo: Person,
    wish: Wish,
    sandbox: Any,
    private_files: Count,
    broken: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wish()
    services.drive_until_idle()
    with broken:
        erase(ada)
        purge(now=timezone.now() + timedelta(minutes=1))
    assert private_files() == 2
    assert "OSError" in caplog.text
    assert photo.photo.name not in caplog.text
    purge(now=timezone.now() + timedelta(minutes=1), dry_run=True)
    assert private_files() == 2
    purge(now=timezone.now() + timedelta(minutes=1))
    assert private_files() == 0
    assert not DoomedFile.objects.exists()


def test_nothing_is_left_of_what_went_at_once(photo: Person, private_files: Count) -> None:
    forget_photo(photo)
    assert private_files() == 0
    assert not DoomedFile.objects.exists()


def test_a_file_stays_with_a_row_that_stays(photo: Person, private_files: Count) -> None:
    with transaction.atomic():
        photo.delete()
        transaction.set_rollback(True)
    assert private_files() == 1
    assert not DoomedFile.objects.exists()


def test_a_picture_that_was_replaced(garment: Garment, broken: Any) -> None:
    old = garment.image.name
    garment.image = ContentFile(picture(), name="new.jpg")
    with broken:
        garment.save()
    assert str(DoomedFile.objects.get()) == f"public: {old}"
    purge(now=timezone.now() + timedelta(minutes=1))
    assert not public_storage().exists(old)


def test_what_was_taken_off_a_page(
    garment: Garment, person: Person, broken: Any, sandbox: Any
) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    result = services.publish(TryOnResult.objects.get())
    name = result.published_file.name
    with broken:
        services.unpublish(result)
    assert public_storage().exists(name)
    purge(now=timezone.now() + timedelta(minutes=1))
    assert not public_storage().exists(name)


def test_what_was_never_kept_is_kept_once_it_would_not_go(broken: Any) -> None:
    doomed = DoomedFile(place="private", name="tryon/results/x.jpg")
    with broken:
        doomed.bury()
    assert DoomedFile.objects.get() == doomed
    doomed.bury()
    assert not DoomedFile.objects.exists()
