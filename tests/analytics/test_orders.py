"""Orders and returns: counted once, by marks that are forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from django_tryon.models import CountedOrder, EventCount, Salt
from django_tryon.models.event import Kind
from django_tryon.services import record_order, record_return, visit_of
from django_tryon.services.analytics import marks as marking
from django_tryon.services.analytics.visits import KEY, is_held_out
from django_tryon.services.days import today
from django_tryon.services.shoppers.purge import purge
from tests.analytics.conftest import Visitor, counts, new_session
from tests.shop.models import Design, Product

CANARY = "canary-4711"


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0.5}


@pytest.fixture
def held(visitor: Visitor) -> Any:
    """A visitor without the button, of yesterday."""
    EventCount.add(Kind.VISITOR, day=yesterday(), group="held", holdout=Decimal("0.5"))
    return visitor(session=new_session(**{KEY: f"held/0.5000/{yesterday()}/1f"}))


def yesterday() -> date:
    return today() - timedelta(days=1)


@pytest.mark.django_db
def test_an_order_counts_once(held: Any, product: Product, after_commit: Any) -> None:
    for _ in range(2):
        with after_commit():
            record_order(held, order=1001, products=[product, product])
    row = CountedOrder.objects.get()
    assert (row.day, row.group, row.holdout) == (today(), "held", Decimal("0.5"))
    assert str(row).endswith(str(today()))
    of = ("kind", "day", "group", "product")
    assert counts(*of) == {
        ("visitor", yesterday(), "held", ""): 1,
        ("buyer", yesterday(), "held", ""): 1,  # of the day on which the visitor came
        ("ordered", today(), "held", f"shop.product:{product.pk}"): 1,
    }


def test_a_visitor_who_orders_twice_is_one_buyer(
    held: Any, product: Product, after_commit: Any
) -> None:
    said = visit_of(held)
    for visitor, order in ((held, "a"), (said, "b")):  # the second by a payment's webhook
        with after_commit():
            record_order(visitor, order=order, products=[product])
    assert CountedOrder.objects.filter(group="held").count() == 2
    assert counts("kind", kind="buyer") == {"buyer": 1}


def test_orders_of_others_are_outside(
    visitor: Visitor, product: Product, after_commit: Any
) -> None:
    with after_commit():
        record_order(visitor(), order="a", products=[product])
        record_order("", order="b", products=[product])
    assert set(CountedOrder.objects.values_list("group", "visit")) == {("", None)}
    assert counts("kind", "group") == {("ordered", ""): 2}


def test_what_can_not_be_tried_on_is_left_out(
    held: Any, product: Product, after_commit: Any
) -> None:
    gift = User.objects.create(username="a gift card")
    design = Design.objects.create(title="Dress")
    with after_commit():
        record_order(held, order="a", products=[gift])
    assert not CountedOrder.objects.exists()
    with after_commit():
        record_order(held, order="a", products=[gift, design])
    assert counts("product", kind="ordered") == {f"shop.design:{design.pk}": 1}


@pytest.mark.parametrize("order", [None, "", "  "])
def test_an_order_needs_a_number(held: Any, product: Product, order: Any) -> None:
    with pytest.raises(ValueError, match="has no number"):
        record_order(held, order=order, products=[product])
    with pytest.raises(ValueError, match="has no number"):
        record_return(order=order)


def test_nothing_is_counted_unless_it_is_asked_for(
    held: Any, product: Product, settings: Any, after_commit: Any
) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0}
    with after_commit():
        record_order(held, order="a", products=[product])
        record_return(order="a")
    assert not CountedOrder.objects.exists()
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    with after_commit():
        record_order(held, order="a", products=[product])
    assert CountedOrder.objects.get().group == ""  # the comparison is over


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_rolled_back_is_not_counted(held: Any, product: Product) -> None:
    with transaction.atomic():
        record_order(held, order="a", products=[product])
        assert not CountedOrder.objects.exists()  # and no row is held up by the checkout
        transaction.set_rollback(True)
    assert not CountedOrder.objects.exists()
    record_order(held, order="a", products=[product])
    assert CountedOrder.objects.exists()


def test_a_return_counts_once(held: Any, product: Product, after_commit: Any) -> None:
    with after_commit():
        record_order(held, order="a", products=[product])
        record_return(order="never ordered", products=[product])
    for _ in range(2):
        with after_commit():
            record_return(order="a", products=[product])
    assert CountedOrder.objects.get().returned_on == today()
    assert counts("kind", "product", kind="returned") == {
        ("returned", f"shop.product:{product.pk}"): 1
    }


def test_the_hash_rotates(
    held: Any, product: Product, after_commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = marking.marks("order", "a", day=date(2026, 1, 31))
    second = marking.marks("order", "a", day=date(2026, 2, 1))
    assert [str(salt) for salt in Salt.objects.order_by("month")] == ["2026-01", "2026-02"]
    assert second[1:] == first  # by the month before it is still known
    assert second[0] != first[0]
    assert marking.marks("order", "a", day=date(2026, 2, 28)) == second
    assert marking.marks("visit", "a", day=date(2026, 2, 28))[0] != second[0]


def test_an_order_of_last_month_is_known_this_month(
    held: Any, product: Product, after_commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today()
    for module in ("record_order", "record_return"):
        monkeypatch.setattr(import_module(f"django_tryon.services.{module}"), "today", lambda: day)
    with after_commit():
        record_order(held, order="a", products=[product])
    day += timedelta(days=31)
    with after_commit():
        record_order(held, order="a", products=[product])
        record_return(order="a")
    assert Salt.objects.count() == 2
    assert CountedOrder.objects.get().returned_on == day


def test_what_an_order_was_is_forgotten(held: Any, product: Product, after_commit: Any) -> None:
    now = timezone.now()
    with after_commit():
        record_order(held, order="a", products=[product])
    purge(now=now + timedelta(days=59))
    assert CountedOrder.objects.get().mark
    out = StringIO()
    assert purge(now=now + timedelta(days=62), dry_run=True).hashes == 1
    assert purge(now=now + timedelta(days=62)).hashes == 1
    row = CountedOrder.objects.get()
    assert (row.mark, row.visit, row.group) == (None, None, "held")
    assert Salt.objects.exists()  # orders of the month's last day may still be known
    assert purge(now=now + timedelta(days=62)).hashes == 0
    purge(now=now + timedelta(days=93))
    assert not Salt.objects.exists()
    with after_commit():
        record_return(order="a")
    assert CountedOrder.objects.get().returned_on is None
    EventCount.objects.update(day=today() - timedelta(days=401))
    CountedOrder.objects.update(day=today() - timedelta(days=401))
    call_command("tryon_purge", "--dry-run", stdout=out)
    assert "0 hashes of orders and 4 old counts." in out.getvalue()
    assert purge(now=now).events == 4
    assert not EventCount.objects.exists()
    assert not CountedOrder.objects.exists()


def test_nothing_personal_is_stored(
    visitor: Visitor, product: Product, after_commit: Any, settings: Any
) -> None:
    """Every way in carries a canary; no row may hold it, in any column."""
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    user = User.objects.create(username=CANARY, email=f"{CANARY}@shop.example")
    session = new_session(name=CANARY)
    session.create()
    request = visitor(session=session, user=user, user_agent=CANARY, referer=f"/{CANARY}/")
    request.META["REMOTE_ADDR"] = "192.0.2.47"
    with after_commit():
        is_held_out(request)
        record_order(request, order=CANARY, products=[product])
        record_return(order=CANARY, products=[product])
    number = visit_of(request).rpartition("/")[2]
    rows = [
        str(row)
        for model in (EventCount, CountedOrder, Salt)
        for row in model.objects.values_list()
    ]
    assert len(rows) == 6  # visitor, buyer, ordered, returned; the order; the salt
    for trace in (CANARY, "192.0.2.47", session.session_key, number):
        assert not [row for row in rows if trace in row]
    fields = {field.name for model in (EventCount, CountedOrder) for field in model._meta.fields}
    assert fields == {
        *("id", "day", "kind", "product", "group", "holdout", "sampled", "count"),
        *("mark", "visit", "returned_on"),
    }
