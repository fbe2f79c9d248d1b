"""The dashboard's part on the storefront: from seen to the basket, and with it against without."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from django_tryon.models import CountedOrder, EventCount
from django_tryon.services.days import today
from tests.admin.test_dashboard import URL, look
from tests.shop.models import Product

HALF = Decimal("0.5")


def counted(kind: str, count: int, **fields: Any) -> None:
    EventCount.objects.create(kind=kind, count=count, day=today(), **fields)


@pytest.fixture
def busy(product: Product) -> None:
    """A day of a shop that counts."""
    tee = f"shop.product:{product.pk}"
    counted("seen", 200, product=tee)
    counted("opened", 50, product=tee)
    counted("addtocart", 5, product=tee)
    for group, visitors, buyers in (("button", 70, 56), ("held", 80, 48)):
        counted("visitor", visitors, group=group, holdout=HALF)
        counted("buyer", buyers, group=group, holdout=HALF)
        CountedOrder.objects.create(day=today(), group=group, holdout=HALF)


def text_of(client: Client, query: str = "") -> str:
    cache.clear()
    return client.get(URL + query).content.decode()


def test_the_way_to_the_basket(admin: Client, busy: None) -> None:
    page = look(admin)
    assert [(count, width) for _step, count, width in page["steps"]] == [
        (200, "100.0"),
        (50, "25.0"),
        (0, "0.0"),
        (0, "0.0"),
        (0, "0.0"),
        (5, "2.5"),
    ]
    heads, *rows = csv.reader(StringIO(text_of(admin, "?csv=buttons")))
    assert heads[:3] == ["Product", "Saw the button", "Opened it"]
    assert rows == page["by_product"].rows
    assert rows == [["Coral tee", "200", "50", "0", "0", "0", "5", "0", "0"]]
    assert "Estimated from a sample" not in text_of(admin)
    counted("seen", 1, sampled=HALF)
    assert "Estimated from a sample" in text_of(admin)


def test_both_groups_stand_side_by_side(admin: Client, busy: None) -> None:
    (told,) = look(admin)["comparisons"]
    assert told["told"][0].startswith("With the button more visitors order: 20.0 points more")
    dash, minus = "\N{EN DASH}", "\N{MINUS SIGN}"
    back = ["0 of 1", "0.0 %", f"0.0 {dash} 79.3 %"]
    expected = [
        ["With the button", "56 of 70", "80.0 %", f"69.2 {dash} 87.7 %", *back],
        ["Without it", "48 of 80", "60.0 %", f"49.0 {dash} 70.0 %", *back],
        [
            *("Difference, in points", "", "+20.0", f"+5.2 {dash} +33.4"),
            *("", "+0.0", f"{minus}79.3 {dash} +79.3"),
        ],
    ]
    assert told["table"].rows == expected
    assert list(csv.reader(StringIO(text_of(admin, "?csv=comparison"))))[1:] == expected
    assert told["told"][0] in text_of(admin).replace("&quot;", '"')


def test_two_shares_are_two_comparisons(admin: Client, busy: None) -> None:
    counted("visitor", 10, group="button", holdout=Decimal("0.1"))
    page = look(admin)
    assert len(page["comparisons"]) == 2
    rows = list(csv.reader(StringIO(text_of(admin, "?csv=comparison"))))[1:]
    assert {row[0].partition(" (")[2] for row in rows} == {"50.0 %)", "10.0 %)"}
    assert ["-", "-"] in [row[2:4] for row in rows]


def test_what_is_not_set_up_says_how(admin: Client, settings: Any) -> None:
    text = text_of(admin)
    assert "TRYON[&quot;EVENTS&quot;]" in text.replace('"EVENTS"', "&quot;EVENTS&quot;")
    assert "TRYON[&quot;HOLDOUT&quot;]" in text.replace('"HOLDOUT"', "&quot;HOLDOUT&quot;")
    settings.TRYON = settings.TRYON | {"EVENTS": True, "HOLDOUT": 0.1}
    text = text_of(admin)
    assert "Nobody has been drawn in these days yet." in text
    assert "EVENTS" not in text


@pytest.mark.parametrize(("permission", "sees"), [("view_tryonjob", False), ("view_money", True)])
def test_what_is_sold_is_for_those_who_see_money(
    as_staff: Any, busy: None, permission: str, sees: bool
) -> None:
    client = as_staff(permission)
    text = text_of(client)
    assert ("What the button does" in text) is sees
    assert ("points more" in text) is sees
    assert "From the button to the basket" in text
    assert ("Sent back" in text) is sees
    assert ("Sent back" in client.get(f"{URL}?csv=buttons").content.decode()) is sees
    assert (client.get(f"{URL}?csv=comparison")["Content-Type"].startswith("text/csv")) is sees
