"""What has a day to go is gone on that day, whenever the purge comes; what is published stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Person, TryOnJob, TryOnResult
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.shoppers.share import share
from tests.rest.conftest import finish

pytestmark = pytest.mark.django_db(transaction=True)


def let_go(model: Any, **which: Any) -> None:
    """Have the day of these rows have come."""
    gone = timezone.now() - timedelta(minutes=1)
    assert model.objects.filter(**which).update(delete_at=gone)


def test_a_published_result_outlives_its_shoppers_week(
    ada: Any, nobody: Any, garment: Any, person: Person, client: Any
) -> None:
    result = finish(ask(ada.shopper, garments=[garment], person=person, engine="idm-vton")[0])
    services.publish(result)
    let_go(TryOnResult)
    purge(now=timezone.now())
    result.refresh_from_db()
    product = f"shop.product:{garment.product_id}"
    (listed,) = nobody.get(f"results/?product={product}").json()["results"]
    assert (listed["id"], listed["delete_at"]) == (str(result.pk), None)
    assert nobody.get(f"results/{result.pk}/").status_code == 200
    assert [one["id"] for one in ada.get("results/").json()["results"]] == [str(result.pk)]
    assert client.get(share(result)[0]).status_code == 200
    services.unpublish(result)
    assert nobody.get(f"results/{result.pk}/").status_code == 404


def test_a_result_past_its_day_is_neither_shown_nor_given_again(
    ada: Any, job: TryOnJob, result: TryOnResult, garment: Any, photo: Person
) -> None:
    let_go(TryOnResult)
    assert ada.get(f"jobs/{job.pk}/").json()["results"] == []
    (listed,) = ada.get("jobs/").json()["results"]
    assert listed["results"] == []
    same = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    asked = ada.post("jobs/", same)
    assert asked.status_code == 202
    assert asked.json()["id"] != str(job.pk)


def test_a_photo_past_its_day_is_neither_shown_nor_sent(
    ada: Any, job: TryOnJob, result: TryOnResult, garment: Any, photo: Person
) -> None:
    assert ada.get("people/").json()["count"] == 1
    assert ada.get(f"results/{result.pk}/").json()["before"]
    let_go(Person, pk=photo.pk)
    assert ada.get("people/").json()["count"] == 0
    assert ada.get("shoppers/me/").json()["photos"] == 0
    assert ada.get(f"results/{result.pk}/").json()["before"] is None
    assert ada.get(f"jobs/{job.pk}/").json()["results"][0]["before"] is None
    other = {"garments": [garment.pk], "person": photo.pk, "params": {"seed": 4}}
    assert ada.post("jobs/", other).status_code == 422
    assert ada.delete(f"people/{photo.pk}/").status_code == 204  # sooner than the purge
