"""A small shop to test with, and the provider's stand-in."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from django_tryon import readiness
from django_tryon.models import Garment, Person
from tests.shop.models import Product


@functools.cache
def picture(size: tuple[int, int] = (384, 512), colour: str = "teal") -> bytes:
    """Return a JPEG with one shape in the middle of a white ground."""
    image = Image.new("RGB", size, "white")
    width, height = size
    box = (width * 0.25, height * 0.1, width * 0.75, height * 0.95)
    ImageDraw.Draw(image).rounded_rectangle(box, 20, fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Any, settings: Any) -> None:
    """Give each test folders of its own."""
    settings.BASE_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _no_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each test begin with what is true then, and what a process remembers: no endpoint."""
    monkeypatch.setattr("django_tryon.services.announcing.webhooks._known", (math.inf, ()))


@pytest.fixture(autouse=True)
def _no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each test begin with what is true then, and what a process remembers: no order."""
    for kind in ("launches.launches", "retries.retries"):
        monkeypatch.setattr(f"django_tryon.services.orders.{kind}.known", (math.inf, None))


@functools.cache
def _judged(mode: str, size: tuple[int, int], pixels: bytes) -> list[readiness.Finding]:
    return _judge(Image.frombytes(mode, size, pixels))


_judge = readiness.judge


@pytest.fixture(autouse=True)
def _judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge the same few pictures once for all tests: each garment that is saved has one."""
    monkeypatch.setattr(
        "django_tryon.readiness.judge",
        lambda image: list(_judged(image.mode, image.size, image.tobytes())),
    )


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    """Forget how often others asked."""
    cache.clear()


@pytest.fixture
def product(db: None) -> Product:
    """A product with a picture."""
    return Product.objects.create(
        name="Coral tee",
        description="plain coral T-shirt",
        image=ContentFile(picture(colour="coral"), name="tee.jpg"),
    )


@pytest.fixture
def garment(product: Product) -> Garment:
    """The product's garment."""
    return Garment.objects.create(
        product=product,
        image=ContentFile(picture(colour="coral"), name="tee.jpg"),
        category="upper",
        name="Coral tee",
        description="plain coral T-shirt",
    )


@pytest.fixture
def person(db: None) -> Person:
    """A house model."""
    return Person.objects.create(
        kind="photo",
        photo=ContentFile(picture(colour="peru"), name="ana.jpg"),
        is_house_model=True,
        name="Ana",
    )


@pytest.fixture
def staff(django_user_model: Any, db: None) -> Any:
    """A superuser."""
    return django_user_model.objects.create_superuser("staff", "staff@shop.example", "pw")


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """The sandbox behind TRYON["HTTP_TRANSPORT"], fresh."""
    from django_tryon.segmind.loop import network
    from django_tryon.testing import current_sandbox, reset_sandbox

    reset_sandbox()
    network.reset()
    yield current_sandbox()
    network.reset()
    reset_sandbox()
