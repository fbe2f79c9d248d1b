from __future__ import annotations

import pytest

from django_tryon.engines import GarmentInput, Inputs
from django_tryon.engines.fashion_ai import FashionAi
from django_tryon.exceptions import LaunchRefused

PERSON = "https://segmind-sd-models.s3.amazonaws.com/display_images/Fai_ip.png.png"

EXAMPLE = {"image": PERSON, "prompt": "a person wearing blue jeans", "clothing": "topwear"}
"""The example request of the model's page."""


def payload(*, worn="upper", description="blue jeans", **params):
    inputs = Inputs(person_url=PERSON, garments=(GarmentInput(worn, description),))
    return FashionAi.build_payload(inputs, FashionAi.read_params(params))


def test_payload_is_the_example_of_the_page():
    assert payload() == EXAMPLE


def test_every_parameter_reaches_the_payload():
    given = {"prompt": "a knight in armour", "clothing": "bottomwear"}
    assert payload(**given) == {"image": PERSON} | given


def test_defaults_follow_the_garment():
    assert FashionAi.read_params({}) == {"prompt": None, "clothing": None}


@pytest.mark.parametrize(("ours", "theirs"), [("upper", "topwear"), ("lower", "bottomwear")])
def test_clothing_follows_the_garment(ours, theirs):
    assert payload(worn=ours)["clothing"] == theirs


def test_prompt_is_one_line():
    assert payload(description="white\r\n linen  shirt")["prompt"] == (
        "a person wearing white linen shirt"
    )
    assert payload(prompt=" a knight\nin armour ")["prompt"] == "a knight in armour"


def test_dresses_are_refused():
    assert "dress" not in FashionAi.categories
    said = "Fashion AI cannot put on the category “dress”, only: upper, lower"
    with pytest.raises(LaunchRefused, match=said) as caught:
        payload(worn="dress")
    assert caught.value.field == "garments"


def test_garment_without_words_is_refused_unless_a_prompt_is_given():
    with pytest.raises(LaunchRefused, match="has no description") as caught:
        FashionAi.check_wish(1, FashionAi.read_params({}), described=False)
    assert caught.value.field == "params.prompt"
    FashionAi.check_wish(1, FashionAi.read_params({"prompt": "a knight"}), described=False)
    FashionAi.check_wish(1, FashionAi.read_params({}), described=True)


def test_says_that_it_takes_no_garment_image():
    assert FashionAi.takes_garment_image is False
    assert any("no picture of the garment" in limit for limit in FashionAi.limits)
    assert any("512" in limit for limit in FashionAi.limits)


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"clothing": "dress"}, "“topwear”, “bottomwear”"),
        ({"clothing": "Topwear"}, "“topwear”, “bottomwear”"),
        ({"clothing": 0}, "“topwear”, “bottomwear”"),
        ({"prompt": ""}, "1 to 2000 characters"),
        ({"prompt": " \n"}, "1 to 2000 characters"),
        ({"prompt": "x" * 2001}, "1 to 2000 characters"),
        ({"prompt": ["a", "b"]}, "1 to 2000 characters"),
        ({"prompt": "a\x07b"}, "control character"),
        ({"cloting": "topwear"}, "Did you mean “clothing”?"),
        ({"category": "topwear"}, "It takes: prompt, clothing."),
        ({"seed": 1}, "It takes: prompt, clothing."),
        ({"image": PERSON}, "It takes: prompt, clothing."),
    ],
)
def test_refuses_what_the_page_does_not_allow(refused, params, allowed):
    assert allowed in refused(FashionAi, params).message
