"""The sample shop, filled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from example_project.shop.loading import Loaded, load_shop


@pytest.fixture
def shop(db: None) -> Loaded:
    """The stock, loaded."""
    return load_shop()


@pytest.fixture(autouse=True)
def _own_files_and_quick_passwords(tmp_path: Path, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "private": settings.STORAGES["private"] | {"OPTIONS": {"location": tmp_path / "private"}}
    }


def picture(size: tuple[int, int] = (384, 512), colour: str = "teal", kind: str = "JPEG") -> bytes:
    """Return a picture with one shape in the middle."""
    mode = "RGBA" if kind == "PNG" else "RGB"
    image = Image.new(mode, size, (255, 255, 255, 0) if mode == "RGBA" else "white")
    box = (size[0] // 4, size[1] // 10, size[0] * 3 // 4, size[1] * 9 // 10)
    ImageDraw.Draw(image).rectangle(box, fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()
