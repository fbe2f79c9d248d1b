"""My try-ons: what is stored, until when, what was agreed to; and how to be rid of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.widget.keeping import _photos_and_clips
from tests.conftest import picture
from tests.shop.models import Product
from tests.widget.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
Count = Callable[[], int]


def test_nobody_has_nothing(ada: Browser) -> None:
    page = ada.read("/tryon/mine/")
    assert "Nothing here yet" in page
    assert "Delete everything" not in page
    assert not Shopper.objects.exists()


def test_what_is_stored_until_when_and_what_was_agreed_to(
    ada: Browser, result: TryOnResult, photo: Person
) -> None:
    page = ada.read("/tryon/mine/")
    assert f"/tryon/try/job/{result.job_id}/" in page
    assert f"/tryon/mine/results/{result.pk}/delete/" in page
    assert f"/tryon/mine/photos/{photo.pk}/delete/" in page
    assert page.count("Until ") == 2
    assert "What I agreed to" in page
    assert "version 1" in page
    assert "sent to Segmind" in page
    assert page.count('src="/tryon/files/view/') == 2


def test_words_that_have_changed_are_said_to_have(
    ada: Browser, result: TryOnResult, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"CONSENT_VERSION": "2"}
    assert "The words have changed since" in ada.read("/tryon/mine/")


def test_what_is_on_its_way_is_linked(ada: Browser, try_on: Any) -> None:
    job = try_on()
    page = ada.read("/tryon/mine/")
    assert "A try-on is on its way" in page
    assert f"/tryon/try/job/{job.pk}/" in page


def test_results_hang_by_product(
    ada: Browser, result: TryOnResult, person: Person, sandbox: Any
) -> None:
    other = Product.objects.create(
        name="Jeans", image=ContentFile(picture(colour="navy"), name="j.jpg")
    )
    Garment.objects.create(product=other, category="lower", name="Jeans")
    ada.choose(other, "model", person=person.pk)
    services.drive_until_idle()
    ada.choose(result.job.garments.get().product, "model", person=person.pk)
    services.drive_until_idle()
    assert TryOnResult.objects.count() == 3
    page = ada.read("/tryon/mine/")
    headings = re.findall(r"<h2><a[^>]*>(.*?)</a></h2>", page)
    assert headings == ["Coral tee", "Jeans"]  # the newest first, and each once


def test_the_page_asks_the_database_a_fixed_number_of_times(
    ada: Browser, result: TryOnResult, person: Person, django_assert_max_num_queries: Any
) -> None:
    shopper = Shopper.objects.get()
    for seed in range(5):
        garments = list(result.job.garments.all())
        params = {"seed": seed}
        ask(shopper, garments=garments, person=person, engine="idm-vton", params=params)
    services.drive_until_idle()
    assert TryOnResult.objects.count() == 6
    with django_assert_max_num_queries(13):
        ada.read("/tryon/mine/")


def test_one_result_is_deleted_after_a_question(
    ada: Browser, result: TryOnResult, private_files: Count
) -> None:
    path = f"/tryon/mine/results/{result.pk}/delete/"
    before = private_files()
    page = ada.read(path)
    assert "Delete this try-on?" in page
    assert "for good" in page
    assert private_files() == before
    assert ada.send(path, page)["Location"] == "/tryon/mine/"
    assert private_files() == before - 1
    assert "Your try-on was deleted." in ada.read("/tryon/mine/")
    ada.read(path, 404)


def test_one_photo_is_deleted_after_a_question(
    ada: Browser, try_on: Any, private_files: Count, sandbox: Any
) -> None:
    job = try_on()
    path = f"/tryon/mine/photos/{job.person.pk}/delete/"
    page = ada.read(path)
    assert "Try-ons that are still waiting for it end" in page
    assert private_files() == 1
    assert ada.send(path, page)["Location"] == "/tryon/mine/"
    assert private_files() == 0
    assert "Your photo was deleted." in ada.read("/tryon/mine/")
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "person_gone")
    assert not sandbox.ledger
    assert "deleted before the try-on began" in ada.read(f"/tryon/try/job/{job.pk}/")


def test_everything_is_deleted_after_a_question(
    ada: Browser, result: TryOnResult, private_files: Count
) -> None:
    page = ada.read("/tryon/mine/delete/")
    assert "1 photo and 1 try-on will be deleted" in page
    response = ada.send("/tryon/mine/delete/", page)
    assert "Everything was deleted" in response.content.decode()
    assert private_files() == 0
    assert not TryOnJob.objects.exclude(shopper=None).exists()
    assert "Nothing here yet" in ada.read("/tryon/mine/")
    assert "django_tryon_shopper" not in ada.session
    again = ada.send("/tryon/mine/delete/", page)
    assert again["Location"] == "/tryon/mine/"  # nobody is there any more


def test_a_form_of_one_who_was_erased_makes_a_new_shopper(
    ada: Browser, product: Any, garment: Any, person: Person
) -> None:
    path = f"/tryon/try/shop.product:{product.pk}/"
    page = ada.read(path)
    ada.send(path, page, "model", person=person.pk)
    ada.press("/tryon/mine/delete/")
    assert ada.send(path, page, "model", person=person.pk).status_code == 302
    assert Shopper.objects.filter(erased_at=None).count() == 1
    assert Shopper.objects.count() == 2


def test_what_the_shop_shows_of_its_model_is_not_the_shoppers_to_delete(
    ada: Browser, product: Any, garment: Any, person: Person, sandbox: Any, staff: Any
) -> None:
    ada.choose(product, "model", person=person.pk)
    services.drive_until_idle()
    result = services.publish(TryOnResult.objects.get(), by=staff)
    response = ada.press(f"/tryon/mine/results/{result.pk}/delete/")
    assert response.status_code == 409
    assert "own model" in response.content.decode()
    assert TryOnResult.objects.exists()


def test_a_photo_that_is_gone_leaves_its_result(
    ada: Browser, result: TryOnResult, photo: Person
) -> None:
    forget_photo(photo)
    page = ada.read("/tryon/mine/")
    assert "My photos" not in page
    assert str(result.pk) in page


def test_a_photo_past_its_day_is_not_shown(
    ada: Browser, result: TryOnResult, photo: Person, product: Any
) -> None:
    assert "My photos" in ada.read("/tryon/mine/")
    Person.objects.filter(pk=photo.pk).update(delete_at=timezone.now())
    assert "My photos" not in ada.read("/tryon/mine/")
    assert "compare" not in ada.read(f"/tryon/try/job/{result.job_id}/")


def test_what_goes_is_named_for_what_it_is() -> None:
    assert _photos_and_clips(1, 0) == "1 photo"
    assert _photos_and_clips(2, 2) == "2 clips"
    assert _photos_and_clips(2, 1) == "2 photos and clips"
