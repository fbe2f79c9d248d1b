"""What counts tell: the funnel, both groups, and the words for it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from django_tryon.models import CountedOrder, EventCount
from django_tryon.services.analytics import words
from django_tryon.services.analytics.comparison import Comparison, Rates, comparisons_since
from django_tryon.services.analytics.funnel import funnel_since
from django_tryon.services.analytics.intervals import Part
from tests.shop.models import Product

DAY = date(2026, 3, 1)
EMPTY = Rates(Part(0, 0), Part(0, 0))


def counted(kind: str, count: int, **fields: Any) -> None:
    EventCount.objects.create(kind=kind, count=count, **{"day": DAY} | fields)


@pytest.mark.django_db
def test_the_funnel_multiplies_what_was_sampled(
    product: Product, django_assert_num_queries: Any
) -> None:
    tee = f"shop.product:{product.pk}"
    counted("seen", 10, product=tee)
    counted("seen", 5, product=tee, sampled=Decimal("0.25"))
    counted("seen", 1, product="shop.product:99", sampled=Decimal("0.3"))
    counted("opened", 4, product=tee, day=DAY + timedelta(1))
    counted("ordered", 2, product=tee, group="held")
    counted("visitor", 77, group="held")
    counted("seen", 1000, product=tee, day=DAY - timedelta(1))
    with django_assert_num_queries(4):
        found = funnel_since(DAY)
    assert found.is_sampled
    assert found.steps == {
        "seen": 33,  # 10 + 5 / 0.25 + 1 / 0.3
        "opened": 4,
        "photo": 0,
        "launched": 0,
        "ready": 0,
        "addtocart": 0,
    }
    of_tee = found.steps | {"seen": 30, "ordered": 2, "returned": 0}
    other = dict.fromkeys(of_tee, 0) | {"seen": 3}
    assert found.products == [("Coral tee", of_tee), ("shop.product:99", other)]
    assert not funnel_since(DAY + timedelta(1)).is_sampled


@pytest.mark.django_db
def test_both_groups_are_compared_share_by_share(django_assert_num_queries: Any) -> None:
    tenth, half = Decimal("0.1"), Decimal("0.5")
    for group, visitors, buyers in (("button", 900, 45), ("held", 100, 4)):
        counted("visitor", visitors, group=group, holdout=tenth)
        counted("buyer", buyers, group=group, holdout=tenth, day=DAY + timedelta(2))
    counted("visitor", 8, group="held", holdout=half, day=DAY + timedelta(5))
    counted("buyer", 9, group="held", holdout=half, day=DAY + timedelta(5))
    for group, back in (("button", None), ("button", DAY), ("held", None), ("", DAY)):
        CountedOrder.objects.create(
            day=DAY, group=group, holdout=tenth if group else 0, returned_on=back
        )
    with django_assert_num_queries(2):
        newest, first = comparisons_since(DAY)
    assert newest.bought == Rates(Part(0, 0), Part(8, 8))  # never more buyers than visitors
    assert newest.returned == EMPTY
    assert (first.holdout, first.first, first.last) == (tenth, DAY, DAY + timedelta(2))
    assert first.bought == Rates(Part(45, 900), Part(4, 100))
    assert first.returned == Rates(Part(1, 2), Part(0, 1))
    assert not first.is_lopsided
    assert comparisons_since(DAY + timedelta(6)) == []


def compared(button: Part, held: Part, holdout: str = "0.5") -> Comparison:
    rates = Rates(button, held)
    return Comparison(Decimal(holdout), DAY, DAY, rates, rates)


def test_a_difference_that_is_one() -> None:
    # Newcombe's own example, of which the interval is 0.0524 to 0.3339.
    found = compared(Part(56, 70), Part(48, 80))
    assert words.on_buying(found) == (
        "With the button more visitors order: 20.0 points more (95 %: +5.2 to +33.4). "
        "That is more than chance explains."
    )
    less = compared(Part(48, 80), Part(56, 70))
    assert words.on_buying(less).startswith("With the button fewer visitors order: 20.0 points fe")
    assert words.on_returns(less) == (
        "With the button fewer orders come back: 20.0 points fewer "
        "(95 %: \N{MINUS SIGN}33.4 to \N{MINUS SIGN}5.2). That is more than chance explains."
    )
    assert less.bought.missing is None


def test_a_difference_that_may_be_chance() -> None:
    found = compared(Part(45, 900), Part(4, 100), "0.1")
    missing = found.bought.missing
    assert missing is not None
    assert 30_000 < missing < 40_000
    assert words.on_buying(found) == (
        "Orders: no difference can be told from chance; it may be anything from \N{MINUS SIGN}5.0 "
        "to +3.9 points. If it really is +1.0, as it looks now, about 38,000 more visitors are "
        "needed to tell it."
    )
    assert words.on_returns(found).endswith(" more orders are needed to tell it.")


def test_no_difference_names_no_number() -> None:
    same = compared(Part(5, 100), Part(5, 100))
    assert same.bought.missing is None
    assert words.on_buying(same).endswith(" points.")


def test_an_empty_group() -> None:
    found = compared(Part(3, 5), Part(0, 0), "0.1")
    said = "one of the groups is still empty, so there is nothing to compare."
    assert words.told(found) == [f"Orders: {said}", f"Returns: {said}"]
    assert (found.bought.difference, found.bought.interval) == (None, None)
    assert (found.bought.is_told, found.bought.missing) == (False, None)


def test_groups_of_the_wrong_size_are_not_believed() -> None:
    found = compared(Part(10, 1000), Part(10, 1000), "0.1")
    assert words.on_buying(found) == (
        "Do not believe these figures: 50.0 % of the visitors are held out, and 10.0 % were meant "
        "to be. Chance does not do that. Something sorts them, such as a cache that gives one "
        "visitor's page to another."
    )
    assert words.on_returns(found) == ""


def test_numbers_as_people_read_them() -> None:
    assert words.percent(None) == words.between(None) == words.points(None) == "-"
    assert words.between((0.0524, 0.3339)) == "5.2 \N{EN DASH} 33.4 %"
    assert words.points(-0.0001) == "+0.0"
    assert words.part(Part(1, 12345)) == "1 of 12,345"
