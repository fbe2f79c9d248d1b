"""What lies in the oscar shop: a shirt, and a coat in two colours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from oscar.core.loading import get_model
from oscar.test.factories import create_product, create_product_image
from PIL import Image, ImageDraw

from django_tryon.models import Garment, Person

Product = get_model("catalogue", "Product")
Category = get_model("catalogue", "Category")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bear what oscar and its parts say of one another; what is said of us is an error."""
    theirs = pytest.mark.filterwarnings(
        r"ignore::DeprecationWarning:(oscar|treebeard|haystack|django_tables2)\b",
        r"ignore:Using \w+\.\w+\(\) is deprecated:DeprecationWarning",
    )
    for item in items:
        item.add_marker(theirs)


def picture(colour: str = "teal", size: tuple[int, int] = (384, 512)) -> ContentFile[bytes]:
    """Return a JPEG with one shape in the middle of a white ground."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((size[0] // 4, 40, size[0] * 3 // 4, size[1] - 40), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), name=f"{colour}.jpg")


def stock(title: str, colour: str = "", **fields: Any) -> Any:
    """Put a product into the shop, with a picture if it has a colour."""
    usual = {"product_class": "Clothes", "price": Decimal(40), "num_in_stock": 9}
    product = create_product(title=title, **usual | fields)
    if colour:
        create_product_image(product, picture(colour))
    return product


def variant(parent: Any, title: str, colour: str = "", **fields: Any) -> Any:
    """Put a variant into the shop."""
    child = stock(title, colour, parent=parent, structure="child", **fields)
    Product.objects.filter(pk=child.pk).update(product_class=None)
    return Product.objects.get(pk=child.pk)


def dress(product: Any, category: str = "upper", name: str = "") -> Garment:
    """Give a product a garment, which takes the product's picture."""
    return Garment.objects.create(product=product, category=category, name=name or str(product))


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Any, settings: Any) -> None:
    """Give each test folders of its own, and let it forget how often others asked."""
    settings.BASE_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def shirt(db: None) -> Any:
    """A product that stands alone, with its garment."""
    product = stock("Linen shirt", "coral", description="<p>plain coral&nbsp;<b>shirt</b></p>")
    dress(product, name="Linen shirt")
    return product


@pytest.fixture
def coat(db: None) -> SimpleNamespace:
    """A parent with two variants and no garment at all."""
    parent = stock("Wool coat", "black", structure="parent", price=None, num_in_stock=None)
    blue = variant(parent, "Wool coat, blue", "navy")
    grey = variant(parent, "")
    return SimpleNamespace(parent=parent, blue=blue, grey=grey)


@pytest.fixture
def person(db: None) -> Person:
    """A house model."""
    return Person.objects.create(
        kind="photo", photo=picture("peru"), is_house_model=True, name="Ana"
    )


@pytest.fixture
def staff(django_user_model: Any, db: None) -> Any:
    """A superuser."""
    return django_user_model.objects.create_superuser("staff", "staff@shop.example", "pw")


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """The stand-in for the provider, fresh."""
    from django_tryon.segmind.loop import network
    from django_tryon.testing import current_sandbox, reset_sandbox

    reset_sandbox()
    network.reset()
    yield current_sandbox()
    network.reset()
    reset_sandbox()
