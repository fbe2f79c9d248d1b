"""The five models as their pages at Segmind print them: parameters, price, usual run time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a parameter holds."""

    URI = "uri"
    URIS = "uris"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INTEGER_TEXT = "integer_text"
    """Printed as a string and sent as an integer in the page's own sample: both are taken."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One parameter of a model."""

    name: str
    kind: Kind
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    """For `Kind.URIS`, how many; for numbers, the largest."""
    choices: tuple[str, ...] = ()
    media: str = "image"
    """For URIs: what must be found at the address, `image` or `video`."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model: what it takes, costs (US$) and how long a run lasts in a demo (seconds)."""

    slug: str
    processor: str
    """How the model names itself in its validation errors."""
    fields: tuple[Field, ...]
    price: Decimal
    price_of_more: Decimal = Decimal(0)
    """For each further item of `counted`."""
    counted: str | None = None
    seconds: float
    """Long enough to look alive, far shorter than the real thing."""
    base64_flag: str | None = None

    def cost(self, body: Mapping[str, Any]) -> Decimal:
        """Return what one completed run with this body costs, in US$."""
        items = body.get(self.counted) if self.counted else None
        more = len(items) - 1 if isinstance(items, list) and items else 0
        return self.price + self.price_of_more * more


IDM_VTON = Model(
    slug="idm-vton",
    processor="IdmVtonInferenceProcessor",
    price=Decimal("0.0443"),
    seconds=3.2,
    fields=(
        Field(name="human_img", kind=Kind.URI, required=True),
        Field(name="garm_img", kind=Kind.URI, required=True),
        Field(
            name="category",
            kind=Kind.STRING,
            default="upper_body",
            choices=("upper_body", "lower_body", "dresses"),
        ),
        Field(name="crop", kind=Kind.BOOLEAN, default=False),
        Field(name="force_dc", kind=Kind.BOOLEAN, default=False),
        Field(name="garment_des", kind=Kind.STRING, default="Green colour semi Formal Blazer"),
        Field(name="mask_img", kind=Kind.URI),
        Field(name="mask_only", kind=Kind.BOOLEAN, default=False),
        Field(name="seed", kind=Kind.INTEGER, default=42),
        Field(name="steps", kind=Kind.INTEGER, default=30, minimum=1, maximum=40),
    ),
)

TRY_ON_DIFFUSION = Model(
    slug="try-on-diffusion",
    processor="TryOnDiffusionInferenceProcessor",
    price=Decimal("0.0111"),
    seconds=2.4,
    base64_flag="base64",
    fields=(
        Field(name="model_image", kind=Kind.URI, required=True),
        Field(name="cloth_image", kind=Kind.URI, required=True),
        Field(
            name="category",
            kind=Kind.STRING,
            required=True,
            choices=("Upper body", "Lower body", "Dress"),
        ),
        Field(name="num_inference_steps", kind=Kind.INTEGER, default=25, minimum=20, maximum=100),
        Field(name="guidance_scale", kind=Kind.NUMBER, default=2, minimum=1, maximum=25),
        Field(name="seed", kind=Kind.INTEGER, default=-1, minimum=-1, maximum=999999999999999),
        Field(name="base64", kind=Kind.BOOLEAN, default=False),
    ),
)

P_IMAGE_TRY_ON = Model(
    slug="p-image-try-on",
    processor="PImageTryOnInferenceProcessor",
    price=Decimal("0.0150"),
    price_of_more=Decimal("0.0080"),
    counted="garment_images",
    seconds=3.6,
    fields=(
        Field(name="person_image", kind=Kind.URI, required=True),
        Field(name="garment_images", kind=Kind.URIS, required=True, minimum=1, maximum=11),
        Field(name="prompt", kind=Kind.STRING, default=""),
        Field(name="reference_pose", kind=Kind.URI),
        Field(name="turbo", kind=Kind.BOOLEAN, default=False),
        Field(name="preserve_input_size", kind=Kind.BOOLEAN, default=False),
        Field(
            name="output_format", kind=Kind.STRING, default="png", choices=("webp", "jpg", "png")
        ),
        Field(name="output_quality", kind=Kind.INTEGER_TEXT, default=95, minimum=0, maximum=100),
        Field(name="seed", kind=Kind.INTEGER_TEXT, default=12345),
    ),
)

FASHION_AI = Model(
    slug="fashion-ai",
    processor="FashionAiInferenceProcessor",
    # Segmind's price list no longer names this model: the figure is our engine's own guess.
    price=Decimal("0.27"),
    seconds=2.8,
    fields=(
        Field(name="image", kind=Kind.URI, required=True),
        Field(name="prompt", kind=Kind.STRING, required=True),
        Field(
            name="clothing",
            kind=Kind.STRING,
            default="topwear",
            choices=("topwear", "bottomwear"),
        ),
    ),
)

VIDEO_TRYON_V2 = Model(
    slug="video-tryon-v2",
    processor="VideoTryonV2InferenceProcessor",
    price=Decimal("4.745"),
    seconds=6.5,
    base64_flag="base_64",
    fields=(
        Field(name="input_video", kind=Kind.URI, required=True, media="video"),
        Field(name="reference_img", kind=Kind.URI, required=True),
        Field(name="prompt", kind=Kind.STRING, required=True),
        Field(name="go_fast", kind=Kind.BOOLEAN, default=True),
        Field(name="base_64", kind=Kind.BOOLEAN, default=False),
    ),
)

MODELS: Mapping[str, Model] = {
    model.slug: model
    for model in (IDM_VTON, TRY_ON_DIFFUSION, P_IMAGE_TRY_ON, FASHION_AI, VIDEO_TRYON_V2)
}
