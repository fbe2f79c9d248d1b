"""A whole outfit from the button: one wish, one progress and one result, with any engine."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
from tests.browser.shopping import READY, Window, wait_for_job
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def jacket(db: None) -> Product:
    """A third product, worn over the first."""
    product = Product.objects.create(
        name="Jacket", image=ContentFile(picture(colour="olive"), name="jacket.jpg")
    )
    Garment.objects.create(
        product=product, category="outer", name="Jacket", description="an olive jacket"
    )
    return product


@pytest.mark.parametrize(
    ("engine", "steps"),
    [("idm-vton", 3), ("try-on-diffusion", 3), ("p-image-try-on", 1), ("fashion-ai", 3)],
)
def test_three_products_by_each_engine_are_one_try_on(
    engine: str,
    steps: int,
    window: Window,
    garment: Garment,
    jeans: Product,
    jacket: Product,
    person: Person,
    settings: Any,
    sandbox: Any,
) -> None:
    settings.TRYON = settings.TRYON | {
        "STOREFRONT_ENGINE": engine,
        "STOREFRONT_ENGINES": (engine,),
    }
    window.show([garment.product, jeans, jacket]).click()
    window.press("Ana")
    job = wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    job.refresh_from_db()
    assert (job.engine, job.status, job.garments.count()) == (engine, Status.SUCCEEDED, 3)
    assert TryOnJob.objects.count() == steps
    # What the shopper sees is the last picture, and no other is theirs.
    shown = window.detail("ready")
    assert shown["result"] == str(job.results.get().pk)
    assert TryOnResult.objects.filter(job__shopper=job.shopper, job__outfit=None).count() == 1
    worn = window.dialog.locator(".look img").first.get_attribute("alt")
    assert worn
    assert all(name in worn for name in ("Coral tee", "Jeans", "Jacket"))
