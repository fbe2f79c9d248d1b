from __future__ import annotations

from decimal import Decimal

import pytest

from django_tryon.engines import get_engine
from django_tryon.sandbox.catalogue import MODELS


def test_the_five_models_are_there() -> None:
    assert set(MODELS) == {
        "idm-vton",
        "try-on-diffusion",
        "p-image-try-on",
        "fashion-ai",
        "video-tryon-v2",
    }


@pytest.mark.parametrize(
    ("garments", "cost"),
    [(["a"], "0.0150"), (["a", "b", "c"], "0.0310"), ([], "0.0150"), ("a", "0.0150")],
)
def test_each_further_garment_costs_more(garments: object, cost: str) -> None:
    assert MODELS["p-image-try-on"].cost({"garment_images": garments}) == Decimal(cost)


def test_the_other_models_have_one_price() -> None:
    assert MODELS["video-tryon-v2"].cost({}) == Decimal("4.745")


@pytest.mark.parametrize("slug", MODELS)
def test_what_is_charged_is_what_was_estimated(slug: str) -> None:
    estimate = get_engine(slug).estimate(1)
    if slug == "p-image-try-on":  # an average there, over one garment and more
        assert MODELS[slug].cost({}) < estimate
    else:
        assert MODELS[slug].cost({}) == estimate
