"""In a site with ``ATOMIC_REQUESTS``, and where the database fails: no file without its row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.db.models.sql.compiler import SQLInsertCompiler

from django_tryon.models import Garment, Person
from django_tryon.models.files import public_storage
from django_tryon.rest.views import people
from django_tryon.services.shoppers.uploads import take_photo
from tests.rest.conftest import upload
from tests.services.conftest import private_files as private_files
from tests.widget.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atomic(settings: Any) -> Iterator[None]:
    """Have each request be one transaction, as far as a view does not say otherwise."""
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    settings.TRYON = settings.TRYON | {"SHOPPER_UPLOADS_DAILY": 2}
    yield
    connection.settings_dict["ATOMIC_REQUESTS"] = False


def test_a_refused_photo_counts(ada: Any, atomic: None, private_files: Any) -> None:
    def send() -> int:
        body = {"photo": upload(content=b"no picture"), "consent": "1"}
        return int(ada.post("people/", body, format="multipart").status_code)

    assert [send() for _time in range(3)] == [422, 422, 429]
    assert private_files() == 0


def test_a_refused_photo_counts_on_the_pages(
    nobody: Any, product: Any, garment: Any, atomic: None
) -> None:
    browser = Browser()
    sent = [
        browser.choose(product, "photo", photo=upload(content=b"no picture"), consent="1")
        for _time in range(3)
    ]
    assert [answer.status_code for answer in sent] == [422, 422, 429]


def test_a_photo_whose_answer_breaks_is_kept_with_its_row(
    ada: Any, atomic: None, private_files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(people, "PersonOut", broken)
    ada.raise_request_exception = False
    body = {"photo": upload(), "consent": "1"}
    assert ada.post("people/", body, format="multipart").status_code == 500
    assert Person.objects.count() == private_files() == 1


def refuse_rows_of(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the database take no new row of this model."""
    original = SQLInsertCompiler.execute_sql

    def refusing(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.query.model is model:
            raise DatabaseError("the disk is full")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(SQLInsertCompiler, "execute_sql", refusing)


def test_a_photo_whose_row_is_refused_is_not_kept(
    ada: Any, private_files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_rows_of(Person, monkeypatch)
    with pytest.raises(DatabaseError, match="disk is full"):
        take_photo(ada.shopper, upload(), version="1")
    assert private_files() == 0


def test_nor_is_a_garments_picture(product: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_rows_of(Garment, monkeypatch)
    with pytest.raises(DatabaseError, match="disk is full"):
        Garment.objects.create(product=product, image=upload(), category="upper")
    assert not list(Path(public_storage().path("tryon/garments")).glob("*"))


def test_a_photo_whose_commit_fails_is_not_kept(
    ada: Any, private_files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any) -> None:
        self.rollback()
        raise DatabaseError("the disk is full")

    original = Person.save

    def saved(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        monkeypatch.setattr(type(connections["default"]), "commit", full)

    monkeypatch.setattr(Person, "save", saved)
    with pytest.raises(DatabaseError, match="disk is full"):
        take_photo(ada.shopper, upload(), version="1")
    monkeypatch.undo()
    assert private_files() == 0
    assert not Person.objects.exists()
