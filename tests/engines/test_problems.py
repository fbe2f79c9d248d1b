from __future__ import annotations

import pickle

import pytest
from pydantic import Field, ValidationError

from django_tryon.engines.idm_vton import IdmVton
from django_tryon.engines.params import Params
from django_tryon.engines.problems import refusal
from django_tryon.exceptions import LaunchRefused


class Needy(Params):
    """Parameters of a shop's own engine that has no default for one."""

    strength: int = Field(ge=1, le=9)


def said(params):
    with pytest.raises(LaunchRefused) as caught:
        IdmVton.read_params(params)
    return caught.value


def test_names_the_nearest_parameter_and_all_there_are():
    refused = said({"step": 3})
    assert refused.message == (
        "idm-vton has no parameter “step”. Did you mean “steps”? It takes: category, crop, "
        "force_dc, garment_des, mask_img, mask_only, seed, steps."
    )
    assert (refused.code, refused.field) == ("unknown_parameter", "params.step")


def test_guesses_nothing_where_nothing_is_near():
    assert "Did you mean" not in said({"xyzzy": 3}).message


def test_name_that_is_no_text_is_unknown():
    assert said({5: 1}).field == "params.5"


def test_long_and_unprintable_names_are_cut():
    refused = said({"x\n\u202e" * 1000: 1})
    assert refused.field == "params." + "x" * 60 + "…"
    assert "\n" not in refused.message


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"steps": 41}, "“steps” cannot be 41."),
        ({"steps": 2.5}, "“steps” cannot be 2.5."),
        ({"steps": True}, "“steps” cannot be true."),
        ({"crop": 0}, "“crop” cannot be 0."),
        ({"steps": False}, "“steps” cannot be false."),
        ({"steps": "30"}, "“steps” cannot be the text “30”."),
        ({"steps": ""}, "“steps” cannot be an empty text."),
        ({"steps": None}, "“steps” cannot be left empty."),
        ({"steps": {}}, "“steps” cannot be a value of the type “dict”."),
        ({"seed": 2**64}, "“seed” cannot be so large a number."),
        ({"seed": 2**63}, "“seed” cannot be 9223372036854775808."),
        ({"category": "x" * 70}, "cannot be the text “" + "x" * 60 + "…”."),
        ({"garment_des": "x" * 501}, "cannot be a text of 501 characters."),
        ({"mask_img": "https://shop.example/" + "secret" * 400}, "cannot be that address."),
    ],
)
def test_shows_what_was_given_briefly(params, words):
    refused = said(params)
    assert words in refused.message
    assert refused.code == "invalid_parameter"
    assert len(refused.message) < 250


def test_address_of_a_photo_is_not_repeated():
    refused = said({"mask_img": "https://ana:secret@shop.example/face.jpg"})
    assert "user name" in refused.message
    assert "secret" not in refused.message


def test_missing_parameter_is_named():
    with pytest.raises(ValidationError) as caught:
        Needy.model_validate({})
    refused = refusal("own", Needy, caught.value)
    assert refused.message == "own needs the parameter “strength”: a whole number from 1 to 9."
    assert refused.field == "params.strength"


def test_refusal_survives_pickling():
    refused = pickle.loads(pickle.dumps(said({"steps": 0})))
    assert (refused.field, refused.code) == ("params.steps", "invalid_parameter")
