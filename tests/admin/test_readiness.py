"""Readiness in the admin: the list sorts and filters by it, the page says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from django_tryon.admin import garments, readiness
from django_tryon.admin.readiness import level_of
from django_tryon.models import Garment
from django_tryon.models import readiness as keeping
from tests.admin.conftest import act, change, changelist, said
from tests.conftest import picture


def listed(client: Client, **query: str) -> list[Garment]:
    """Return the garments of the list."""
    return list(client.get(changelist("garment"), query).context["cl"].result_list)


def test_the_list_sorts_and_filters_by_it(
    admin: Client, garment: Garment, trousers: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garments, "look_at_new", list)
    third = Garment.objects.create(product=garment.product, category="upper", name="Third")
    Garment.objects.filter(pk=garment.pk).update(readiness=90)
    Garment.objects.filter(pk=trousers.pk).update(readiness=20)
    column = str(admin.get(changelist("garment")).context["cl"].list_display.index("ready"))
    assert listed(admin, o=column)[-2:] in ([trousers, garment], [garment, third])
    assert [one.readiness for one in listed(admin, o=column) if one.readiness] == [20, 90]
    assert listed(admin, ready="poor") == [trousers]
    assert listed(admin, ready="fair") == []
    Garment.objects.filter(pk=third.pk).update(readiness=50)
    assert listed(admin, ready="fair") == [third]
    assert listed(admin, ready="poor") == [trousers]
    Garment.objects.filter(pk=third.pk).update(readiness=None)
    assert listed(admin, ready="good") == [garment]
    assert listed(admin, ready="unknown") == [third]
    assert len(listed(admin, ready="odd")) == 3


def test_the_list_looks_at_borrowed_pictures_that_nobody_has_looked_at(
    admin: Client, trousers: Garment, bare_product: Any
) -> None:
    assert trousers.readiness is None
    page = admin.get(changelist("garment")).content.decode()
    trousers.refresh_from_db()
    assert f"May be better · {trousers.readiness}" in page
    bare_product.image.save("other.jpg", ContentFile(picture((900, 1200))))
    admin.get(change(bare_product))
    seen = trousers.readiness
    trousers = Garment.objects.get(pk=trousers.pk)
    assert trousers.is_assessed
    assert trousers.readiness != seen


def test_what_takes_too_long_is_left_for_the_next_time(
    admin: Client, trousers: Garment, bare_product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Garment.objects.create(product=bare_product, category="lower")
    monkeypatch.setattr(readiness, "AT_MOST", 0.0)
    for left in (1, 0):
        admin.get(changelist("garment"))
        assert Garment.objects.filter(readiness=None).count() == left
    assert second.pk != trousers.pk


def test_levels() -> None:
    assert [level_of(score) for score in (None, 0, 49, 50, 79, 80, 100)] == [
        *("unknown", "poor", "poor", "fair", "fair", "good", "good")
    ]


def test_the_list_says_the_worst(admin: Client, garment: Garment, trousers: Garment) -> None:
    page = admin.get(changelist("garment")).content.decode()
    assert f"May be better · {garment.readiness}" in page
    assert "The picture is small (384 by 512 pixels)" in page
    assert "Not looked at" in page


def test_the_page_says_what_to_do_and_looks_first(admin: Client, trousers: Garment) -> None:
    page = admin.get(change(trousers)).content.decode()
    trousers.refresh_from_db()
    assert trousers.is_assessed
    assert f"May be better · {trousers.readiness}" in page
    assert "at least 768 pixels on its shorter side" in page


def test_a_good_picture_has_nothing_to_better(as_staff: Any, garment: Garment) -> None:
    Garment.objects.update(readiness=100, findings=[["size", "large", 100, {}]])
    page = as_staff("view_garment").get(change(garment)).content.decode()
    assert "Good · 100" in page
    assert "Nothing stands out." in page


def test_a_picture_that_cannot_be_looked_at_breaks_no_page(
    admin: Client, trousers: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(keeping, "look_at", away)
    page = admin.get(change(trousers)).content.decode()
    assert "The picture could not be looked at just now." in page


def test_staff_may_have_pictures_looked_at_again(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    Garment.objects.update(readiness=1)
    response = act(admin, "garment", "look_again", [garment, trousers])
    assert said(response) == ["2 pictures were looked at."]
    assert not Garment.objects.filter(readiness=1).exists()


def test_looking_again_needs_the_permission_to_change(as_staff: Any, garment: Garment) -> None:
    Garment.objects.update(readiness=1)
    act(as_staff("view_garment"), "garment", "look_again", [garment])
    assert Garment.objects.get().readiness == 1
