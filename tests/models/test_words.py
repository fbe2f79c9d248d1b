"""How things are called."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon.models import Batch, Garment, TryOnJob, TryOnResult
from tests.shop.models import Product

pytestmark = pytest.mark.django_db


def test_a_garment(product: Product) -> None:
    bare = Garment.objects.create(product=product, category="dress")
    assert str(bare) == f"Dress {bare.pk}"
    assert bare.words == ""
    assert str(Garment(name="Tee", description="red tee")) == "Tee"
    assert Garment(name="Tee", description="red tee").words == "red tee"
    assert Garment(name="Tee").words == "Tee"


def test_a_batch() -> None:
    assert str(Batch(name="Spring")) == "Spring"
    batch = Batch.objects.create()
    assert str(batch) == str(batch.pk)
    assert batch.counts() == {}


def test_a_job_and_its_result() -> None:
    job = TryOnJob.objects.create(engine="idm-vton")
    assert str(job) == f"idm-vton {job.pk}"
    assert job.seconds is None
    result = TryOnResult(job=job, kind="video")
    assert str(result) == f"Clip: {job}"
    assert result.poster_url == ""


def test_garments_by_product(garment: Garment, product: Product, sandbox: Any) -> None:
    other = Product.objects.create(name="Other")
    theirs = Garment.objects.create(product=other, category="upper")
    assert list(Garment.objects.for_product(product)) == [garment]
    both = Garment.objects.for_products(Product, [product.pk, other.pk])
    assert list(both) == [garment, theirs]
