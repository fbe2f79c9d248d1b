"""Cards: what each garment is ready for, and why not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from django_tryon.admin.launch.cards import garment_cards
from django_tryon.admin.launch.engines import engine_cards
from django_tryon.admin.launch.estimate import Estimate
from django_tryon.admin.launch.form import params_forms
from django_tryon.engines import Licence, get_engine
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
    ("score", "words", "advice"),
    [
        (61, "tee", "The picture is small (384 by 512 pixels): fine detail may be lost."),
        (80, "tee", ""),
        (80, " ", "A description in a few words"),
        (None, "tee", ""),
    ],
)
def test_advice(garment: Garment, score: int | None, words: str, advice: str) -> None:
    garment.readiness = score
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


def test_engines_say_what_they_take() -> None:
    cards = {card.slug: card for card in engine_cards(["idm-vton"], params_forms(None))}
    assert {slug: card.takes for slug, card in cards.items()} == {
        "idm-vton": "a photo of a person, the garment's picture",
        "try-on-diffusion": "a photo of a person, the garment's picture",
        "p-image-try-on": "a photo of a person, pictures of up to 11 garments",
        "fashion-ai": "a photo of a person, the garment in words",
        "video-tryon-v2": "a clip of a person, the dressed first frame",
    }


def test_licences_are_loud_until_they_are_acknowledged(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tones() -> dict[str, str]:
        cards = engine_cards(["idm-vton"], params_forms(None))
        return {card.slug: card.licence_tone for card in cards}

    assert tones()["idm-vton"] == tones()["try-on-diffusion"] == "bad"
    assert tones()["p-image-try-on"] == tones()["fashion-ai"] == "odd"
    settings.TRYON = settings.TRYON | {"ACKNOWLEDGED_LICENCES": ["idm-vton"]}
    assert tones()["idm-vton"] == "quiet"
    assert tones()["try-on-diffusion"] == "bad"
    free = Licence("Apache-2.0", "yes", "https://example.com")
    monkeypatch.setattr(get_engine("fashion-ai"), "licence", free)
    assert tones()["fashion-ai"] == ""
    [card] = [card for card in engine_cards([], params_forms(None)) if card.slug == "fashion-ai"]
    assert (card.licence, card.licence_note) == ("Apache-2.0: commercial use allowed", "")


def test_the_launch_page_shows_licences(admin: Client, settings: Any) -> None:
    url = reverse("admin:django_tryon_tryonjob_launch")
    loud = '<span class="tryon-mark tryon-mark--bad">Weights: CC BY-NC-SA 4.0: no commercial use'
    assert loud in admin.get(url).content.decode()
    settings.TRYON = settings.TRYON | {"ACKNOWLEDGED_LICENCES": ["idm-vton"]}
    page = admin.get(url).content.decode()
    assert f"{loud}</span>" not in page
    assert "no commercial use (acknowledged)" in page


def test_an_estimate_in_words() -> None:
    assert str(Estimate(0, Decimal(0), 10)) == "No try-ons yet"
    assert str(Estimate(1, Decimal("0.0443"), 10.7)) == "1 try-on · about 11 s · about $0.044"
    assert str(Estimate(24, Decimal("1.063"), 70)) == "24 try-ons · about 6 min · about $1.06"
    assert Estimate.words()["other"] == "%s try-ons"
