from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.catalogue import MODELS
from django_tryon.sandbox.drawing.media import UnusableInput
from django_tryon.sandbox.drawing.painters import paint
from django_tryon.sandbox.validation import validate

from .. import art
from ..conftest import BODIES

RED, BLUE = (200, 20, 40), (20, 40, 160)
TRUNK = (0.43, 0.27, 0.57, 0.4)
LEGS = (0.42, 0.62, 0.47, 0.82)
PERSON = art.encode(art.person())
SHIRT = art.encode(art.garment("upper", RED))
TROUSERS = art.encode(art.garment("lower", BLUE))


def draw(slug: str, inputs: dict[str, list[bytes]], **params: Any) -> tuple[Image.Image, str]:
    checked = validate(MODELS[slug], BODIES[slug] | params)
    painted = paint(slug, checked, inputs)
    image = Image.open(io.BytesIO(painted.content))
    assert painted.content_type == f"image/{(image.format or '').lower()}"
    return image, painted.suffix


def idm(person: bytes = PERSON, garment: bytes = SHIRT, **params: Any) -> Image.Image:
    return draw("idm-vton", {"human_img": [person], "garm_img": [garment]}, **params)[0]


def test_idm_vton_dresses_in_its_own_size() -> None:
    image = idm()
    assert image.size == (768, 1024)
    assert art.share_of(image, RED, TRUNK) > 0.9


def test_idm_vton_puts_trousers_on_legs_by_their_category() -> None:
    image = idm(garment=TROUSERS, category="lower_body")
    assert art.share_of(image, BLUE, LEGS) > 0.6


def test_idm_vton_squeezes_what_is_not_cropped() -> None:
    wide = Image.new("RGB", (960, 640), art.BACKDROP)
    wide.paste(art.person(), (240, 0))
    squeezed, cropped = idm(art.encode(wide)), idm(art.encode(wide), crop=True)
    assert squeezed.size == cropped.size == (768, 1024)
    difference = np.abs(np.asarray(cropped, int) - np.asarray(idm(), int)).max(axis=-1)
    assert (difference > 60).mean() < 0.03
    assert art.share_of(squeezed, RED, (0, 0, 1, 1)) < 0.7 * art.share_of(
        cropped, RED, (0, 0, 1, 1)
    )


def test_idm_vton_gives_only_the_mask_when_asked() -> None:
    image = idm(mask_only=True)
    assert art.share_of(image, (255, 255, 255), TRUNK) > 0.9
    assert art.share_of(image, (0, 0, 0), (0, 0, 0.2, 0.8)) == 1


@pytest.mark.parametrize("name", ["human_img", "garm_img", "mask_img"])
def test_each_input_must_be_a_picture(name: str) -> None:
    inputs = {"human_img": [PERSON], "garm_img": [SHIRT], "mask_img": [SHIRT]} | {name: [b"x"]}
    with pytest.raises(UnusableInput, match=f"{name} is not a readable"):
        draw("idm-vton", inputs, mask_img="http://site/mask")


@pytest.mark.parametrize(
    ("category", "garment", "colour", "box"),
    [("Upper body", SHIRT, RED, TRUNK), ("Lower body", TROUSERS, BLUE, LEGS)],
)
def test_try_on_diffusion_keeps_the_shape_of_the_photo(
    category: str, garment: bytes, colour: tuple[int, int, int], box: tuple[float, ...]
) -> None:
    inputs = {"model_image": [PERSON], "cloth_image": [garment]}
    image, _ = draw("try-on-diffusion", inputs, category=category)
    assert image.size == (480, 640)
    assert art.share_of(image, colour, box) > 0.6


@pytest.mark.parametrize("garments", [[SHIRT, TROUSERS], [TROUSERS, SHIRT]])
def test_p_image_puts_on_several_garments_in_the_order_of_dressing(garments: list[bytes]) -> None:
    inputs = {"person_image": [PERSON], "garment_images": garments}
    image, suffix = draw("p-image-try-on", inputs)
    assert suffix == "png"
    assert art.share_of(image, RED, TRUNK) > 0.9
    assert art.share_of(image, BLUE, LEGS) > 0.6
    assert art.share_of(image, RED, (0.45, 0.44, 0.55, 0.46)) > 0.9  # the shirt over the waistband


@pytest.mark.parametrize(
    ("name", "kind", "suffix"),
    [("jpg", "JPEG", "jpg"), ("webp", "WEBP", "webp"), ("png", "PNG", "png")],
)
def test_p_image_writes_the_format_that_was_asked_for(name: str, kind: str, suffix: str) -> None:
    inputs = {"person_image": [PERSON], "garment_images": [SHIRT]}
    image, given = draw("p-image-try-on", inputs, output_format=name)
    assert (image.format, given) == (kind, suffix)


def test_p_image_compresses_as_asked() -> None:
    inputs = {"person_image": [PERSON], "garment_images": [SHIRT]}
    sizes = [
        len(paint("p-image-try-on", validate(MODELS["p-image-try-on"],
            BODIES["p-image-try-on"] | {"output_format": "jpg", "output_quality": quality}),
            inputs).content)
        for quality in (20, 95)
    ]  # fmt: skip
    assert sizes[0] < sizes[1] / 2


def test_p_image_gives_the_size_of_the_photo_back_when_asked() -> None:
    large = art.encode(art.person((1200, 1600)))
    inputs = {"person_image": [large], "garment_images": [SHIRT]}
    assert draw("p-image-try-on", inputs)[0].size == (768, 1024)
    assert draw("p-image-try-on", inputs, preserve_input_size=True)[0].size == (1200, 1600)


def test_p_image_reads_the_pose_it_was_given() -> None:
    inputs = {"person_image": [PERSON], "garment_images": [SHIRT], "reference_pose": [b"x"]}
    with pytest.raises(UnusableInput, match="reference_pose"):
        draw("p-image-try-on", inputs, reference_pose="http://site/pose")


def test_fashion_ai_crops_to_a_square_and_recolours() -> None:
    image, _ = draw("fashion-ai", {"image": [PERSON]}, prompt="a red shirt")
    assert image.size == (512, 512)
    assert art.share_of(image, (196, 42, 48), (0.43, 0.22, 0.57, 0.34)) > 0.9


def test_every_picture_is_marked() -> None:
    inputs = {
        "idm-vton": {"human_img": [PERSON], "garm_img": [SHIRT]},
        "try-on-diffusion": {"model_image": [PERSON], "cloth_image": [SHIRT]},
        "p-image-try-on": {"person_image": [PERSON], "garment_images": [SHIRT]},
        "fashion-ai": {"image": [PERSON]},
    }
    for slug, given in inputs.items():
        image, _ = draw(slug, given)
        pixels = np.asarray(image.convert("RGB"), dtype=int)
        rows, columns = round(image.height * 0.94), round(image.width * 0.7)
        corner = pixels[rows:, columns:]
        assert (np.abs(corner - art.BACKDROP).max(axis=-1) > 40).mean() > 0.2, slug
