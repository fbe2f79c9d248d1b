"""More than one request can launch: all of it is written down, and the workers launch it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.admin import products as products_admin
from django_tryon.admin.launch import choice as launch_choice
from django_tryon.admin.launch import links as launch_links
from django_tryon.admin.launch import plan as launch_plan
from django_tryon.admin.launch import wishes as launch_wishes
from django_tryon.models import Batch, BatchWish, Garment, Person, TryOnJob
from tests.admin.conftest import change, page, said, wish
from tests.conftest import picture
from tests.shop.models import Product

Many = Callable[..., list[Product]]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call two of anything many."""
    for module in (launch_choice, products_admin):
        monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr("django_tryon.admin.garments.MOST", 2)
    monkeypatch.setattr(launch_plan, "MOST_JOBS", 2)
    monkeypatch.setattr(launch_wishes, "MOST_JOBS", 2)


@pytest.fixture
def catalogue(db: None, product: Product) -> list[Product]:
    """Three tees, trousers, and something without a garment."""
    made = []
    for name, category in [("A", "upper"), ("B", "upper"), ("C", "upper"), ("D", "lower")]:
        made.append(Product.objects.create(name=name, image=product.image.name))
        Garment.objects.create(product=made[-1], category=category, name=f"Garment {name}")
    return [*made, product]


def choose(admin: Client, items: list[Any]) -> Any:
    """Tick these in their list and choose “Launch try-ons…”."""
    url = reverse(f"admin:{items[0]._meta.app_label}_{items[0]._meta.model_name}_changelist")
    data = {"action": "launch_tryons", "_selected_action": [str(item.pk) for item in items]}
    return admin.post(url, data)


def sent(response: Any, people: list[Person], **fields: Any) -> tuple[str, dict[str, Any]]:
    """Return where an opened page sends what, with these people ticked."""
    many = response.context["many"]
    data = wish([], people, batch=str(response.context["form"]["batch"].value()), **fields)
    return response.context["action"], data | {many.name: many.value}


def test_the_page_counts_instead_of_showing(admin: Client, catalogue: list[Product]) -> None:
    response = choose(admin, catalogue)
    many = response.context["many"]
    assert (many.products, len(many.garments), many.bare, many.too_many) == (5, 4, 1, 0)
    assert many.categories == {"upper": 3, "lower": 1}
    html = response.content.decode()
    assert 'data-many="upper:3 lower:1 "' in html
    assert "1 product has no garment and is left out." in html
    assert f'action="{reverse("admin:shop_product_tryon_launch")}"' in html
    assert response.context["garments"] == []


def test_workers_launch_all_of_it(
    admin: Client, catalogue: list[Product], person: Person, mei: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr("django_tryon.services.orders.orders.AT_ONCE", 3)
    url, data = sent(choose(admin, catalogue), [person, mei], engine="try-on-diffusion")
    response = admin.post(url, data, follow=True)
    batch = Batch.objects.get()
    assert response.redirect_chain == [(change(batch), 302)]
    assert said(response)[0] == (
        "8 try-ons are in this batch. The workers launch them, bit by bit."
    )
    assert batch.name == "Garment A, Garment B, Garment C… · Try-On Diffusion"
    assert batch.wishes.count() == 8
    assert batch.jobs.count() == 3
    admin.post(url, data)
    assert (Batch.objects.count(), BatchWish.objects.count()) == (1, 8)


def test_what_the_engine_cannot_put_on_is_said(
    admin: Client, catalogue: list[Product], person: Person, clip: Person
) -> None:
    url, data = sent(choose(admin, catalogue), [person, clip], engine="fashion-ai")
    checked = admin.post(url, data | {"check": "1"})
    reasons = dict(checked.context["reasons"])
    estimate = checked.context["estimate"].count
    assert sum(reasons.values()) + estimate == 8
    assert checked.context["many"].value == data["ids"]
    assert not Batch.objects.exists()


def test_the_budget_holds_up_what_it_does_not_allow(
    admin: Client, catalogue: list[Product], person: Person, settings: Any
) -> None:
    limits = {"PRICES": {"idm-vton": Decimal("0.1")}, "DAILY_BUDGET": Decimal("0.2")}
    settings.TRYON = settings.TRYON | limits
    url, data = sent(choose(admin, catalogue), [person])
    checked = admin.post(url, data | {"check": "1"})
    assert checked.context["money"].startswith("The budget is enough for 2 of them.")
    assert not checked.context["problems"]
    admin.post(url, data)
    assert TryOnJob.objects.count() == 2
    waiting = BatchWish.objects.filter(state="waiting")
    assert set(waiting.values_list("why", flat=True)) == {"The try-on budget of this day is spent."}
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": None}
    assert admin.post(url, data | {"check": "1", "batch": ""}).context["money"] == ""


def test_garments_can_be_many_too(admin: Client, catalogue: list[Product], person: Person) -> None:
    garments = list(Garment.objects.order_by("pk"))
    response = choose(admin, garments)
    assert response.context["many"].products == 0
    url, data = sent(response, [person])
    assert url == reverse("admin:django_tryon_tryonjob_launch")
    admin.post(url, data)
    assert Batch.objects.get().wishes.count() == 4


def test_nothing_can_be_launched_without_a_key(
    admin: Client, catalogue: list[Product], person: Person, settings: Any
) -> None:
    url, data = sent(choose(admin, catalogue), [person])
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    response = admin.post(url, data)
    assert response.context["is_stopped"]
    assert [count for _why, count in response.context["reasons"]] == [4]
    assert not Batch.objects.exists()


def test_what_one_garment_lacks_stops_no_other(
    admin: Client, catalogue: list[Product], person: Person
) -> None:
    Product.objects.filter(name="A").update(image="")
    url, data = sent(choose(admin, catalogue), [person])
    admin.post(url, data)
    states = list(BatchWish.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["left_out", "launched", "launched", "launched"]


def test_all_that_was_chosen_is_gone(admin: Client, catalogue: list[Product]) -> None:
    keys = ",".join(str(10**6 + number) for number in range(3))
    gone = admin.get(f"{reverse('admin:shop_product_tryon_launch')}?ids={keys}")
    assert gone.context["gone"] == "None of the chosen products exists any more."
    assert launch_choice.many_garments(["1000000"]).gone.startswith("None of the chosen garments")


def test_there_is_an_end_to_it(
    admin: Client, catalogue: list[Product], person: Person, mei: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr(launch_choice, "MOST_AT_ALL", 3)
    response = choose(admin, catalogue)
    assert response.context["many"].too_many == 2
    assert "2 more were chosen than can be launched at once" in response.content.decode()
    monkeypatch.setattr(launch_wishes, "MOST_WISHES", 3)
    url, data = sent(response, [person, mei])
    problem = admin.post(url, data).context["problems"][0]
    assert problem == "That would be 4 try-ons; at most 3 can be launched at once."
    assert launch_links.MOST_AT_ALL >= 10_000


def test_a_few_garments_can_be_many_wishes(
    admin: Client, garment: Garment, person: Person, mei: Person
) -> None:
    data = wish([garment], [person, mei], variations="2")
    admin.post(page(garments=[garment]), data)
    assert Batch.objects.get().wishes.count() == 4
    assert TryOnJob.objects.count() == 4


def test_an_uploaded_frame_is_for_few(
    admin: Client, garment: Garment, trousers: Garment, clip: Person
) -> None:
    data = wish([garment, trousers], [clip], engine="video-tryon-v2")
    frame = ContentFile(picture(), name="frame.jpg")
    other = Person.objects.get(pk=clip.pk)
    other.pk = None
    other.save(force_insert=True)
    data = data | {"people": [clip.pk, other.pk], "reference": frame}
    response = admin.post(page(garments=[garment, trousers]), data)
    assert response.context["problems"] == [
        "That would be 4 try-ons; with an uploaded first frame at most 2 can be launched at once."
    ]
    assert not Batch.objects.exists()
