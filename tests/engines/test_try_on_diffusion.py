from __future__ import annotations

import pytest

from django_tryon.engines import GarmentInput, Inputs
from django_tryon.engines.try_on_diffusion import TryOnDiffusion

PERSON = "https://segmind-sd-models.s3.amazonaws.com/display_images/model.png"
GARMENT = "https://segmind-sd-models.s3.amazonaws.com/display_images/cloth.jpg"

EXAMPLE = {
    "model_image": PERSON,
    "cloth_image": GARMENT,
    "category": "Upper body",
    "num_inference_steps": 35,
    "guidance_scale": 2,
    "seed": 12467,
    "base64": False,
}
"""The example request of the model's page."""


def payload(*, worn="upper", **params):
    garment = GarmentInput(category=worn, description="", url=GARMENT)
    inputs = Inputs(person_url=PERSON, garments=(garment,))
    return TryOnDiffusion.build_payload(inputs, TryOnDiffusion.read_params(params))


def test_payload_is_the_example_of_the_page():
    assert payload(num_inference_steps=35, seed=12467) == EXAMPLE


def test_every_parameter_reaches_the_payload():
    given = {
        "category": "Dress",
        "num_inference_steps": 100,
        "guidance_scale": 7.5,
        "seed": 999_999_999_999_999,
        "base64": True,
    }
    assert payload(**given) == {"model_image": PERSON, "cloth_image": GARMENT} | given


def test_defaults_are_those_of_the_page():
    assert TryOnDiffusion.read_params({}) == {
        "category": None,
        "num_inference_steps": 25,
        "guidance_scale": 2,
        "seed": -1,
        "base64": False,
    }


@pytest.mark.parametrize(
    ("ours", "theirs"), [("upper", "Upper body"), ("lower", "Lower body"), ("dress", "Dress")]
)
def test_category_follows_the_garment(ours, theirs):
    assert payload(worn=ours)["category"] == theirs


@pytest.mark.parametrize("scale", [1, 1.0, 25, 24.99])
def test_guidance_takes_whole_and_broken_numbers(scale):
    assert payload(guidance_scale=scale)["guidance_scale"] == scale


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"num_inference_steps": 19}, "whole number from 20 to 100"),
        ({"num_inference_steps": 101}, "whole number from 20 to 100"),
        ({"num_inference_steps": "25"}, "whole number from 20 to 100"),
        ({"num_inference_steps": 25.0}, "whole number from 20 to 100"),
        ({"num_inference_steps": True}, "whole number from 20 to 100"),
        ({"num_inference_steps": None}, "whole number from 20 to 100"),
        ({"guidance_scale": 0.99}, "number from 1 to 25"),
        ({"guidance_scale": 25.01}, "number from 1 to 25"),
        ({"guidance_scale": "2"}, "number from 1 to 25"),
        ({"guidance_scale": True}, "number from 1 to 25"),
        ({"guidance_scale": float("nan")}, "number from 1 to 25"),
        ({"guidance_scale": float("inf")}, "number from 1 to 25"),
        ({"guidance_scale": 10**400}, "number from 1 to 25"),
        ({"seed": -2}, "whole number from -1 to 999999999999999"),
        ({"seed": 10**15}, "whole number from -1 to 999999999999999"),
        ({"seed": "-1"}, "whole number from -1 to 999999999999999"),
        ({"seed": 1.5}, "whole number from -1 to 999999999999999"),
        ({"base64": 1}, "true or false"),
        ({"base64": "false"}, "true or false"),
        ({"base64": None}, "true or false"),
        ({"category": "upper body"}, "“Upper body”, “Lower body”, “Dress”"),
        ({"category": "upper_body"}, "“Upper body”, “Lower body”, “Dress”"),
        ({"category": ["Dress"]}, "“Upper body”, “Lower body”, “Dress”"),
        ({"base_64": False}, "Did you mean “base64”?"),
        ({"num_inference_step": 25}, "Did you mean “num_inference_steps”?"),
        ({"cloth_image": GARMENT}, "It takes: category, num_inference_steps,"),
    ],
)
def test_refuses_what_the_page_does_not_allow(refused, params, allowed):
    assert allowed in refused(TryOnDiffusion, params).message
