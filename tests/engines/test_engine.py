from __future__ import annotations

import json
from decimal import Decimal
from typing import get_args

import pytest

from django_tryon.engines import Engine, GarmentInput, Inputs, all_engines, get_engine
from django_tryon.engines.engine import Category
from django_tryon.engines.params import parameters
from django_tryon.exceptions import LaunchRefused

SLUGS = ["idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai", "video-tryon-v2"]
SHIRT = GarmentInput("upper", "white linen shirt", "https://shop.example/shirt.jpg")


@pytest.fixture(params=SLUGS)
def engine(request):
    return get_engine(request.param)


def test_all_five_are_offered_in_order():
    assert list(all_engines()) == SLUGS


def test_settings_choose_the_engines(settings):
    settings.TRYON = {"ENGINES": ["django_tryon.engines.fashion_ai.FashionAi"]}
    assert list(all_engines()) == ["fashion-ai"]


def test_unknown_engine_is_refused_with_those_there_are():
    with pytest.raises(LaunchRefused, match="no engine “idm”") as caught:
        get_engine("idm")
    assert (caught.value.field, caught.value.code) == ("engine", "unknown_engine")
    for slug in SLUGS:
        assert slug in caught.value.message


def test_every_engine_declares_everything(engine):
    for name, annotation in Engine.__annotations__.items():
        assert "ClassVar" in annotation
        assert hasattr(engine, name), f"{engine.__name__} lacks {name}"
    assert engine.title
    assert engine.good_for.endswith(".")
    assert engine.limits
    assert all(limit.endswith(".") for limit in engine.limits)
    assert engine.docs_url == f"https://www.segmind.com/models/{engine.slug}/api"
    assert engine.price > 0
    assert isinstance(engine.price, Decimal)
    assert 0 < engine.typical_seconds < 3600
    assert set(engine.categories) <= set(get_args(Category))
    assert engine.licence.commercial in {"yes", "no", "unknown"}
    assert engine.licence.url.startswith("https://")


def test_every_parameter_has_a_title_and_a_description(engine):
    schema = engine.schema()
    assert schema["additionalProperties"] is False
    assert json.loads(json.dumps(schema)) == schema
    for name, described in schema["properties"].items():
        assert described["description"].endswith("."), name
        assert described["title"] != name
        optional = any(one.get("type") == "null" for one in described.get("anyOf", ()))
        assert bool(described.get("x-unset")) == optional, name


def test_every_unset_parameter_is_left_out_or_filled(engine):
    inputs = Inputs("https://shop.example/ana.jpg", (SHIRT,), (768, 1024), "https://shop.example/f")
    payload = engine.build_payload(inputs, engine.read_params({}))
    assert json.loads(json.dumps(payload)) == payload
    assert not [name for name, value in payload.items() if value in (None, "")]
    unsent = set(engine.params.model_fields) - set(payload)
    assert unsent <= {"mask_img", "reference_pose", "prompt"}
    for name in unsent:
        assert parameters(engine.params)[name].default in (None, "")


def test_base_class_builds_nothing():
    with pytest.raises(NotImplementedError):
        Engine.build_payload(Inputs("", ()), {})


@pytest.mark.parametrize("given", [[1], "steps", 3, [("steps", 20)]])
def test_parameters_must_be_names_with_values(given):
    with pytest.raises(LaunchRefused, match="names with values") as caught:
        get_engine("idm-vton").read_params(given)
    assert caught.value.field == "params"


def test_no_parameters_are_the_defaults(engine):
    assert engine.read_params(None) == engine.read_params({})


def test_ordinary_wish_is_fine(engine):
    engine.check_wish(1, engine.read_params({}))


def test_category_that_cannot_be_worn_is_refused(engine):
    for category, word in engine.categories.items():
        assert engine.category_word(GarmentInput(category, "")) == word
    with pytest.raises(LaunchRefused, match="cannot put on the category “hat”, only: upper") as no:
        engine.category_word(GarmentInput("hat", "a hat"))
    assert (no.value.code, no.value.field) == ("category_not_possible", "garments")


def test_own_price_replaces_the_built_in_one(settings, engine):
    assert engine.estimate() == engine.price
    settings.TRYON = {"PRICES": {engine.slug: 0.5}}
    assert engine.estimate() == Decimal("0.5")
    assert engine.estimate(3) == Decimal("0.5") + 2 * engine.extra_garment_price


@pytest.mark.parametrize(
    ("category", "words"), [("upper", "top"), ("lower", "bottoms"), ("dress", "dress")]
)
def test_garment_words_are_its_description_in_one_line(category, words):
    assert GarmentInput(category, "").words == words
    assert GarmentInput(category, " a\n b ").words == "a b"
