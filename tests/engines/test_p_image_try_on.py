from __future__ import annotations

from decimal import Decimal

import pytest

from django_tryon.engines import GarmentInput, Inputs
from django_tryon.engines.p_image_try_on import PImageTryOn
from django_tryon.exceptions import LaunchRefused

PERSON = "https://segmind-resources.s3.amazonaws.com/input/p-image-try-on-person.jpg"
GARMENT = "https://segmind-resources.s3.amazonaws.com/input/p-image-try-on-garment.jpg"

EXAMPLE = {
    "person_image": PERSON,
    "garment_images": [GARMENT],
    "seed": 12345,
    "turbo": False,
    "output_format": "png",
    "output_quality": 95,
    "preserve_input_size": False,
}
"""The example request of the model's page."""


def garments(count):
    return tuple(GarmentInput("upper", "", f"https://shop.example/{n}.jpg") for n in range(count))


def payload(*, worn=None, **params):
    worn = worn or (GarmentInput("upper", "", GARMENT),)
    inputs = Inputs(person_url=PERSON, garments=worn)
    return PImageTryOn.build_payload(inputs, PImageTryOn.read_params(params))


def test_payload_is_the_example_of_the_page():
    sent = payload()
    assert sent == EXAMPLE
    # 0 == False in Python, but not in JSON.
    assert {name: type(value) for name, value in sent.items()} == {
        name: type(value) for name, value in EXAMPLE.items()
    }


def test_every_parameter_reaches_the_payload():
    given = {
        "prompt": "the red scarf",
        "reference_pose": "https://shop.example/pose.jpg",
        "turbo": True,
        "preserve_input_size": True,
        "output_format": "webp",
        "output_quality": 0,
        "seed": 0,
    }
    assert payload(**given) == {"person_image": PERSON, "garment_images": [GARMENT]} | given


def test_defaults_are_those_of_the_page():
    assert PImageTryOn.read_params({}) == {
        "prompt": "",
        "reference_pose": None,
        "turbo": False,
        "preserve_input_size": False,
        "output_format": "png",
        "output_quality": 95,
        "seed": 12345,
    }


def test_takes_up_to_eleven_garments_in_order():
    sent = payload(worn=garments(11))
    assert sent["garment_images"] == [f"https://shop.example/{n}.jpg" for n in range(11)]
    assert PImageTryOn.max_garments == 11


def test_turbo_is_for_up_to_four_garments():
    turbo = PImageTryOn.read_params({"turbo": True})
    PImageTryOn.check_wish(4, turbo)
    PImageTryOn.check_wish(5, PImageTryOn.read_params({"turbo": False}))
    with pytest.raises(LaunchRefused, match="“turbo” is for up to 4 garments") as caught:
        PImageTryOn.check_wish(5, turbo)
    assert caught.value.field == "params.turbo"


def test_each_further_garment_adds_to_the_estimate():
    assert PImageTryOn.estimate() == Decimal("0.0197")
    assert PImageTryOn.estimate(3) == Decimal("0.0357")


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({"output_quality": -1}, "whole number from 0 to 100"),
        ({"output_quality": 101}, "whole number from 0 to 100"),
        ({"output_quality": "high"}, "whole number from 0 to 100"),
        ({"output_quality": "95"}, "whole number from 0 to 100"),
        ({"output_quality": 95.0}, "whole number from 0 to 100"),
        ({"output_quality": True}, "whole number from 0 to 100"),
        ({"output_format": "jpeg"}, "“webp”, “jpg”, “png”"),
        ({"output_format": "PNG"}, "“webp”, “jpg”, “png”"),
        ({"output_format": None}, "“webp”, “jpg”, “png”"),
        ({"seed": -1}, "whole number from 0 to 4294967295"),
        ({"seed": 2**32}, "whole number from 0 to 4294967295"),
        ({"seed": "lucky"}, "whole number from 0 to 4294967295"),
        ({"turbo": 1}, "true or false"),
        ({"turbo": "yes"}, "true or false"),
        ({"preserve_input_size": 0}, "true or false"),
        ({"preserve_input_size": "true"}, "true or false"),
        ({"prompt": None}, "at most 2000 characters"),
        ({"prompt": 3}, "at most 2000 characters"),
        ({"prompt": "x" * 2001}, "at most 2000 characters"),
        ({"prompt": "\x1b[31m"}, "control character"),
        ({"reference_pose": 1}, "public address"),
        ({"reference_pose": "ftp://shop.example/pose.jpg"}, "http://"),
        ({"reference_pose": "http://localhost/pose.jpg"}, "this machine"),
        ({"outputformat": "png"}, "Did you mean “output_format”?"),
        ({"garment_images": [GARMENT]}, "It takes: prompt, reference_pose,"),
    ],
)
def test_refuses_what_the_page_does_not_allow(refused, params, allowed):
    assert allowed in refused(PImageTryOn, params).message
