from __future__ import annotations

import pytest

from django_tryon.engines import GarmentInput, Inputs
from django_tryon.engines.idm_vton import IdmVton, needs_crop

PERSON = "https://segmind-sd-models.s3.amazonaws.com/display_images/idm-ip.png"
GARMENT = "https://segmind-sd-models.s3.amazonaws.com/display_images/idm-viton-dress.png"
BLAZER = "Green colour semi Formal Blazer"

EXAMPLE = {
    "crop": False,
    "seed": 42,
    "steps": 30,
    "category": "upper_body",
    "force_dc": False,
    "human_img": PERSON,
    "garm_img": GARMENT,
    "mask_only": False,
    "garment_des": BLAZER,
}
"""The example request of the model's page."""


def payload(*, worn="upper", description=BLAZER, size=(768, 1024), **params):
    garment = GarmentInput(category=worn, description=description, url=GARMENT)
    inputs = Inputs(person_url=PERSON, garments=(garment,), person_size=size)
    return IdmVton.build_payload(inputs, IdmVton.read_params(params))


def test_payload_is_the_example_of_the_page():
    assert payload() == EXAMPLE


def test_every_parameter_reaches_the_payload():
    given = {
        "category": "lower_body",
        "crop": True,
        "force_dc": True,
        "garment_des": "Blue jeans",
        "mask_img": "https://shop.example/mask.png",
        "mask_only": True,
        "seed": 7,
        "steps": 40,
    }
    assert payload(**given) == {"human_img": PERSON, "garm_img": GARMENT} | given


def test_defaults_are_those_of_the_page():
    assert IdmVton.read_params({}) == {
        "category": None,
        "crop": None,
        "force_dc": None,
        "garment_des": None,
        "mask_img": None,
        "mask_only": False,
        "seed": 42,
        "steps": 30,
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "force_dc"),
    [("upper", "upper_body", False), ("lower", "lower_body", False), ("dress", "dresses", True)],
)
def test_category_follows_the_garment_and_dresses_use_dresscode(ours, theirs, force_dc):
    sent = payload(worn=ours)
    assert (sent["category"], sent["force_dc"]) == (theirs, force_dc)


def test_category_given_by_hand_wins_and_decides_on_dresscode():
    sent = payload(worn="upper", category="dresses")
    assert (sent["category"], sent["force_dc"]) == ("dresses", True)
    assert payload(worn="upper", category="dresses", force_dc=False)["force_dc"] is False


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((768, 1024), False),
        ((757, 1000), False),
        ((758, 1000), True),
        ((743, 1000), False),
        ((742, 1000), True),
        ((1024, 768), True),
        ((1000, 1000), True),
        (None, False),
    ],
)
def test_crop_follows_the_photo(size, expected):
    assert needs_crop(size) is expected
    assert payload(size=size)["crop"] is expected
    assert payload(size=size, crop=not expected)["crop"] is not expected


def test_undescribed_garment_gets_the_plainest_word():
    assert payload(description=" \n ")["garment_des"] == "top"


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"steps": 0}, "whole number from 1 to 40"),
        ({"steps": 41}, "whole number from 1 to 40"),
        ({"steps": "30"}, "whole number from 1 to 40"),
        ({"steps": 30.0}, "whole number from 1 to 40"),
        ({"steps": 30.5}, "whole number from 1 to 40"),
        ({"steps": True}, "whole number from 1 to 40"),
        ({"steps": None}, "whole number from 1 to 40"),
        ({"steps": [30]}, "whole number from 1 to 40"),
        ({"seed": -1}, "whole number from 0 to 4294967295"),
        ({"seed": 2**32}, "whole number from 0 to 4294967295"),
        ({"seed": "42"}, "whole number from 0 to 4294967295"),
        ({"seed": 10**5000}, "whole number from 0 to 4294967295"),
        ({"category": "Upper body"}, "“upper_body”, “lower_body”, “dresses”"),
        ({"category": "upper"}, "“upper_body”, “lower_body”, “dresses”"),
        ({"category": 1}, "“upper_body”, “lower_body”, “dresses”"),
        ({"crop": 1}, "true or false"),
        ({"crop": "true"}, "true or false"),
        ({"force_dc": 0}, "true or false"),
        ({"force_dc": "no"}, "true or false"),
        ({"mask_only": None}, "true or false"),
        ({"mask_only": 0}, "true or false"),
        ({"mask_only": "false"}, "true or false"),
        ({"garment_des": ""}, "1 to 500 characters"),
        ({"garment_des": "x" * 501}, "1 to 500 characters"),
        ({"garment_des": 5}, "1 to 500 characters"),
        ({"garment_des": "green\x00blazer"}, "control character"),
        ({"mask_img": 5}, "public address"),
        ({"mask_img": ""}, "public address"),
        ({"mask_img": "mask.png"}, "http://"),
        ({"mask_img": "file:///etc/passwd"}, "http://"),
        ({"mask_img": "http://169.254.169.254/"}, "private"),
        ({"mask_img": "https://shop.example/" + "x" * 2000}, "2000"),
        ({"step": 30}, "Did you mean “steps”?"),
        ({"Steps": 30}, "Did you mean “steps”?"),
        ({"garment_desc": "x"}, "Did you mean “garment_des”?"),
        ({"human_img": PERSON}, "It takes: category, crop,"),
        ({"guidance_scale": 2}, "It takes: category, crop,"),
    ],
)
def test_refuses_what_the_page_does_not_allow(refused, params, allowed):
    assert allowed in refused(IdmVton, params).message


def test_it_is_told_by_the_description_and_takes_no_prompt():
    assert IdmVton.prompt_for(["a blazer"]) == ""
    assert "prompt" not in IdmVton.Params.model_fields
