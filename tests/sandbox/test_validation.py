from __future__ import annotations

from typing import Any

import pytest

from django_tryon.sandbox.catalogue import MODELS
from django_tryon.sandbox.validation import InvalidParameter, validate

from .conftest import BODIES

MANY = ["http://site/a"] * 12


@pytest.mark.parametrize("slug", BODIES)
def test_defaults_are_filled_in(slug: str) -> None:
    params = validate(MODELS[slug], BODIES[slug])
    assert list(params) == [field.name for field in MODELS[slug].fields]
    for field in MODELS[slug].fields:
        assert params[field.name] == BODIES[slug].get(field.name, field.default)


def required() -> list[Any]:
    return [
        (slug, field.name)
        for slug, model in MODELS.items()
        for field in model.fields
        if field.required
    ]


@pytest.mark.parametrize(("slug", "name"), required())
@pytest.mark.parametrize("value", [None, ...])
def test_what_is_required_must_be_there(slug: str, name: str, value: Any) -> None:
    body = BODIES[slug] | {name: None}
    if value is ...:
        del body[name]
    with pytest.raises(InvalidParameter, match=f"{name} is required$") as raised:
        validate(MODELS[slug], body)
    assert raised.value.missing


@pytest.mark.parametrize(
    ("slug", "name", "value", "message"),
    [
        ("idm-vton", "stepz", 30, "stepz is not a parameter of this model"),
        ("idm-vton", "category", "Upper body", "must be one of upper_body, lower_body, dresses"),
        ("idm-vton", "steps", 0, "greater than or equal to 1"),
        ("idm-vton", "steps", 41, "less than or equal to 40"),
        ("idm-vton", "steps", 30.0, "must be an integer"),
        ("idm-vton", "steps", "30", "must be an integer"),
        ("idm-vton", "steps", True, "must be an integer"),
        ("idm-vton", "crop", 1, "must be a boolean"),
        ("idm-vton", "crop", "true", "must be a boolean"),
        ("idm-vton", "garment_des", 3, "must be a string"),
        ("idm-vton", "garm_img", "ftp://site/a", "valid http"),
        ("idm-vton", "garm_img", "data:image/png;base64,AA", "valid http"),
        ("idm-vton", "garm_img", "http://[", "valid http"),
        ("idm-vton", "garm_img", 3, "valid http"),
        ("idm-vton", "mask_img", "", "valid http"),
        ("try-on-diffusion", "category", "upper_body", "one of Upper body, Lower body, Dress"),
        ("try-on-diffusion", "num_inference_steps", 19, "greater than or equal to 20"),
        ("try-on-diffusion", "num_inference_steps", 101, "less than or equal to 100"),
        ("try-on-diffusion", "guidance_scale", 0.9, "greater than or equal to 1"),
        ("try-on-diffusion", "guidance_scale", 25.1, "less than or equal to 25"),
        ("try-on-diffusion", "guidance_scale", True, "must be a number"),
        ("try-on-diffusion", "seed", -2, "greater than or equal to -1"),
        ("try-on-diffusion", "seed", 10**15, "less than or equal to 999999999999999"),
        ("p-image-try-on", "garment_images", [], "number of garment_images must be greater"),
        ("p-image-try-on", "garment_images", MANY, "number of garment_images must be less"),
        ("p-image-try-on", "garment_images", "http://site/a", "list of valid http"),
        ("p-image-try-on", "garment_images", ["a"], "list of valid http"),
        ("p-image-try-on", "output_format", "gif", "one of webp, jpg, png"),
        ("p-image-try-on", "output_quality", 101, "less than or equal to 100"),
        ("p-image-try-on", "output_quality", "-1", "greater than or equal to 0"),
        ("p-image-try-on", "output_quality", "high", "must be an integer"),
        ("p-image-try-on", "seed", 1.5, "must be an integer"),
        ("fashion-ai", "prompt", "", "must not be empty"),
        ("fashion-ai", "clothing", "hat", "one of topwear, bottomwear"),
        ("fashion-ai", "seed", 1, "not a parameter"),
        ("video-tryon-v2", "base64", False, "not a parameter"),
        ("video-tryon-v2", "go_fast", "yes", "must be a boolean"),
    ],
)
def test_what_the_page_does_not_allow_is_refused(
    slug: str, name: str, value: Any, message: str
) -> None:
    with pytest.raises(InvalidParameter) as raised:
        validate(MODELS[slug], BODIES[slug] | {name: value})
    assert str(raised.value).startswith(f"Validation error in {MODELS[slug].processor}: ")
    assert name in str(raised.value)
    assert message in str(raised.value)
    assert not raised.value.missing


@pytest.mark.parametrize(
    ("slug", "name", "value"),
    [
        ("idm-vton", "steps", 1),
        ("idm-vton", "steps", 40),
        ("idm-vton", "mask_img", "https://site/mask"),
        ("try-on-diffusion", "guidance_scale", 2.5),
        ("try-on-diffusion", "seed", 999999999999999),
        ("p-image-try-on", "garment_images", MANY[:11]),
        ("fashion-ai", "clothing", "bottomwear"),
    ],
)
def test_the_limits_themselves_are_allowed(slug: str, name: str, value: Any) -> None:
    assert validate(MODELS[slug], BODIES[slug] | {name: value})[name] == value


def test_numbers_printed_as_text_become_numbers() -> None:
    body = BODIES["p-image-try-on"] | {"output_quality": "80", "seed": "-5"}
    params = validate(MODELS["p-image-try-on"], body)
    assert (params["output_quality"], params["seed"]) == (80, -5)
