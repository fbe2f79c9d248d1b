"""``events/``: counts of what buttons tell, and a refusal with a code for all else."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from django_tryon.models import EventCount
from django_tryon.services.days import today
from tests.rest.conftest import Client, code, hide
from tests.shop.models import Product


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}


@pytest.fixture
def seen(product: Product) -> dict[str, str]:
    """That the button of the product was seen."""
    return {"kind": "seen", "product": f"shop.product:{product.pk}"}


def stored() -> list[tuple[Any, ...]]:
    """Return what was counted."""
    return list(EventCount.objects.order_by("kind").values_list("kind", "sampled", "count"))


def test_events_are_counted(
    nobody: Client, seen: dict[str, str], django_assert_num_queries: Any
) -> None:
    opened = seen | {"kind": "opened"}
    for _ in range(2):
        answer = nobody.post("events/", {"events": [seen, opened, seen]})
        assert (answer.status_code, answer.content) == (204, b"")
    assert stored() == [("opened", 1, 2), ("seen", 1, 2)]
    row = EventCount.objects.get(kind="seen")
    assert (row.day, row.product, row.group) == (today(), seen["product"], "")
    assert str(row) == f"{today()}, seen: 2"
    with django_assert_num_queries(2):  # the product, the count
        nobody.post("events/", {"events": [seen]})


def test_a_beacon_is_text_and_gets_no_cookie(nobody: Client, seen: dict[str, str]) -> None:
    body = json.dumps({"events": [seen]})
    answer = nobody.generic("POST", "events/", body, content_type="text/plain;charset=UTF-8")
    assert answer.status_code == 204
    assert not answer.cookies
    assert stored() == [("seen", 1, 1)]


def test_what_the_page_says_of_the_share_is_not_asked(
    nobody: Client, seen: dict[str, str], settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS_SHARE": 0.25}
    nobody.post("events/", {"events": [seen]})
    assert stored() == [("seen", Decimal("0.25"), 1)]


@pytest.mark.parametrize("header", ["HTTP_SEC_GPC", "HTTP_DNT"])
def test_who_asks_not_to_be_tracked_is_not_counted(
    nobody: Client, seen: dict[str, str], header: str
) -> None:
    assert nobody.post("events/", {"events": [seen]}, **{header: "1"}).status_code == 204
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], (422, "invalid", None)),
        ({}, (422, "required", "events")),
        ({"events": []}, (422, "min_length", "events")),
        ({"events": "seen"}, (422, "not_a_list", "events")),
        ({"events": [{"kind": "seen", "product": "x"}] * 21}, (422, "max_length", "events")),
        ({"events": [{"kind": "seen"}]}, (422, "required", "events.0.product")),
        (
            {"events": [{"kind": "bought", "product": "x"}]},
            (422, "invalid_choice", "events.0.kind"),
        ),
        ({"events": [{"kind": "seen", "product": 7}]}, (422, "invalid", "events.0.product")),
        (
            {"events": [{"kind": "seen", "product": "x" * 201}]},
            (422, "max_length", "events.0.product"),
        ),
        (
            {"events": [{"kind": "seen", "product": "x", "user": "ada"}]},
            (422, "unknown_key", "events.0.user"),
        ),
        (
            {"events": [{"kind": "seen", "product": "shop.product:999"}]},
            (422, "unknown_product", "events"),
        ),
        (
            {"events": [{"kind": "seen", "product": "auth.user:1"}]},
            (422, "unknown_product", "events"),
        ),
    ],
)
def test_bad_input(nobody: Client, product: Product, body: Any, told: Any) -> None:
    assert code(nobody.post("events/", body)) == told
    assert stored() == []


def test_what_shoppers_do_not_see_is_unknown(
    nobody: Client, seen: dict[str, str], settings: Any
) -> None:
    hide(settings)
    answer = nobody.post("events/", {"events": [seen]})
    assert code(answer) == (422, "unknown_product", "events")
    assert seen["product"] in answer.json()["error"]["message"]


def test_no_other_way_of_writing_a_product_makes_a_row(
    nobody: Client, seen: dict[str, str]
) -> None:
    for written in (seen["product"].upper(), seen["product"].replace(":", ":0")):
        answer = nobody.post("events/", {"events": [seen | {"product": written}]})
        assert code(answer)[1] == "unknown_product"
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ("{", "application/json", (400, "parse_error", None)),
        ("{", "text/plain", (400, "parse_error", None)),
        ("a=b", "application/x-www-form-urlencoded", (415, "unsupported_media_type", None)),
        (" " * 70_000, "text/plain", (413, "too_many_bytes", None)),
    ],
)
def test_what_is_no_body(nobody: Client, body: str, kind: str, told: Any) -> None:
    assert code(nobody.generic("POST", "events/", body, content_type=kind)) == told


def test_there_is_nothing_to_read(nobody: Client) -> None:
    assert code(nobody.get("events/")) == (405, "method_not_allowed", None)


def test_a_shop_that_counts_nothing_says_so(
    nobody: Client, seen: dict[str, str], settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": False}
    assert code(nobody.post("events/", {"events": [seen]})) == (404, "events_off", None)


def test_a_flood_is_bounded_apart_from_try_ons(
    nobody: Client, seen: dict[str, str], settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"THROTTLES": {"events": "2/min", "address": "1/min"}}
    for _ in range(2):
        assert nobody.post("events/", {"events": [seen]}).status_code == 204
    assert code(nobody.post("events/", {"events": [seen]})) == (429, "throttled", None)
    assert nobody.get("engines/").status_code == 200
