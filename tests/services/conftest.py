"""A shopper who gave a photo, and what is on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from django_tryon.models import Person, Shopper, TryOnJob
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.uploads import take_photo
from tests.conftest import picture

FILE_NAME = "Ada Lovelace in Rome.jpg"
"""What a shopper's file may be called; nobody is to see it again."""


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    """Return a photo as a browser sends it."""
    return SimpleUploadedFile(FILE_NAME, content or picture(colour="navy"), "image/jpeg")


@pytest.fixture
def ada(db: None) -> Shopper:
    """A visitor."""
    return Shopper.objects.create()


@pytest.fixture
def photo(ada: Shopper) -> Person:
    """Her photo."""
    return take_photo(ada, upload(), version="1", address="192.0.2.1")


@pytest.fixture
def wish(ada: Shopper, garment: Any, photo: Person) -> Callable[..., TryOnJob]:
    """Have her ask for a try-on."""

    def go(**fields: Any) -> TryOnJob:
        fields = {"person": photo, "garments": [garment], "engine": "idm-vton"} | fields
        return ask(ada, **fields)[0]

    return go


@pytest.fixture
def private_files(tmp_path: Path) -> Callable[[], int]:
    """Count the files in the private storage."""

    def count() -> int:
        return sum(path.is_file() for path in (tmp_path / "tryon_private").rglob("*"))

    return count
