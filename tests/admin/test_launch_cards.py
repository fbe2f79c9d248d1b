"""Cards: what each garment is ready for, and why not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from django_tryon.admin.estimate import Estimate
from django_tryon.admin.launch_cards import engine_cards, garment_cards
from django_tryon.admin.launch_form import params_forms
from django_tryon.models import Garment
from tests.shop.models import Design


def test_a_dress_is_not_for_every_engine(garment: Garment) -> None:
    garment.category = "dress"
    [card] = garment_cards([garment], {str(garment.pk)})
    assert card.checked
    assert card.blocked == [("fashion-ai", "Fashion AI cannot do this category: dress.")]
    assert "fashion-ai" not in card.engines.split()
    assert "idm-vton" in card.engines.split()
    assert not card.is_hopeless


def test_without_a_picture_only_words_help(db: None) -> None:
    garment = Garment.objects.create(
        product=Design.objects.create(title="Lace"), category="upper", description="lace top"
    )
    [card] = garment_cards([garment], set())
    assert card.engines == "fashion-ai video-tryon-v2"
    assert "needs a picture" in dict(card.blocked)["idm-vton"]
    assert card.url == ""


def test_a_garment_that_no_engine_takes_is_hopeless(garment: Garment, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "ENGINES": ["django_tryon.engines.fashion_ai.FashionAi"],
    }
    garment.category = "dress"
    [card] = garment_cards([garment], set())
    assert card.is_hopeless


@pytest.mark.parametrize(
    ("size", "words", "advice"),
    [
        ((384, 512), "tee", "The picture is small"),
        ((768, 1024), "tee", ""),
        ((768, 1024), " ", "A description in a few words"),
        ((None, None), "tee", ""),
    ],
)
def test_advice(garment: Garment, size: Any, words: str, advice: str) -> None:
    garment.width, garment.height = size
    garment.description = words
    [card] = garment_cards([garment], set())
    assert card.advice.startswith(advice)
    assert bool(card.advice) == bool(advice)


def test_products_that_are_gone_or_no_longer_allowed(garment: Garment, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert garment_cards([garment], set())[0].facts == "Upper body"
    Garment.objects.update(image="")
    bare = Garment.objects.get()
    assert garment_cards([bare], set())[0].url == ""
    Garment.objects.update(product_id="999")
    assert garment_cards([Garment.objects.get()], set())[0].facts == "Upper body · Deleted"


def test_a_garment_without_words_is_called_by_its_product(garment: Garment) -> None:
    garment.name = ""
    assert garment_cards([garment], set())[0].title == "plain coral T-shirt"
    garment.description = ""
    [card] = garment_cards([garment], set())
    assert (card.title, card.facts) == ("Coral tee · Upper body", "")
    Garment.objects.update(product_id="999", name="", description="")
    assert garment_cards([Garment.objects.get()], set())[0].title == f"Upper body {garment.pk}"


def test_a_picture_whose_file_is_missing(garment: Garment) -> None:
    garment.image.storage.delete(garment.image.name)
    [card] = garment_cards([garment], set())
    assert (card.url, card.instead) == ("", "The picture's file is missing")
    assert dict(card.blocked)["idm-vton"] == (
        "IDM-VTON needs a picture. The picture's file is missing."
    )
    assert "idm-vton" not in card.engines.split()


def test_engines_say_price_time_and_licence() -> None:
    cards = {card.slug: card for card in engine_cards("fashion-ai", params_forms(None))}
    assert cards["fashion-ai"].checked
    assert not cards["fashion-ai"].has_seed
    assert cards["fashion-ai"].price_note
    idm = cards["idm-vton"]
    assert (idm.price, idm.seconds, idm.first_price, idm.has_seed) == (
        "$0.044",
        "11 s",
        "0.0443",
        True,
    )
    assert idm.licence == "CC BY-NC-SA 4.0: no commercial use"
    assert Decimal(cards["p-image-try-on"].more_price) > 0


def test_an_estimate_in_words() -> None:
    assert str(Estimate(0, Decimal(0), 10)) == "No try-ons yet"
    assert str(Estimate(1, Decimal("0.0443"), 10.7)) == "1 try-on · about 11 s · about $0.044"
    assert str(Estimate(24, Decimal("1.063"), 70)) == "24 try-ons · about 6 min · about $1.06"
    assert Estimate.words()["other"] == "%s try-ons"
