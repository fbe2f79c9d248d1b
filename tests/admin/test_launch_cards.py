"""Cards: what each garment is ready for, and why not."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from django_tryon.admin.launch.cards import garment_cards, seen_first
from django_tryon.admin.launch.engines import EngineCard, engine_cards
from django_tryon.admin.launch.estimate import Estimate
from django_tryon.admin.launch.form import params_forms
from django_tryon.engines import Licence, get_engine
from django_tryon.models import Garment
from django_tryon.services.eta import Span
from tests.admin.conftest import page
from tests.shop.models import Design


def cards_of(*chosen: str) -> list[EngineCard]:
    return engine_cards(chosen, params_forms(None), params_forms(None, "second"), [])


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


@pytest.mark.django_db
def test_engines_say_price_time_and_licence() -> None:
    cards = {card.slug: card for card in cards_of("fashion-ai")}
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


@pytest.mark.django_db
def test_engines_say_what_they_take() -> None:
    cards = {card.slug: card for card in cards_of("idm-vton")}
    assert {slug: card.takes for slug, card in cards.items()} == {
        "idm-vton": "a photo of a person, the garment's picture",
        "try-on-diffusion": "a photo of a person, the garment's picture",
        "p-image-try-on": "a photo of a person, pictures of up to 11 garments",
        "fashion-ai": "a photo of a person, the garment in words",
        "video-tryon-v2": "a clip of a person, the dressed first frame",
    }


@pytest.mark.django_db
def test_licences_are_loud_until_they_are_acknowledged(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tones() -> dict[str, str]:
        cards = cards_of("idm-vton")
        return {card.slug: card.licence_tone for card in cards}

    assert tones()["idm-vton"] == tones()["try-on-diffusion"] == "bad"
    assert tones()["p-image-try-on"] == tones()["fashion-ai"] == "odd"
    settings.TRYON = settings.TRYON | {"ACKNOWLEDGED_LICENCES": ["idm-vton"]}
    assert tones()["idm-vton"] == "quiet"
    assert tones()["try-on-diffusion"] == "bad"
    free = Licence("Apache-2.0", "yes", "https://example.com")
    monkeypatch.setattr(get_engine("fashion-ai"), "licence", free)
    assert tones()["fashion-ai"] == ""
    [card] = [card for card in cards_of() if card.slug == "fashion-ai"]
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
    assert str(Estimate(0, Decimal(0), Span(10))) == "No try-ons yet"
    assert str(Estimate(1, Decimal("0.0443"), Span(10.7))) == "1 try-on · about 11 s · about $0.044"
    most = Estimate(24, Decimal("1.063"), Span(350, is_most=True))
    assert str(most) == "24 try-ons · at most 6 min · about $1.06"
    assert Estimate.words()["other"] == "%s try-ons"


def test_beyond_the_first_twelve_they_are_folded_and_sent_all_the_same(
    admin: Client, garment: Garment, person: Any
) -> None:
    """Those that need a look stand first; what is newest and not chosen keeps its order."""
    ready = [
        Garment(product=garment.product, category="upper", name=f"Tee {number}", description="tee")
        for number in range(10)
    ]
    Garment.objects.bulk_create(ready)
    few = admin.get(page(garments=Garment.objects.all()))
    assert (len(few.context["shown"]), few.context["folded"]) == (11, [])
    assert "<summary>Show all" not in few.content.decode()
    dress, wordless = (
        Garment.objects.create(
            product=garment.product, category=category, name=category, description=words
        )
        for category, words in (("dress", "wrap dress"), ("lower", ""))
    )
    Garment.objects.update(readiness=None)
    every = list(Garment.objects.order_by("pk"))
    many = admin.get(page(garments=every))
    shown = [card.garment for card in many.context["shown"]]
    assert shown == [wordless, dress, *every[:10]]
    assert [card.garment for card in many.context["folded"]] == [every[10]]
    above, _summary, folded = many.content.decode().partition("Show all 13 garments</summary>")
    boxes = [text.count('name="garments"') for text in (above, folded)]
    assert boxes == [12, 1]
    assert re.search(rf'name="garments" value="{every[10].pk}"[^>]* checked>', folded)
    newest = admin.get(page(garments=[])).context
    assert [card.garment for card in newest["garments"]] == every[::-1]


def test_what_a_check_refused_is_seen_first(garment: Garment) -> None:
    words = {"category": "upper", "description": "tee"}
    garments = [Garment(pk=pk, product=garment.product, **words) for pk in range(1, 14)]
    cards = seen_first(garment_cards(garments, set(), {13}))
    assert [card.garment.pk for card in cards] == [13, *range(1, 13)]
