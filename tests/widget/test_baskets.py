"""A basket without JavaScript: all that the engine takes at once, or plain words why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from django_tryon import services
from django_tryon.models import Garment, TryOnJob
from tests.conftest import picture
from tests.shop.models import Design, Product
from tests.widget.conftest import Browser, path_to, upload

pytestmark = pytest.mark.django_db(transaction=True)
Change = Callable[..., None]


def wearable(product: Any, category: str, name: str) -> Garment:
    """Return a garment of this product, with a picture."""
    return Garment.objects.create(
        product=product,
        category=category,
        name=name,
        image=ContentFile(picture(), name="g.jpg"),
    )


@pytest.fixture
def skirt(db: None) -> Garment:
    return wearable(Product.objects.create(name="Teal skirt"), "lower", "Skirt")


def boxes(page: str) -> list[tuple[str, str, bool]]:
    """Return type, value and whether it is ticked of each garment in the first form."""
    form = page[page.index("<form") : page.index("</form>")]
    found = re.findall(r'<input type="(\w+)" name="garment" value="(\d+)"([^>]*)>', form)
    return [(kind, key, "checked" in rest) for kind, key, rest in found]


def test_all_of_it_is_tried_on_at_once(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, sandbox: Any
) -> None:
    belt = wearable(product, "upper", "Other shirt")
    page = ada.read(path_to(product, skirt.product))
    assert "Coral tee, Teal skirt" in page
    assert boxes(page) == [
        ("checkbox", str(garment.pk), True),
        ("checkbox", str(skirt.pk), True),
        ("checkbox", str(belt.pk), False),
    ]
    assert 'class="tryon-message"' not in page
    ticked = [key for _kind, key, ticked in boxes(page) if ticked]
    response = ada.send(
        path_to(product, skirt.product), page, "photo", photo=upload(), consent="1", garment=ticked
    )
    assert response.status_code == 302
    job = TryOnJob.objects.get()
    assert (job.engine, set(job.garments.all())) == ("p-image-try-on", {garment, skirt})
    services.drive_until_idle()
    shown = ada.read(response["Location"])
    assert f'href="{path_to(product, skirt.product)}">Another photo or model' in shown
    assert "Coral tee, Skirt" in ada.read("/tryon/mine/")


def test_one_may_leave_something_out(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, person: Any
) -> None:
    page = ada.read(path_to(product, skirt.product))
    fields = {"person": person.pk, "garment": [skirt.pk, skirt.pk]}
    ada.send(path_to(product, skirt.product), page, "model", **fields)
    assert list(TryOnJob.objects.get().garments.all()) == [skirt]


def test_nothing_chosen_is_said_and_the_choice_is_kept(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, person: Any
) -> None:
    path = path_to(product, skirt.product)
    page = ada.read(path)
    response = ada.send(path, page, "model", person=person.pk)
    assert response.status_code == 422
    assert "Choose what to try on." in response.content.decode()
    fields = {"person": person.pk, "garment": [skirt.pk], "notify": "nonsense"}
    kept = ada.send(path, page, "model", **fields).content.decode()
    assert [key for _kind, key, ticked in boxes(kept) if ticked] == [str(skirt.pk)]


def test_where_no_engine_takes_them_at_once_they_are_put_on_one_after_another(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, person: Any, change: Change
) -> None:
    change(STOREFRONT_ENGINES=["try-on-diffusion"])
    path = path_to(product, skirt.product)
    page = ada.read(path)
    assert [(kind, ticked) for kind, _key, ticked in boxes(page)] == [("checkbox", True)] * 2
    fields = {"person": person.pk, "garment": [garment.pk, skirt.pk]}
    sent = ada.send(path, page, "model", **fields)
    job = TryOnJob.objects.get(outfit=None)
    assert sent.headers["Location"] == reverse("django_tryon:job", args=[job.pk])
    assert (set(job.garments.all()), len(job.steps)) == ({garment, skirt}, 1)
    step = reverse("django_tryon:job", args=[job.steps[0].pk])
    wall = ada.read(reverse("django_tryon:mine"))
    assert (str(job.pk) in wall, str(job.steps[0].pk) in wall) == (True, False)
    assert ada.get(step).status_code == 404


def test_what_cannot_be_worn_together_is_said_in_the_shoppers_words(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, person: Any
) -> None:
    hat = wearable(Design.objects.create(title="Hat"), "upper", "Hat")
    gown = wearable(Design.objects.create(title="Gown"), "dress", "Gown")
    path = path_to(product, skirt.product, hat.product, gown.product)
    page = ada.read(path)
    assert "choose up to 3." in page
    fields = {"person": person.pk, "garment": [skirt.pk, gown.pk]}
    response = ada.send(path, page, "model", **fields)
    assert response.status_code == 422
    assert "Leave out “Skirt”, or the dress." in response.content.decode()
    assert not TryOnJob.objects.exists()


def test_where_no_engine_takes_them_together_it_is_said_and_one_is_chosen(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, person: Any, change: Change
) -> None:
    Garment.objects.filter(pk=skirt.pk).update(category="upper")
    change(STOREFRONT_ENGINES=["try-on-diffusion"])
    path = path_to(product, skirt.product)
    page = ada.read(path)
    assert "These cannot be tried on together: choose one." in page
    assert [(kind, ticked) for kind, _key, ticked in boxes(page)] == [
        ("radio", True),
        ("radio", False),
    ]
    forged = {"person": person.pk, "garment": [garment.pk, skirt.pk]}
    response = ada.send(path, page, "model", **forged)
    assert response.status_code == 422
    assert "Choose at most 1 garment." in response.content.decode()
    assert ada.send(path, page, "model", person=person.pk, garment=skirt.pk).status_code == 302
    assert TryOnJob.objects.get().engine == "try-on-diffusion"


def test_more_than_the_engine_takes_is_said(
    ada: Browser,
    product: Any,
    garment: Garment,
    skirt: Garment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django_tryon.engines.p_image_try_on import PImageTryOn

    monkeypatch.setattr(PImageTryOn, "max_garments", 2)
    hat = wearable(Design.objects.create(title="Hat"), "upper", "Hat")
    page = ada.read(path_to(product, skirt.product, hat.product))
    assert "choose up to 2." in page
    assert [ticked for _kind, _key, ticked in boxes(page)] == [True, True, False]


def test_what_is_gone_or_cannot_be_worn_is_said(
    ada: Browser, product: Any, garment: Garment, skirt: Garment
) -> None:
    bag = Product.objects.create(name="Bag")
    path = path_to(product, skirt.product, bag)
    page = ada.read(path)
    assert "This cannot be tried on: Bag." in page
    assert "<h1>Try it on: Coral tee, Teal skirt</h1>" in page
    assert "no longer offered" not in page
    bag.delete()
    skirt.product.delete()
    page = ada.read(path)
    assert "Some of these are no longer offered." in page
    assert boxes(page) == [("hidden", str(garment.pk), False)]
    product.delete()
    ada.read(path, 404)


def test_it_is_closed_by_the_price_of_the_whole_basket(
    ada: Browser, product: Any, garment: Garment, skirt: Garment, change: Change
) -> None:
    change(STOREFRONT_DAILY_BUDGET=Decimal("0.02"))  # enough for one garment, not for two
    page = ada.read(path_to(product, skirt.product))
    assert "taking a break" in page
    assert 'type="file"' not in page
