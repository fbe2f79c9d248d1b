"""Fashion AI: redraws clothes from words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from pydantic import Field

from django_tryon.engines.engine import Engine, Inputs, Licence
from django_tryon.engines.params import Params, Words
from django_tryon.exceptions import LaunchRefused


class FashionAiParams(Params):
    """Parameters of fashion-ai."""

    prompt: Words | None = Field(
        None,
        title=_("Prompt"),
        description=_("What the person shall wear, such as “a person wearing blue jeans”."),
        json_schema_extra={"x-unset": _("made from the garment's description")},
    )
    clothing: Literal["topwear", "bottomwear"] | None = Field(
        None,
        title=_("Part of the body"),
        description=_("Which clothes in the photo to redraw."),
        json_schema_extra={"x-unset": _("follows the garment")},
    )


class FashionAi(Engine):
    """Segmind's ``fashion-ai``."""

    slug = "fashion-ai"
    title = "Fashion AI"
    good_for = _("Trying out an idea in words. The shop's own garment is not shown as it is.")
    params = FashionAiParams

    takes_garment_image = False
    categories = {"upper": "topwear", "lower": "bottomwear", "outer": "topwear"}
    garment_params = ("prompt", "clothing")
    limits = (
        _("It takes no picture of the garment: it draws one from the garment's description."),
        _("It crops the photo to its centre and returns 512 by 512 pixels."),
        _("It redraws upper or lower clothes, not dresses."),
        _("The provider no longer lists it and may have retired it."),
    )

    # No price is published. About 64 s at 0.0041 US$ a second, the dearest rate among the other
    # engines for pictures: a budget should rather be closed too early than too late.
    price = Decimal("0.27")
    price_note = _("The provider publishes no price: this is a cautious guess from its run time.")
    typical_seconds = 63.99
    licence = Licence(
        "unknown",
        "unknown",
        "https://www.segmind.com/models/fashion-ai",
        _("Nothing was found in public about its weights."),
    )
    docs_url = "https://www.segmind.com/models/fashion-ai/api"

    @classmethod
    def check_wish(
        cls, garments: int, params: Mapping[str, Any], *, described: bool = True
    ) -> None:
        """Refuse a garment without words, unless a prompt takes their place."""
        if not (described or params["prompt"]):
            raise LaunchRefused(
                translated(
                    "fashion-ai draws the garment from words, and this garment has no "
                    "description. Describe it, or give “prompt”."
                ),
                code="no_description",
                field="params.prompt",
            )

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request; the prompt is made from the garment's description."""
        garment = inputs.garments[0]
        return {
            "image": inputs.person_url,
            "prompt": params["prompt"] or f"a person wearing {garment.words}",
            "clothing": params["clothing"] or cls.category_word(garment),
        }
