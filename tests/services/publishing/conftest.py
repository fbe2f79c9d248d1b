"""A result to publish, adapters of a shop's own, and what is on its shelves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from django_tryon.products import ProductAdapter
from tests.conftest import picture
from tests.shop.models import Product, Shot


class OwnAdapter(ProductAdapter):
    """A shop that writes its rows itself."""

    def add_image(self, product: Any, file: Any, *, alt: str, position: int | None) -> str:
        shot = Shot.objects.create(product=product, image=file, alt=alt, position=position or 0)
        return f"shot {shot.pk}"

    def remove_image(self, product: Any, reference: str) -> None:
        Shot.objects.filter(pk=reference.removeprefix("shot ")).delete()


class Stubborn(OwnAdapter):
    """One that writes its row, and then raises."""

    def add_image(self, product: Any, file: Any, *, alt: str, position: int | None) -> str:
        super().add_image(product, file, alt=alt, position=position)
        raise RuntimeError(f"the search index is away: {product}")

    def remove_image(self, product: Any, reference: str) -> None:
        super().remove_image(product, reference)
        raise RuntimeError("the search index is away")


class Unready(OwnAdapter):
    """One whose storage is away."""

    def prepare_image(self, product: Any, file: Any) -> Any:
        raise OSError("no such bucket")


class Silent(OwnAdapter):
    """One that returns nothing."""

    def add_image(self, product: Any, file: Any, *, alt: str, position: int | None) -> str:
        super().add_image(product, file, alt=alt, position=position)
        return None  # type: ignore[return-value]


class OneWay(ProductAdapter):
    """One that cannot take back."""

    add_image = OwnAdapter.add_image


@pytest.fixture
def make_result(garment: Garment, person: Person) -> Callable[..., TryOnResult]:
    """Make a result of some garments."""

    def make(*garments: Garment, **fields: Any) -> TryOnResult:
        job = TryOnJob.objects.create(engine="idm-vton", person=person, status="succeeded")
        job.garments.set(garments or [garment])
        said = {"kind": "image", "file": ContentFile(picture(), name="r.jpg")} | fields
        return TryOnResult.objects.create(job=job, **said)

    return make


@pytest.fixture
def result(make_result: Callable[..., TryOnResult]) -> TryOnResult:
    """A result on one garment."""
    return make_result()


@pytest.fixture
def adapted(settings: Any) -> Callable[..., None]:
    """Give the shop another adapter for its products."""

    def use(how: Any) -> None:
        how = f"{__name__}.{how.__name__}" if isinstance(how, type) else how
        settings.TRYON = settings.TRYON | {
            "PRODUCTS": settings.TRYON["PRODUCTS"] | {"shop.Product": how}
        }

    return use


@pytest.fixture
def public(tmp_path: Path) -> Callable[[], set[str]]:
    """Return the public files but garments' and products', by their folders."""

    def files() -> set[str]:
        media = tmp_path / "media"
        there = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
        return {name for name in there if name.startswith(("shots", "tryon/published"))}

    return files


def shot(product: Product, position: int, alt: str = "") -> Shot:
    """Put one of the shop's own pictures on a product."""
    return Shot.objects.create(
        product=product,
        position=position,
        alt=alt,
        image=ContentFile(picture((60, 80)), name="own.jpg"),
    )
