"""IDM-VTON: one garment, laid on with great fidelity."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from django_tryon.engines.engine import Engine, Inputs, Licence
from django_tryon.engines.params import Link, Params, Seed, Words

SHAPE = 3 / 4
"""Width to height of the photos that the model was trained on."""


class IdmVtonParams(Params):
    """Parameters of idm-vton."""

    category: Literal["upper_body", "lower_body", "dresses"] | None = Field(
        None,
        title=_("Part of the body"),
        description=_(
            "Where the garment is worn. Change it only if the garment's own category is wrong."
        ),
        json_schema_extra={"x-unset": _("follows the garment")},
    )
    crop: bool | None = Field(
        None,
        title=_("Crop the photo"),
        description=_("Cut the photo to 3:4, the only shape the model handles well."),
        json_schema_extra={"x-unset": _("follows the photo: only if it is not 3:4")},
    )
    force_dc: bool | None = Field(
        None,
        title=_("Use the DressCode variant"),
        description=_("A variant of the model that was trained on full-length dresses."),
        json_schema_extra={"x-unset": _("follows the category: only for dresses")},
    )
    garment_des: Annotated[Words, Field(max_length=500)] | None = Field(
        None,
        title=_("Words for the garment"),
        description=_("A few English words, such as “short sleeve round neck T-shirt”."),
        json_schema_extra={"x-unset": _("follows the garment's description")},
    )
    mask_img: Link | None = Field(
        None,
        title=_("Mask"),
        description=_("A mask of the part of the photo to redraw, if you have one: it is faster."),
        json_schema_extra={"x-unset": _("the model finds it itself")},
    )
    mask_only: bool = Field(
        False,
        title=_("Return the mask only"),
        description=_("For finding out what would be redrawn. No garment is put on."),
    )
    seed: Seed = Field(
        42,
        title=_("Seed"),
        description=_("The same seed gives the same picture again; another one gives a variation."),
    )
    steps: int = Field(
        30,
        ge=1,
        le=40,
        title=_("Steps"),
        description=_("More steps take longer and give finer detail."),
    )


class IdmVton(Engine):
    """Segmind's ``idm-vton``."""

    slug = "idm-vton"
    title = "IDM-VTON"
    good_for = _("One garment on one person, with prints and texture kept true.")
    params = IdmVtonParams

    categories = {
        "upper": "upper_body",
        "lower": "lower_body",
        "dress": "dresses",
        "outer": "upper_body",
    }
    garment_params = ("category", "force_dc", "garment_des", "mask_img", "mask_only")
    limits = (
        _("It puts on one garment per job; a whole outfit takes several jobs, lower part first."),
        _("It works at 3:4, so a photo of another shape is cropped."),
    )

    price = Decimal("0.0443")
    typical_seconds = 10.7
    licence = Licence(
        "CC BY-NC-SA 4.0",
        "no",
        "https://github.com/yisol/IDM-VTON",
        _("It is that of the code and the weights, as their own page says."),
    )
    docs_url = "https://www.segmind.com/models/idm-vton/api"

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request; what was left open follows the photo and the garment."""
        garment = inputs.garments[0]
        category = params["category"] or cls.category_word(garment)
        crop, force_dc = params["crop"], params["force_dc"]
        payload = {
            "human_img": inputs.person_url,
            "garm_img": garment.url,
            "category": category,
            "crop": needs_crop(inputs.person_size) if crop is None else crop,
            "force_dc": category == "dresses" if force_dc is None else force_dc,
            "garment_des": params["garment_des"] or garment.words,
            "mask_only": params["mask_only"],
            "seed": params["seed"],
            "steps": params["steps"],
        }
        if params["mask_img"]:
            payload["mask_img"] = params["mask_img"]
        return payload


def needs_crop(size: tuple[int, int] | None) -> bool:
    """Tell whether a photo is off 3:4 by more than one per cent; False if its size is unknown."""
    if size is None:
        return False
    width, height = size
    return abs(width / height / SHAPE - 1) > 0.01
