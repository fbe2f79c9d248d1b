"""Asking for a try-on: the whole way, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import Garment, Tally, TryOnJob
from tests.rest.conftest import code, hide, read
from tests.shop.models import Product


@pytest.mark.django_db(transaction=True)
def test_the_whole_way(nobody: Any, wish: Any, product: Product, sandbox: Any) -> None:
    token = nobody.post("shoppers/", {}).json()["token"]
    nobody.credentials(HTTP_AUTHORIZATION=f"Shopper {token}")
    asked = nobody.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="first")
    job = asked.json()
    assert asked.status_code == 202
    assert asked.headers["Location"] == f"http://testserver/tryon/api/jobs/{job['id']}/"
    assert int(asked.headers["Retry-After"]) >= 1
    assert (job["status"], job["engine"], job["error"]) == ("queued", "try-on-diffusion", None)
    assert (job["garments"], job["person"]) == (wish["garments"], wish["person"])
    assert job["product"] == f"shop.product:{product.pk}"
    assert job["eta_at"] > job["created_at"]
    assert job["eta_at"].endswith("Z")
    assert 0 <= job["progress"] < 1

    services.drive_until_idle()

    seen = nobody.get(asked.headers["Location"])
    job = seen.json()
    assert "Retry-After" not in seen.headers
    assert (job["status"], job["progress"], job["eta_at"]) == ("succeeded", 1.0, None)
    assert job["finished_at"]
    (result,) = job["results"]
    assert result["ai_generated"] is True
    assert result["job"] == job["id"]
    assert result["delete_at"]
    for link in (result["url"], result["poster"], result["before"]):
        assert read(nobody.get(link)).startswith(b"\xff\xd8")
    file = nobody.get(f"results/{result['id']}/file/")
    assert file.status_code == 302
    assert read(nobody.get(file.headers["Location"])) == read(nobody.get(result["url"]))


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"garments": []}, ("min_length", "garments")),
        ({"garments": [4711]}, ("not_found", "garments")),
        ({"garments": ["1"]}, ("invalid", "garments.0")),
        ({"garments": [2**70]}, ("max_value", "garments.0")),
        ({"garments": "1"}, ("not_a_list", "garments")),
        ({"person": 4711}, ("not_found", "person")),
        ({"person": None}, ("null", "person")),
        ({"engine": "dall-e"}, ("unknown_engine", "engine")),
        ({"engine": "fashion-ai"}, ("unknown_engine", "engine")),
        ({"engine": 7}, ("invalid", "engine")),
        ({"params": {"sead": 1}}, ("unknown_parameter", "params.sead")),
        ({"params": {"seed": "1"}}, ("invalid_parameter", "params.seed")),
        ({"params": [1]}, ("not_a_dict", "params")),
        ({"notify": "nobody"}, ("invalid", "notify")),
        ({"stepz": 1}, ("unknown_key", "stepz")),
    ],
)
def test_what_cannot_be_done_is_said(ada: Any, wish: Any, change: Any, refused: Any) -> None:
    assert code(ada.post("jobs/", wish | change)) == (422, *refused)
    assert not TryOnJob.objects.exists()
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/", "file:///etc/passwd", "ftp://x/y"]
)
@pytest.mark.parametrize(
    ("engine", "name"),
    [("idm-vton", "mask_img"), ("p-image-try-on", "reference_pose")],
)
def test_no_address_leads_inside(ada: Any, wish: Any, url: str, engine: str, name: str) -> None:
    response = ada.post("jobs/", wish | {"engine": engine, "params": {name: url}})
    assert code(response) == (422, "invalid_parameter", f"params.{name}")
    assert not TryOnJob.objects.exists()


def test_anothers_photo_is_an_unknown_one(bob: Any, garment: Garment, photo: Any) -> None:
    theirs = bob.post("jobs/", {"garments": [garment.pk], "person": photo.pk})
    unknown = bob.post("jobs/", {"garments": [garment.pk], "person": 4711})
    assert code(theirs) == (422, "not_found", "person")
    assert theirs.content == unknown.content


def test_a_hidden_products_garment_is_refused(ada: Any, wish: Any, settings: Any) -> None:
    hide(settings)
    assert code(ada.post("jobs/", wish)) == (422, "not_found", "garments")


def test_a_used_up_quota_says_when_to_come_back(ada: Any, wish: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 1}
    assert ada.post("jobs/", wish).status_code == 202
    response = ada.post("jobs/", wish | {"params": {"seed": 9}})
    assert code(response) == (429, "quota_used", None)
    assert 0 < int(response.headers["Retry-After"]) <= 25 * 3600
    assert TryOnJob.objects.count() == 1


def test_the_address_has_a_quota_too(ada: Any, bob: Any, wish: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"ADDRESS_DAILY": 1}
    assert ada.post("jobs/", wish).status_code == 202
    assert code(bob.post("jobs/", wish)) == (429, "quota_used", None)
    assert bob.post("jobs/", wish, REMOTE_ADDR="203.0.113.7").status_code == 202


def test_a_spent_budget_closes_the_door(ada: Any, wish: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": Decimal("0.01")}
    assert code(ada.post("jobs/", wish)) == (429, "budget_spent", None)
    assert not TryOnJob.objects.exists()


def test_a_shop_that_is_not_set_up_tells_shoppers_no_details(
    ada: Any, wish: Any, settings: Any, caplog: Any
) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    response = ada.post("jobs/", wish)
    assert code(response) == (503, "unavailable", None)
    assert "TRYON" not in response.content.decode()
    assert "SEGMIND_API_KEY" in caplog.text


def test_a_photo_without_a_consent_is_not_sent(ada: Any, garment: Any, photo: Any) -> None:
    assert photo.consent is not None
    photo.consent.delete()
    refused = ada.post("jobs/", {"garments": [garment.pk], "person": photo.pk})
    assert code(refused) == (422, "consent_missing", "consent")
    assert not TryOnJob.objects.exists()


def test_nobody_can_tell_what_is_hidden_from_what_there_is_not(
    ada: Any, wish: Any, settings: Any
) -> None:
    unknown = ada.post("jobs/", wish | {"garments": [4711]})
    hide(settings)
    hidden = ada.post("jobs/", wish)
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.json() == unknown.json()
