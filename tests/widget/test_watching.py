"""Watching a job: the wait, the result, the failure, and what can be done on each page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.shoppers import ask_again as asking_again
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo, forget_result
from django_tryon.services.steps import submit
from tests.shop.models import Product
from tests.widget.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
TryOn = Callable[..., TryOnJob]


@pytest.fixture
def job(try_on: TryOn) -> TryOnJob:
    return try_on()


def path(job: TryOnJob, *more: str) -> str:
    return "/".join(["/tryon/try/job", str(job.pk), *more, ""])


def test_the_wait_refreshes_itself_and_tells_how_long(ada: Browser, job: TryOnJob) -> None:
    response = ada.get(path(job))
    page = response.content.decode()
    assert re.search(r"About \d+ seconds left", page)
    wait = response["Retry-After"]
    assert 1 <= int(wait) <= 15
    assert f'<meta http-equiv="refresh" content="{wait}">' in page
    assert re.search(r'<progress[^>]* value="\d+"', page)
    assert page.count("<img") == 2  # the photo and the garment
    assert "We will write to you" not in page


def test_the_wait_admits_to_be_late(ada: Browser, job: TryOnJob) -> None:
    move(job, Status.SUBMITTING)
    long_ago = timezone.now() - timedelta(minutes=2)
    move(job, Status.RUNNING, provider_request_id="r", submitted_at=long_ago)
    page = ada.read(path(job))
    assert "a little longer than usual" in page
    assert "seconds left" not in page


def test_the_wait_says_that_a_mail_will_come(ada: Browser, try_on: TryOn) -> None:
    page = ada.read(path(try_on(notify="ada@shop.example")))
    assert "We will write to you" in page
    assert "ada@shop.example" not in page


def test_cancel(ada: Browser, job: TryOnJob, sandbox: Any) -> None:
    response = ada.send(path(job, "cancel"), ada.read(path(job)))
    assert response["Location"] == path(job)
    page = ada.read(path(job))
    assert "You cancelled this try-on." in page
    assert "does not count for today" in page
    services.drive_until_idle()
    assert not sandbox.ledger


def test_cancel_while_it_is_being_sent(ada: Browser, job: TryOnJob) -> None:
    page = ada.read(path(job))
    move(job, Status.SUBMITTING)
    response = ada.send(path(job, "cancel"), page)
    assert response.status_code == 409
    assert "being sent right now" in response.content.decode()


def test_cancel_when_it_is_done(ada: Browser, job: TryOnJob, sandbox: Any) -> None:
    page = ada.read(path(job))
    services.drive_until_idle()
    assert ada.send(path(job, "cancel"), page)["Location"] == path(job)
    assert "AI picture" in ada.read(path(job))


def test_the_result_stands_beside_the_photo(ada: Browser, result: TryOnResult) -> None:
    page = ada.read(path(result.job))
    assert "<tryon-compare" in page
    assert "AI-generated" in page
    assert "shows the style, not the fit" in page
    pictures = re.findall(r'<img src="(/tryon/files/view/[^"]+)"', page)
    assert len(pictures) == 2
    for link in pictures:
        response = ada.get(link)
        assert response.status_code == 200
        response.close()
    (save,) = re.findall(r'href="(/tryon/files/view/[^"]+\?save)"', page)
    saved = ada.get(save)
    saved.close()
    assert saved["Content-Disposition"] == 'attachment; filename="try-on.jpg"'
    assert "Kept for you until" in page
    assert f"/tryon/try/shop.product:{Product.objects.get().pk}/" in page


def test_the_result_stands_alone_when_the_photo_is_gone(
    ada: Browser, result: TryOnResult, photo: Person
) -> None:
    forget_photo(photo)
    page = ada.read(path(result.job))
    assert "<tryon-compare" not in page
    assert page.count('src="/tryon/files/view/') == 1


def test_a_clip_is_shown_as_one(ada: Browser, result: TryOnResult) -> None:
    TryOnResult.objects.update(kind="video")
    assert "<video" in ada.read(path(result.job))


def test_a_result_that_was_deleted(ada: Browser, result: TryOnResult) -> None:
    forget_result(result)
    page = ada.read(path(result.job), 410)
    assert "This try-on was deleted" in page
    assert "/tryon/try/shop.product:" in page


def test_a_result_whose_day_has_come(ada: Browser, result: TryOnResult) -> None:
    TryOnResult.objects.update(delete_at=timezone.now())
    ada.read(path(result.job), 410)


@pytest.mark.parametrize(
    ("code", "says", "steps"),
    [
        ("content_blocked", "does not accept this photo", ["Another photo or model"]),
        ("unavailable", "could not take it at the moment", ["Try again"]),
        ("output_refused", "lost on its way", ["Try again"]),
        ("garment_gone", "no longer offered", []),
    ],
)
def test_a_failure_says_why_that_it_cost_nothing_and_what_next(
    code: str, says: str, steps: list[str], ada: Browser, job: TryOnJob
) -> None:
    move(job, Status.SUBMITTING)
    move(job, Status.FAILED, error_code=code, error_message="Check TRYON['API_KEY']")
    page = ada.read(path(job))
    assert says in page
    assert "cost nothing" in page
    assert "API_KEY" not in page
    assert re.findall(r'<(?:button|a) class="tryon-button"[^>]*>([^<]+)<', page) == steps


def test_another_way_is_one_button(ada: Browser, job: TryOnJob) -> None:
    move(job, Status.FAILED, error_code="engine_retired")
    page = ada.read(path(job))
    assert "Please try another way." in page
    steps = re.findall(r'<(?:button|a) class="tryon-button"[^>]*>([^<]+)<', page)
    assert steps == ["Try another way"]
    field = re.search(r'name="engine" value="([^"]+)"', page)
    assert field
    response = ada.send(path(job, "again"), page, engine=field[1])
    (other,) = TryOnJob.objects.exclude(pk=job.pk)
    assert (response["Location"], other.engine) == (path(other), field[1])
    assert other.status == Status.QUEUED


def test_again(ada: Browser, job: TryOnJob) -> None:
    services.cancel(job)
    response = ada.send(path(job, "again"), ada.read(path(job)))
    assert response["Location"] == path(job)
    job.refresh_from_db()
    assert job.status == Status.QUEUED
    assert ada.send(path(job, "again"), ada.read(path(job)))["Location"] == path(job)


def test_again_when_the_quota_is_used(ada: Browser, job: TryOnJob, settings: Any) -> None:
    services.cancel(job)
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 0}
    response = ada.send(path(job, "again"), ada.read(path(job)))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 25 * 3600
    assert "You can go on tomorrow" in response.content.decode()


def test_again_when_the_photo_is_gone(ada: Browser, job: TryOnJob) -> None:
    services.cancel(job)
    page = ada.read(path(job))
    Person.objects.all().delete()
    assert "Try again" not in ada.read(path(job))
    response = ada.send(path(job, "again"), page)
    assert response.status_code == 422
    assert "photo was deleted" in response.content.decode()


def test_again_by_what_the_shop_no_longer_offers(ada: Browser, job: TryOnJob, caplog: Any) -> None:
    services.cancel(job)
    response = ada.send(path(job, "again"), ada.read(path(job)), engine="fashion-ai")
    assert response.status_code == 503
    assert "engine" not in response.content.decode()
    assert "This engine is not offered" in caplog.text


def test_a_job_whose_product_is_gone_can_still_be_seen(ada: Browser, result: TryOnResult) -> None:
    Product.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    page = ada.read(path(result.job))
    assert "/tryon/try/shop" not in page
    assert "Coral tee" in page
    Garment.objects.all().delete()
    assert "AI-generated" in ada.read(path(result.job))
    assert "No longer offered" in ada.read("/tryon/mine/")


def test_a_job_whose_kind_of_product_is_no_longer_tried_on(
    ada: Browser, result: TryOnResult, settings: Any
) -> None:
    Garment.objects.all()[0].image.delete()
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert "/tryon/try/shop" not in ada.read(path(result.job))


def test_thumbs(ada: Browser, result: TryOnResult) -> None:
    like = f"/tryon/mine/results/{result.pk}/like/"
    for said, liked, pressed in (
        ("up", True, ["true", "false"]),
        ("down", False, ["false", "true"]),
        ("nonsense", False, ["false", "true"]),
        ("none", None, ["false", "false"]),
    ):
        page = ada.read(path(result.job))
        assert ada.send(like, page, like=said)["Location"] == path(result.job)
        result.refresh_from_db()
        assert result.liked is liked
        assert re.findall(r'aria-pressed="(\w+)"', ada.read(path(result.job))) == pressed


def test_what_changes_something_is_no_get(ada: Browser, result: TryOnResult) -> None:
    like = f"/tryon/mine/results/{result.pk}/like/"
    for link in (path(result.job, "cancel"), path(result.job, "again"), like, "/tryon/try/enter/"):
        assert ada.get(link).status_code == 405


def test_what_nobody_knows_of_has_failed_and_can_be_tried_again(
    ada: Browser, job: TryOnJob
) -> None:
    move(job, Status.SUBMITTING)
    submit.uncertain(job, "worker_died", "The worker stopped during the submit.")
    page = ada.read(path(job))
    assert "got lost on its way" in page
    assert "worker" not in page
    anew = ada.send(path(job, "again"), page)
    (other,) = TryOnJob.objects.exclude(pk=job.pk)
    assert (anew.status_code, anew["Location"]) == (302, path(other))
    assert other.status == Status.QUEUED


def test_whoever_deletes_everything_meanwhile_is_told_so(
    ada: Browser, job: TryOnJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job.shopper is not None
    page = ada.read(path(services.cancel(job)))
    shopper = job.shopper
    monkeypatch.setattr(asking_again, "check_may_see", lambda *_: erase(shopper))
    response = ada.send(path(job, "again"), page)
    assert response.status_code == 410
    assert "Everything was deleted" in response.content.decode()


def test_words_meant_for_staff_are_on_no_page(try_on: Any, ada: Browser) -> None:
    job = try_on()
    TryOnJob.objects.update(status="failed", error_code="bad_key", error_message="Top up.")
    page = ada.get(f"/tryon/try/job/{job.pk}/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert "not available in this shop" in page
    assert "Top up" not in page
    assert "Top up" not in ada.read("/tryon/mine/")
