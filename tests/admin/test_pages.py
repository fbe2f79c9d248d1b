"""Every page opens, for rows of every kind, and costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_tryon.models import Batch, Garment, Person, Status
from tests.admin.conftest import change
from tests.conftest import picture
from tests.shop.models import Design, Product

MODELS = ["garment", "person", "tryonjob", "tryonresult", "batch"]


@pytest.fixture
def fill(make_job: Any, make_result: Any) -> Callable[[int], None]:
    """Add rows of every kind."""

    def add(count: int) -> None:
        for number in range(count):
            product = Product.objects.create(name=f"Product {number}")
            design = Design.objects.create(title=f"Design {number}")
            own = Garment.objects.create(
                product=product,
                category="upper",
                image=ContentFile(picture((288, 384)), name="g.jpg"),
            )
            Garment.objects.create(product=design, category="dress")
            who = Person.objects.create(
                is_house_model=True, photo=ContentFile(picture((288, 384)), name="p.jpg")
            )
            batch = Batch.objects.create(name=f"Batch {number}")
            done = make_job(status="succeeded", garments=[own], person=who, batch=batch)
            make_result(done)
            make_job(status="failed", error_code="x", error_message="It failed.", batch=batch)

    return add


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_number_of_queries_for_any_number_of_rows(
    admin: Client, fill: Callable[[int], None], model: str
) -> None:
    url = reverse(f"admin:django_tryon_{model}_changelist")
    fill(2)
    admin.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert admin.get(url).status_code == 200
    fill(5)
    admin.get(url)  # which looks at new pictures of garments, once
    with CaptureQueriesContext(connection) as many:
        assert admin.get(url).status_code == 200
    assert len(many) == len(few), [query["sql"] for query in many]
    assert len(many) <= 12


@pytest.mark.parametrize("status", Status.values)
def test_the_page_of_a_job_opens_in_every_status(admin: Client, make_job: Any, status: str) -> None:
    job = make_job(status=status)
    response = admin.get(change(job))
    assert response.status_code == 200
    assert str(Status(status).label) in response.content.decode()
    assert admin.get(reverse("admin:django_tryon_tryonjob_changelist")).status_code == 200


def test_the_pages_of_the_others_open(
    admin: Client, garment: Garment, person: Person, make_result: Any, batch: Batch
) -> None:
    for item in (garment, person, make_result(), batch):
        assert admin.get(change(item)).status_code == 200
    for model in ("garment", "person"):
        assert admin.get(reverse(f"admin:django_tryon_{model}_add")).status_code == 200


def test_the_launch_page_opens(admin: Client, garment: Garment, person: Person) -> None:
    url = reverse("admin:django_tryon_tryonjob_launch")
    response = admin.get(f"{url}?garments={garment.pk}")
    assert response.status_code == 200
    assert "Coral tee" in response.content.decode()
    url = reverse("admin:shop_product_tryon_launch")
    assert admin.get(f"{url}?ids={garment.product.pk}").status_code == 200
    assert (
        admin.get(reverse("admin:shop_product_change", args=[garment.product.pk])).status_code
        == 200
    )
