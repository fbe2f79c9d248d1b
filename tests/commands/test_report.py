"""``tryon_report``: in words, for programs, and the counts themselves."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_tryon.models import CountedOrder, EventCount
from django_tryon.services.days import today
from tests.shop.models import Product

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
HALF = Decimal("0.5")


def report(*args: str) -> str:
    out = StringIO()
    call_command("tryon_report", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def busy(product: Product) -> str:
    """A day of a shop that counts; returns its product's reference."""
    tee = f"shop.product:{product.pk}"
    for kind, count, fields in (
        ("seen", 1000, {"product": tee, "sampled": HALF}),
        ("opened", 40, {"product": tee, "sampled": HALF}),
        ("visitor", 70, {"group": "button", "holdout": HALF}),
        ("buyer", 56, {"group": "button", "holdout": HALF}),
        ("visitor", 80, {"group": "held", "holdout": HALF}),
        ("buyer", 48, {"group": "held", "holdout": HALF}),
    ):
        EventCount.objects.create(day=DAY, kind=kind, count=count, **fields)
    CountedOrder.objects.create(day=DAY, group="held", holdout=HALF, returned_on=DAY)
    return tee


def test_in_words(busy: str, settings: Any) -> None:
    said = report("--since", "2026-03-01")
    assert "Saw the button" in said
    assert "2,000\n" in said
    assert "(estimated from a sample)" in said
    assert "Visitors from 2026-03-01 to 2026-03-01, the button kept from 50.0 % of them:" in said
    assert "56 of 70    80.0 %   95 %: 69.2 \N{EN DASH} 87.7 %" in said
    assert "With the button more visitors order: 20.0 points more" in said
    assert "Returns: one of the groups is still empty" in said
    assert "set TRYON['EVENTS']" in said
    assert "Nothing is compared" not in said
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    assert "set TRYON['EVENTS']" not in report("--since", "2026-03-01")


def test_the_last_month_unless_said_otherwise(busy: str, settings: Any) -> None:
    EventCount.objects.create(day=today() - timedelta(29), kind="seen", count=7)
    EventCount.objects.create(day=today() - timedelta(30), kind="seen", count=9)
    said = report()
    assert " 7\n" in said
    assert "estimated" not in said
    assert "Nothing is compared: TRYON['HOLDOUT'] = 0.1" in said
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0.1}
    assert "Nothing is compared" not in report()


def test_for_programs(busy: str) -> None:
    said = json.loads(report("--since", "2026-03-01", "--json"))
    assert said["since"] == "2026-03-01"
    assert said["sampled"] is True
    assert said["steps"]["seen"] == 2000
    assert said["products"][0]["product"] == "Coral tee"
    assert said["products"][0]["opened"] == 80
    (one,) = said["comparisons"]
    assert (one["holdout"], one["lopsided"], len(one["told"])) == (0.5, False, 2)
    assert round(one["bought"]["low"], 4) == 0.0524
    assert round(one["bought"]["high"], 4) == 0.3339
    assert (one["bought"]["distinguishable"], one["bought"]["missing"]) == (True, None)
    assert one["bought"]["button"]["rate"] == 0.8
    assert one["returned"]["button"] == {
        "count": 0, "of": 0, "rate": None, "low": None, "high": None
    }  # fmt: skip
    assert one["returned"]["difference"] is None


def test_the_counts_themselves(busy: str) -> None:
    heads, *rows = csv.reader(StringIO(report("--since", "2026-03-01", "--csv")))
    assert heads == ["day", "kind", "product", "group", "holdout", "sampled", "count"]
    assert len(rows) == 6
    assert ["2026-03-01", "seen", busy, "", "0.0000", "0.5000", "1000"] in rows
    assert ["2026-03-01", "buyer", "", "held", "0.5000", "1.0000", "48"] in rows


def test_a_day_that_is_none() -> None:
    with pytest.raises(CommandError, match="--since is “March”; write a day as 2026-10-01"):
        report("--since", "March")
