"""One's own try-ons: narrowed, and in pages."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, TryOnJob
from tests.conftest import picture
from tests.rest.conftest import code
from tests.shop.models import Product


def test_a_list_can_be_narrowed(ada: Any, job: TryOnJob, garment: Any, photo: Any) -> None:
    other = Product.objects.create(name="Hat")
    hat = Garment.objects.create(
        product=other, category="upper", image=ContentFile(picture(), name="h.jpg")
    )
    second = ada.post("jobs/", {"garments": [hat.pk], "person": photo.pk}).json()["id"]
    services.cancel(TryOnJob.objects.get(pk=second))

    def ids(query: str) -> list[str]:
        return [row["id"] for row in ada.get(f"jobs/?{query}").json()["results"]]

    first, both = str(job.pk), f"shop.product:{garment.product_id},shop.product:{other.pk}"
    assert ids("") == ids(f"product={both}") == [second, first]
    assert ids("status=cancelled") == [second]
    assert ids(f"product=shop.product:{garment.product_id}") == [first]
    assert ids("product=shop.product:4711") == []
    for nonsense in ("shop.product", "auth.user:1", "x"):
        response = ada.get(f"jobs/?product={nonsense}")
        assert code(response) == (422, "unknown_product", "product")
    assert code(ada.get("jobs/?status=lost")) == (422, "invalid_choice", "status")


def test_a_list_comes_in_pages(ada: Any, job: TryOnJob, garment: Any, photo: Any) -> None:
    for seed in range(4):
        wish = {"garments": [garment.pk], "person": photo.pk, "params": {"seed": seed}}
        assert ada.post("jobs/", wish).status_code == 202
    page, seen = ada.get("jobs/?limit=2").json(), []
    assert (page["count"], page["previous"]) == (5, None)
    while True:
        seen += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        page = ada.get(page["next"]).json()
    assert len(seen) == len(set(seen)) == 5
    back = ada.get(page["previous"]).json()
    assert [row["id"] for row in back["results"]] == seen[2:4]
    first = ada.get(back["previous"])
    assert [row["id"] for row in first.json()["results"]] == seen[:2]
    assert ada.get("jobs/?offset=100").json()["results"] == []
    for bad in ("limit=0", "limit=201", "limit=x", "offset=-1", "offset=99999999999999999999"):
        assert ada.get(f"jobs/?{bad}").status_code == 422
