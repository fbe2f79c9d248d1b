"""Where files live, and the signed links that let somebody see them.

Private: people's photos and clips, first frames, results until (and also after) publication.
Public: garment pictures and the published copies of results.
"""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.signals import setting_changed
from django.db import models
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import LazyObject, empty

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused

Purpose = Literal["input", "view"]
"""``input``: for the provider. ``view``: for a person's browser."""


class LazyStorage(LazyObject):  # type: ignore[type-arg]
    """A storage that is looked up when it is used, so that a wrong alias is told by the checks."""

    # Fields ask for the class when models load.
    __class__ = property(lambda self: Storage)


class PrivateStorage(LazyStorage):
    """The storage that ``TRYON["PRIVATE_STORAGE"]`` names, or a folder beside the project."""

    def _setup(self) -> None:
        self._wrapped: Any = storages[conf.PRIVATE_STORAGE] if conf.PRIVATE_STORAGE else local()


class PublicStorage(LazyStorage):
    """The storage that ``TRYON["PUBLIC_STORAGE"]`` names."""

    def _setup(self) -> None:
        self._wrapped: Any = storages[conf.PUBLIC_STORAGE]


class PrivateFolder(FileSystemStorage):
    """A folder that no URL leads to, so that nothing in it can be linked to by mistake."""

    def url(self, name: str | None) -> str:
        """Raise ValueError: there is none."""
        raise ValueError("This file is private and has no URL of its own; use view_url().")


def local() -> Storage:
    """Return the private folder beside the project."""
    return PrivateFolder(location=Path(getattr(settings, "BASE_DIR", ".")) / "tryon_private")


_private, _public = PrivateStorage(), PublicStorage()


def private_storage() -> Storage:
    """Return the private storage (a callable, so that no migration records which one it is)."""
    return _private  # type: ignore[return-value]


def public_storage() -> Storage:
    """Return the public storage."""
    return _public  # type: ignore[return-value]


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting in {"TRYON", "STORAGES", "MEDIA_ROOT", "BASE_DIR"}:
        _private._wrapped = _public._wrapped = empty


setting_changed.connect(_forget)


RESULTS = "tryon/results"
PEOPLE = "tryon/people"
REFERENCES = "tryon/references"
UPLOADS = "tryon/uploads"


def _unguessable(folder: str, filename: str) -> str:
    return f"{folder}/{uuid.uuid4().hex}{PurePosixPath(filename).suffix.lower()}"


def person_path(instance: models.Model, filename: str) -> str:
    """Return where a person's photo or clip goes."""
    return _unguessable(PEOPLE, filename)


def upload_path(instance: models.Model, filename: str) -> str:
    """Return where a clip goes as it was sent, until it is prepared."""
    return _unguessable(UPLOADS, filename)


def reference_path(instance: models.Model, filename: str) -> str:
    """Return where a job's dressed first frame goes."""
    return _unguessable(REFERENCES, filename)


def garment_path(instance: models.Model, filename: str) -> str:
    """Return where a garment's picture goes."""
    return _unguessable("tryon/garments", filename)


def result_path(instance: models.Model, filename: str) -> str:
    """Return where a result goes that somebody else than a worker gives."""
    return _unguessable(RESULTS, filename)


def result_name(token: str, position: int, ending: str) -> str:
    """Return where a result of the job with this token goes: always there, and nobody can guess it.

    So whoever stores it again, after a crash, say, puts it into the place of what was left behind.
    """
    guess = salted_hmac("django_tryon.result", f"{token} {position}", algorithm="sha256")
    return f"{RESULTS}/{guess.hexdigest()[:32]}{ending}"


def published_path(instance: models.Model, filename: str) -> str:
    """Return where the public copy of a result goes."""
    return _unguessable("tryon/published", filename)


def lifetime(purpose: Purpose) -> timedelta:
    """Return how long a link for this purpose is valid."""
    return conf.INPUT_URL_LIFETIME if purpose == "input" else conf.FILE_URL_LIFETIME


SAVE = "save"
"""In the query of a signed link: the file is to be kept, under a name that says what it is."""


class Steady(signing.TimestampSigner):
    """Signs as of the beginning of the present half of a link's lifetime.

    So a picture keeps its link for that long, and the browser that has it need not fetch it anew.
    """

    def timestamp(self) -> str:
        """Return that moment, as Django writes it."""
        half = max(1, int(lifetime("view").total_seconds() / 2))
        return signing.b62_encode(int(time.time()) // half * half)


def signed_path(file: Any, *, purpose: Purpose, token: str = "") -> str:
    """Return the path of our own view that serves this file, signed: one of ours, or a product's.

    ``token`` makes links of different jobs differ, so that a request can be recognised by them.
    """
    signer = Steady if purpose == "view" else signing.TimestampSigner
    signed = signer(salt=f"django_tryon.{purpose}").sign_object([place_of(file), file.name, token])
    return reverse(
        "django_tryon:file", args=[purpose, signed, f"file{PurePosixPath(file.name).suffix}"]
    )


def open_signed(purpose: Purpose, signed: str) -> tuple[Storage, str]:
    """Return storage and name of the file that a signed link stands for.

    Raises django.core.signing.BadSignature, or its SignatureExpired.
    """
    place, name, _token = signing.loads(
        signed, salt=f"django_tryon.{purpose}", max_age=lifetime(purpose)
    )
    return storage_at(place), name


def token_in(signed: str) -> str:
    """Return the mark in a signed link to a picture, however old; empty for any other text."""
    try:
        _place, _name, token = signing.loads(signed, salt="django_tryon.input")
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(token)


def place_of(file: Any) -> str:
    """Name the storage of a file; a product's picture lies where the shop's own field says.

    Raises LaunchRefused for a file that no field knows: this site could not serve it.
    """
    if file.storage is _private:
        return "private"
    if file.storage is _public:
        return "public"
    field = getattr(file, "field", None)
    if field is None:
        raise LaunchRefused(
            "A product's picture must be the file of a model's field; your product adapter gave "
            f"a {type(file).__name__}.",
            code="unservable_picture",
            field="garments",
        )
    return f"{field.model._meta.label_lower}.{field.name}"


def storage_at(place: str) -> Storage:
    """Return the storage of this name. Raises BadSignature for one that is no more."""
    if place in {"private", "public"}:
        return private_storage() if place == "private" else public_storage()
    label, _dot, name = place.rpartition(".")
    try:
        storage: Storage = apps.get_model(label)._meta.get_field(name).storage
    except (LookupError, FieldDoesNotExist) as error:
        raise signing.BadSignature("The field of this file is no more.") from error
    return storage


def is_private(storage: Any) -> bool:
    """Tell which of our two storages this is."""
    return storage is _private


def view_url(file: Any) -> str:
    """Return a link that shows this file to a person: a private one only for a while."""
    return signed_path(file, purpose="view") if file.storage is _private else str(file.url)


def absolute(path: str) -> str:
    """Return the URL under which the provider finds this path or URL of ours."""
    return urljoin(conf.PUBLIC_URL.rstrip("/") + "/", path)
