"""The doctor looks over the catalogue."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from django_tryon.models import Garment
from django_tryon.services.doctor import catalogue
from tests.shop.models import Design, Product


def said(*options: str) -> str:
    """Run the command, and return what it said."""
    out = io.StringIO()
    call_command("tryon_doctor", "--garments", *options, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def bare(db: None) -> Garment:
    """A garment that nobody gave a picture."""
    product = Design.objects.create(title="Lace")
    return Garment.objects.create(product=product, category="upper", name="Lace top")


def test_the_worst_come_first_with_what_to_do(garment: Garment, bare: Garment) -> None:
    note = said().splitlines()
    assert note[:2] == [
        f"✗ garment {bare.pk} “Lace top”: 0 · There is no picture.",
        "    Add one to the garment, or to its product.",
    ]
    assert note[2].startswith(f"! garment {garment.pk} “Coral tee”: ")
    assert note[-1] == (
        "Of 2 garments 1 are poor and 1 may be better. Pictures looked at just now: 1."
    )


def test_what_was_looked_at_is_not_again(garment: Garment, bare: Garment) -> None:
    said()
    assert said().endswith("Pictures looked at just now: 0.\n")
    assert "Lace" not in said("--worst", "0")
    assert "Coral" not in said("--worst", "1")


def test_all_are_looked_at_however_many(
    product: Product, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(catalogue, "AT_ONCE", 2)
    for _number in range(5):
        Garment.objects.create(product=product, category="upper")
    with django_assert_max_num_queries(4 + 3 + 5):  # lists, their products, what was seen
        assert catalogue.look_over() == 5
    assert not Garment.objects.filter(readiness=None).exists()


def test_those_that_could_not_be_looked_at_are_counted(
    garment: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    Garment.objects.update(readiness=None, readiness_of="")
    monkeypatch.setattr(catalogue, "assess", lambda garment: None)
    assert "; 1 could not be looked at." in said()


def test_for_programs(bare: Garment) -> None:
    told = json.loads(said("--json"))
    assert told["ok"]
    assert told["findings"][0] == {
        "mark": "bad",
        "of": f"garment {bare.pk} “Lace top”",
        "says": "0 · There is no picture.",
        "do": "Add one to the garment, or to its product.",
    }
