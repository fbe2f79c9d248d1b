"""The Check button: what it would come to, and what would be left out, with nothing launched."""

from __future__ import annotations

from typing import Any

from django.test import Client

from django_tryon.models import Batch, Garment, Person
from tests.admin.conftest import page, wish


def test_a_check_says_what_it_would_come_to(
    admin: Client, garment: Garment, trousers: Garment, person: Person, mei: Person
) -> None:
    data = wish([garment, trousers], [person, mei], variations="3", check="1")
    response = admin.post(page(garments=[garment, trousers]), data)
    assert str(response.context["estimate"]) == "12 try-ons · at most 32 s · about $0.532"
    assert "12 try-ons · at most 32 s · about $0.532" in response.content.decode()
    assert not Batch.objects.exists()


def test_a_check_with_nothing_against_it_says_so(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    url = page(garments=[garment, trousers])
    text = admin.post(url, wish([garment, trousers], [person], check="1")).content.decode()
    assert "All 2 can be launched." in text
    text = admin.post(url, wish([garment], [person], check="1")).content.decode()
    assert "It can be launched." in text
    assert "can be launched." not in admin.get(url).content.decode()


def test_a_check_marks_what_it_refused(
    admin: Client, garment: Garment, person: Person, mei: Person
) -> None:
    words = Garment.objects.create(product=garment.product, category="lower", name="")
    Person.objects.filter(pk=mei.pk).update(photo="lost.jpg")
    data = wish([garment, words], [person, mei], engine="fashion-ai", check="1")
    context = admin.post(page(garments=[garment, words]), data).context
    assert [card.garment for card in context["garments"] if card.left_out] == [words]
    assert [card.person for card in context["people"] if card.left_out] == [mei]
    assert not context["is_stopped"]


def test_what_stands_against_all_stops_the_bar(
    admin: Client, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    data = wish([garment], [person], check="1")
    response = admin.post(page(garments=[garment]), data)
    assert "data-stopped" in response.content.decode()
    assert not response.context["garments"][0].left_out


def test_a_check_names_what_would_be_left_out(
    admin: Client, garment: Garment, person: Person, clip: Person
) -> None:
    response = admin.post(page(garments=[garment]), wish([garment], [person, clip], check="1"))
    assert "These would be left out" in response.content.decode()
    assert response.context["estimate"].count == 1
    response = admin.post(page(garments=[garment]), wish([garment], [clip], check="1"))
    assert "None of this can be launched" in response.content.decode()
