"""Asking for a try-on, watching it, giving it up and doing it again."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Garment, Shopper, Status, Tally, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.forget import forget_photo
from tests.conftest import picture
from tests.rest.conftest import client_of, finish
from tests.shop.models import Product


def code(response: Any) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal."""
    error = response.json()["error"]
    assert error["message"]
    return response.status_code, error["code"], error["field"]


def read(response: Any) -> bytes:
    """Return the file that a link leads to."""
    assert response.status_code == 200
    return b"".join(response.streaming_content)


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


def test_the_same_key_gives_the_same_job(ada: Any, wish: Any) -> None:
    first = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k")
    again = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    other = ada.post("jobs/", wish | {"params": {"seed": 3}}, HTTP_IDEMPOTENCY_KEY="k")
    assert code(other) == (409, "idempotency_key_reused", "Idempotency-Key")
    assert TryOnJob.objects.count() == 1


def test_anothers_key_is_another_key(ada: Any, bob: Any, wish: Any) -> None:
    ids = {one.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"] for one in (ada, bob)}
    assert len(ids) == 2


def test_the_same_wish_is_paid_once(ada: Any, wish: Any) -> None:
    first, second = ada.post("jobs/", wish), ada.post("jobs/", wish)
    assert first.json()["id"] == second.json()["id"]
    job = TryOnJob.objects.get()
    finish(job)
    assert ada.post("jobs/", wish).json()["status"] == "succeeded"


def test_the_address_for_the_mail_may_come_later(ada: Any, wish: Any) -> None:
    ada.post("jobs/", wish)
    assert ada.post("jobs/", wish | {"notify": "ada@mail.example"}).status_code == 200
    assert TryOnJob.objects.get().notify == "ada@mail.example"
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_twice_in_the_same_moment_is_one_job(wish: Any) -> None:
    shopper, start, answers = Shopper.objects.create(), threading.Barrier(4), []

    def ask() -> None:
        client = client_of(shopper)
        start.wait()
        try:
            answers.append(client.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Tally.used_of(f"launch:{shopper.pk}:{timezone.localdate()}") == 1


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


def hide(settings: Any) -> None:
    """Have the shop show no product any more: the description, empty, says so."""
    Product.objects.update(description="")
    settings.TRYON = settings.TRYON | {
        "PRODUCTS": {"shop.Product": {"image": "image", "is_public": "description"}}
    }


@pytest.mark.parametrize("key", ["x" * 101, " ", "a\0b"])
def test_a_key_has_bounds(ada: Any, wish: Any, key: str) -> None:
    response = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY=key)
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "Idempotency-Key"


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


def test_asking_often_costs_a_304(ada: Any, job: TryOnJob, django_assert_num_queries: Any) -> None:
    first = ada.get(f"jobs/{job.pk}/")
    etag = first.headers["ETag"]
    with django_assert_num_queries(1):
        same = ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=f'"other", {etag}')
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == etag
    assert int(same.headers["Retry-After"]) >= 1
    finish(job)
    changed = ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=etag)
    assert changed.status_code == 200
    assert changed.json()["status"] == "succeeded"


def test_the_etag_changes_with_all_that_is_shown(
    ada: Any, job: TryOnJob, photo: Any, settings: Any
) -> None:
    result, etags = finish(job), []

    def look() -> None:
        etags.append(ada.get(f"jobs/{job.pk}/").headers["ETag"])

    look()
    ada.patch(f"results/{result.pk}/", {"liked": False})
    look()
    forget_photo(photo)
    look()
    photo.pk = None
    photo.is_house_model = True
    photo.save()
    TryOnJob.objects.filter(pk=job.pk).update(person=photo)
    look()
    services.publish(result)
    look()
    services.unpublish(result)
    look()
    ada.delete(f"results/{result.pk}/")
    look()
    assert len(set(etags)) == 7
    look()
    assert etags[-1] == etags[-2]


def test_an_etag_of_old_gets_a_whole_answer(ada: Any, job: TryOnJob) -> None:
    for known in ('"old"', "nonsense", f'"x", "{job.pk}"'):
        assert ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=known).status_code == 200
    assert ada.get(f"jobs/{ada.shopper.pk}/", HTTP_IF_NONE_MATCH='"x"').status_code == 404


def test_links_are_renewed_before_they_expire(
    ada: Any, result: Any, settings: Any, monkeypatch: Any
) -> None:
    etag = ada.get(f"jobs/{result.job_id}/").headers["ETag"]
    later = timezone.now() + timedelta(minutes=8)
    monkeypatch.setattr("django_tryon.rest.views.jobs.timezone.now", lambda: later)
    renewed = ada.get(f"jobs/{result.job_id}/", HTTP_IF_NONE_MATCH=etag)
    assert renewed.status_code == 200


def test_a_failure_is_told_in_plain_words(ada: Any, job: TryOnJob) -> None:
    outcome.fail(job, "failed_at_provider", "CUDA out of memory at 0x7f")
    error = ada.get(f"jobs/{job.pk}/").json()["error"]
    assert error["code"] == "failed_at_provider"
    assert "CUDA" not in error["message"]
    assert "photo" in error["message"]


def test_a_job_whose_garment_is_gone(ada: Any, job: TryOnJob, garment: Garment) -> None:
    garment.delete()
    body = ada.get(f"jobs/{job.pk}/").json()
    assert (body["garments"], body["product"]) == ([], None)


def test_cancel_and_again(ada: Any, job: TryOnJob) -> None:
    used = f"launch:{ada.shopper.pk}:{timezone.localdate()}"
    assert Tally.used_of(used) == 1
    assert ada.post(f"jobs/{job.pk}/cancel/").json()["status"] == "cancelled"
    assert Tally.used_of(used) == 0
    assert code(ada.post(f"jobs/{job.pk}/cancel/")) == (409, "wrong_state", None)
    assert ada.post(f"jobs/{job.pk}/retry/").json()["status"] == "queued"
    assert Tally.used_of(used) == 1
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (409, "wrong_state", None)
    assert Tally.used_of(used) == 1


def test_again_counts_again(ada: Any, job: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 1}
    TryOnJob.objects.filter(pk=job.pk).update(submitted_at=timezone.now(), provider_request_id="r")
    move(job, Status.SUBMITTING)
    move(job, Status.RUNNING)
    assert ada.post(f"jobs/{job.pk}/cancel/").status_code == 200
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (429, "quota_used", None)
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_what_was_paid_is_fetched_again_for_nothing(ada: Any, job: TryOnJob) -> None:
    outcome.fail(job, "download_failed", "", outputs=["http://127.0.0.1/x.png"])
    Tally.objects.all().delete()
    assert ada.post(f"jobs/{job.pk}/retry/").json()["status"] == "fetching"
    assert not Tally.objects.exists()


def test_again_joins_nothing(ada: Any, job: TryOnJob, garment: Any, photo: Any) -> None:
    services.cancel(job)
    same = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    assert ada.post("jobs/", same).status_code == 202
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (409, "on_its_way", None)


def test_again_needs_the_photo(ada: Any, job: TryOnJob, photo: Any) -> None:
    services.cancel(job)
    assert ada.delete(f"people/{photo.pk}/").status_code == 204
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (422, "person_gone", "person")


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
