"""Try-On Diffusion: quick and cheap, one garment."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_noop as _
from pydantic import Field

from django_tryon.engines.engine import Engine, Inputs, Licence
from django_tryon.engines.params import Params


class TryOnDiffusionParams(Params):
    """Parameters of try-on-diffusion."""

    category: Literal["Upper body", "Lower body", "Dress"] | None = Field(
        None,
        title=_("Part of the body"),
        description=_(
            "Where the garment is worn. Change it only if the garment's own category is wrong."
        ),
        json_schema_extra={"x-unset": _("follows the garment")},
    )
    num_inference_steps: int = Field(
        25,
        ge=20,
        le=100,
        title=_("Steps"),
        description=_("More steps take longer and give finer detail."),
    )
    guidance_scale: float = Field(
        2.0,
        ge=1,
        le=25,
        title=_("Guidance"),
        description=_("How closely to follow the garment; high values look harsh."),
    )
    seed: int = Field(
        -1,
        ge=-1,
        le=999_999_999_999_999,
        title=_("Seed"),
        description=_("The same seed gives the same picture again; -1 draws a new one each time."),
    )
    base64: bool = Field(
        False,
        title=_("Answer in base64"),
        description=_("Ask for the picture as text instead of a link. Leave it off."),
    )


class TryOnDiffusion(Engine):
    """Segmind's ``try-on-diffusion``."""

    slug = "try-on-diffusion"
    title = "Try-On Diffusion"
    good_for = _("Quick and cheap first looks at one garment.")
    params = TryOnDiffusionParams

    categories = {
        "upper": "Upper body",
        "lower": "Lower body",
        "dress": "Dress",
        "outer": "Upper body",
    }
    garment_params = ("category",)
    limits = (
        _("It puts on one garment per job."),
        _("It wants a front view of the person and a garment photographed flat."),
    )

    price = Decimal("0.0111")
    typical_seconds = 7.6
    licence = Licence(
        "CC BY-NC-SA 4.0 (OOTDiffusion)",
        "no",
        "https://github.com/levihsu/OOTDiffusion",
        _(
            "Segmind names no weights; the title of its page is that of the OOTDiffusion paper, "
            "whose licence this is."
        ),
    )
    docs_url = "https://www.segmind.com/models/try-on-diffusion/api"

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request."""
        garment = inputs.garments[0]
        return {
            "model_image": inputs.person_url,
            "cloth_image": garment.url,
            **params,
            "category": params["category"] or cls.category_word(garment),
        }
