"""Readiness is kept on the garment, and never in the way of saving it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import readiness
from django_tryon.models import Garment
from django_tryon.models import readiness as keeping
from django_tryon.models.readiness import assess
from tests.conftest import picture
from tests.shop.models import Design, Product


def stored(garment: Garment) -> Garment:
    """Return what the database has."""
    return Garment.objects.get(pk=garment.pk)


def test_a_new_picture_is_looked_at_when_it_is_saved(garment: Garment) -> None:
    kept = stored(garment)
    assert (kept.readiness, kept.findings) == (garment.readiness, garment.findings)
    assert kept.readiness == readiness.score_of(readiness.read(kept.findings)) < readiness.GOOD
    assert kept.is_assessed
    assert kept.advice[0].says.startswith("The picture is small (384 by 512 pixels)")
    assert all(finding.do for finding in kept.advice)


def test_a_save_without_a_new_picture_looks_at_nothing(
    garment: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "look_at", lambda file: pytest.fail("it was looked at"))
    garment.name = "Tee"
    garment.save()
    stored(garment).save(update_fields=["name"])


def test_another_picture_is_looked_at_anew(garment: Garment) -> None:
    before = stored(garment)
    garment.image = ContentFile(picture((900, 1200), colour="navy"), name="large.jpg")
    garment.save(update_fields=["image"])
    after = stored(garment)
    assert after.readiness > before.readiness
    assert after.readiness_of != before.readiness_of
    assert after.is_assessed


def test_a_copy_of_the_products_picture_is_looked_at(product: Product) -> None:
    garment = Garment.objects.create(product=product, category="upper", image=product.image)
    assert stored(garment).is_assessed


def test_a_picture_that_is_taken_away_leaves_the_products(garment: Garment) -> None:
    garment.image = ""
    garment.save()
    assert stored(garment).is_assessed
    garment.product.image = ""
    garment.product.save()
    assert not stored(garment).is_assessed


def test_a_borrowed_picture_is_looked_at_when_asked(product: Product) -> None:
    garment = Garment.objects.create(product=product, category="upper")
    assert (garment.readiness, garment.is_assessed, garment.advice) == (None, False, [])
    assess(garment)
    assert stored(garment).is_assessed
    product.image = ContentFile(picture((900, 1200)), name="new.jpg")
    product.save()
    assert not stored(garment).is_assessed


def worst(garment: Garment) -> tuple[int | None, str]:
    """Look, and return the score and the first sentence."""
    assess(garment)
    kept = stored(garment)
    return kept.readiness, kept.advice[0].says


def test_no_picture_and_none_that_can_be_read(garment: Garment, settings: Any) -> None:
    bare = Garment.objects.create(product=Design.objects.create(title="Lace"), category="upper")
    assert worst(bare) == (0, "There is no picture.")
    name = garment.image.name
    garment.image.storage.delete(name)
    assert worst(garment) == (0, "There is no picture.")
    garment.image.storage.save(name, ContentFile(b"no picture"))
    assert worst(garment) == (0, "The picture cannot be read.")
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert worst(bare) == (0, "There is no picture.")


def test_a_storage_that_is_away_blocks_no_saving(
    product: Product, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionError("bucket: shop-secret")

    monkeypatch.setattr(keeping, "look_at", away)
    garment = Garment.objects.create(
        product=product, category="upper", image=ContentFile(picture(), name="tee.jpg")
    )
    assert stored(garment).readiness is None
    [record] = caplog.records
    assert record.event == "garment.readiness"
    assert "secret" not in record.getMessage()


def test_other_checks_look_anew(garment: Garment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert garment.is_assessed
    monkeypatch.setattr(readiness, "VERSION", readiness.VERSION + 1)
    assert not garment.is_assessed
