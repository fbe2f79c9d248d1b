"""What goes with what, as shoppers are told it before they ask for anything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import combinations, combinations_with_replacement
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.engines import Engine, all_engines, get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Gate, Look
from django_tryon.services.driving import gates
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import offer_look
from django_tryon.services.outfits.order import check_together, clashes
from django_tryon.services.shoppers.opening import MOST_LOOKS, open_looks
from tests.conftest import picture
from tests.shop.models import Design

Made = Callable[..., Garment]
USUAL = get_engine("try-on-diffusion")


@pytest.mark.parametrize("engine", all_engines().values(), ids=lambda engine: engine.slug)
def test_what_clashes_by_twos_is_all_that_is_refused(engine: type[Engine]) -> None:
    table = clashes(engine)
    assert set(table) == set(engine.categories)
    for number in (2, 3, 4):
        for parts in combinations_with_replacement(engine.categories, number):
            garments = [Garment(category=part, name=part) for part in parts]
            try:
                check_together(engine, garments)
            except LaunchRefused:
                is_fine = False
            else:
                is_fine = True
            pairs = combinations(parts, 2)
            assert is_fine == all(other not in table[part] for part, other in pairs), parts
    for part, others in table.items():
        assert all(part in table[other] for other in others)  # it is mutual


@pytest.fixture
def made(db: None) -> Made:
    """Make a garment of a product of its own."""

    def go(category: str, name: str) -> Garment:
        image = ContentFile(picture(), name="g.jpg")
        product = Design.objects.create(title=name)
        return Garment.objects.create(product=product, category=category, name=name, image=image)

    return go


@pytest.fixture
def jeans(made: Made) -> Garment:
    return made("lower", "Jeans")


@pytest.fixture
def look(garment: Garment, jeans: Garment) -> Look:
    """Both, offered."""
    return offer_look(build("Weekend", [garment, jeans]))


def names(*worn: Garment, engine: type[Engine] = USUAL) -> list[str]:
    """Return the looks that complete what is worn of its own products."""
    return [one.look.name for one in open_looks([one.product for one in worn], engine, worn)]


def test_a_look_is_offered_that_has_something_to_add(
    look: Look, garment: Garment, jeans: Garment, made: Made
) -> None:
    assert names(garment) == names(jeans) == ["Weekend"]
    assert names(garment, jeans) == []
    assert names(garment, made("outer", "Coat")) == ["Weekend"]


def test_few_are_offered(garment: Garment, made: Made) -> None:
    for number in range(MOST_LOOKS + 1):
        offer_look(build(f"{number}", [garment, made("lower", f"Skirt {number}")]))
    assert names(garment) == ["4", "3", "2", "1"]


def test_none_that_waits_at_a_gate_or_that_costs_too_much(
    look: Look, garment: Garment, settings: Any
) -> None:
    price = Decimal(str(USUAL.estimate(1)))
    usual = settings.TRYON
    settings.TRYON = usual | {"STOREFRONT_DAILY_BUDGET": price}
    assert names(garment) == []
    settings.TRYON = usual | {"STOREFRONT_DAILY_BUDGET": 2 * price}
    assert names(garment) == ["Weekend"]
    gates.close("try-on-diffusion", Gate.Reason.ENGINE_RETIRED)
    assert names(garment) == []
    gates.open_gate("try-on-diffusion")
    gates.close("try-on-diffusion", Gate.Reason.RATE_LIMITED)
    assert names(garment) == ["Weekend"]
