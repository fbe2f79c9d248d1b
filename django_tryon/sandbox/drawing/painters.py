"""One painter for each model: parameters and inputs in, a file out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from .body import find_body
from .clips import dress_clip
from .cutout import Kind, cut_out
from .label import add_label
from .media import fit_within, on_white, read_image, write_image
from .recolour import recolour
from .wear import wear

Inputs = Mapping[str, list[bytes]]
"""What was found at the addresses in the parameters, by parameter."""

IDM_SIZE = (768, 1024)
FASHION_SIZE = (512, 512)


@dataclass(frozen=True)
class Painted:
    """A finished file."""

    content: bytes
    content_type: str
    suffix: str


def paint(slug: str, params: Mapping[str, Any], inputs: Inputs) -> Painted:
    """Draw what the model of this slug would; raise `UnusableInput` for a faulty input."""
    return _PAINTERS[slug](params, inputs)


def _paint_idm_vton(params: Mapping[str, Any], inputs: Inputs) -> Painted:
    person = on_white(_image(inputs, "human_img"))
    garment = cut_out(_image(inputs, "garm_img"), _IDM_KINDS[params["category"]])
    if "mask_img" in inputs:
        _image(inputs, "mask_img")
    if params["crop"]:
        person = ImageOps.fit(person, IDM_SIZE, Image.Resampling.BICUBIC)
    # Without `crop` the model squeezes any other shape into its own: so its page warns of it.
    person = person.resize(IDM_SIZE, Image.Resampling.BICUBIC, reducing_gap=2.0)
    dressed, mask = wear(person, garment, find_body(person))
    return _jpeg(mask.convert("RGB") if params["mask_only"] else dressed)


def _paint_try_on_diffusion(params: Mapping[str, Any], inputs: Inputs) -> Painted:
    person = fit_within(on_white(_image(inputs, "model_image")), *IDM_SIZE)
    garment = cut_out(_image(inputs, "cloth_image"), _DIFFUSION_KINDS[params["category"]])
    return _jpeg(wear(person, garment, find_body(person))[0])


def _paint_p_image_try_on(params: Mapping[str, Any], inputs: Inputs) -> Painted:
    person = on_white(_image(inputs, "person_image"))
    wanted = person.size
    person = fit_within(person, 1024, 1024)
    pictures = [read_image(content, "garment_images") for content in inputs["garment_images"]]
    if "reference_pose" in inputs:
        _image(inputs, "reference_pose")
    body = find_body(person)
    order = list(Kind)
    bare = person
    for garment in sorted(map(cut_out, pictures), key=lambda cut: order.index(cut.kind)):
        person = wear(person, garment, body, light=bare)[0]
    if params["preserve_input_size"]:
        person = person.resize(wanted, Image.Resampling.BICUBIC)
    suffix = params["output_format"]
    kind, content_type = _FORMATS[suffix]
    content = write_image(add_label(person), kind, params["output_quality"])
    return Painted(content, content_type, suffix)


def _paint_fashion_ai(params: Mapping[str, Any], inputs: Inputs) -> Painted:
    # Drawn before it is cropped: the crop may take the head, by which the body is measured.
    person = fit_within(on_white(_image(inputs, "image")), 1024, 1024)
    dressed = recolour(person, find_body(person), prompt=params["prompt"], part=params["clothing"])
    return _jpeg(ImageOps.fit(dressed, FASHION_SIZE, Image.Resampling.BICUBIC))


def _paint_video_tryon_v2(params: Mapping[str, Any], inputs: Inputs) -> Painted:
    reference = _image(inputs, "reference_img")
    content = dress_clip(inputs["input_video"][0], reference, name="input_video")
    return Painted(content, "video/mp4", "mp4")


def _image(inputs: Inputs, name: str) -> Image.Image:
    return read_image(inputs[name][0], name)


def _jpeg(image: Image.Image) -> Painted:
    return Painted(write_image(add_label(image), "JPEG"), "image/jpeg", "jpeg")


_IDM_KINDS = {"upper_body": Kind.UPPER, "lower_body": Kind.LOWER, "dresses": Kind.DRESS}
_DIFFUSION_KINDS = {"Upper body": Kind.UPPER, "Lower body": Kind.LOWER, "Dress": Kind.DRESS}
_FORMATS = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "webp": ("WEBP", "image/webp"),
}
_PAINTERS: Mapping[str, Callable[[Mapping[str, Any], Inputs], Painted]] = {
    "idm-vton": _paint_idm_vton,
    "try-on-diffusion": _paint_try_on_diffusion,
    "p-image-try-on": _paint_p_image_try_on,
    "fashion-ai": _paint_fashion_ai,
    "video-tryon-v2": _paint_video_tryon_v2,
}
