"""P-Image Try-On: a whole outfit in one go."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from pydantic import Field

from django_tryon.engines.engine import Engine, Inputs, Licence
from django_tryon.engines.params import Link, Params, Prompt, Seed
from django_tryon.exceptions import LaunchRefused

TURBO_GARMENTS = 4
"""Above this many garments the page advises against turbo."""


class PImageTryOnParams(Params):
    """Parameters of p-image-try-on."""

    prompt: Prompt = Field(
        "",
        title=_("Prompt"),
        description=_(
            "Which garment to take from a busy picture. Leave it empty for pictures of one garment."
        ),
    )
    reference_pose: Link | None = Field(
        None,
        title=_("Pose"),
        description=_("Experimental: a picture of the pose to put the person into."),
        json_schema_extra={"x-unset": _("keeps the person's pose")},
    )
    turbo: bool = Field(
        False,
        title=_("Turbo"),
        description=_("Faster and a little coarser, for up to four garments."),
    )
    preserve_input_size: bool = Field(
        False,
        title=_("Keep the photo's size"),
        description=_("Return the picture as large as the photo of the person."),
    )
    output_format: Literal["webp", "jpg", "png"] = Field(
        "png",
        title=_("File format"),
        description=_("png loses nothing, webp and jpg are smaller."),
    )
    # The page prints "string" for the next two; its own example sends numbers, and so do we.
    output_quality: int = Field(
        95,
        ge=0,
        le=100,
        title=_("Quality"),
        description=_("Compression of webp and jpg: 90 to 95 looks crisp. No effect on png."),
    )
    seed: Seed = Field(
        12345,
        title=_("Seed"),
        description=_("The same seed gives the same picture again; another one gives a variation."),
    )


class PImageTryOn(Engine):
    """Segmind's ``p-image-try-on``, by Pruna."""

    slug = "p-image-try-on"
    title = "P-Image Try-On"
    good_for = _("A whole outfit at once: up to eleven garments in one picture.")
    params = PImageTryOnParams

    max_garments = 11
    # It finds out by itself what goes where: no category is sent.
    categories = {"upper": "upper", "lower": "lower", "dress": "dress", "outer": "outer"}
    limits = (
        _("It may leave out a garment and still succeed, above six garments more often."),
        _("It shows one garment per part of the body; gloves and things in the hand do not work."),
        _("It wants a front view of the person, shoes only where the feet are in the photo."),
        _("Turbo is for up to four garments."),
    )

    price = Decimal("0.0197")
    extra_garment_price = Decimal("0.008")
    price_note = _("The price of further garments is that of the model's maker.")
    typical_seconds = 15.6
    licence = Licence(
        "unknown (Pruna AI)",
        "unknown",
        "https://docs.pruna.ai/en/stable/docs_pruna_endpoints/performance_models/p-image-try-on.html",
        _("It is a model of Pruna AI's own; nothing was found of a licence of its weights."),
    )
    docs_url = "https://www.segmind.com/models/p-image-try-on/api"

    @classmethod
    def check_wish(
        cls, garments: int, params: Mapping[str, Any], *, described: bool = True
    ) -> None:
        """Refuse turbo above four garments."""
        if params["turbo"] and garments > TURBO_GARMENTS:
            raise LaunchRefused(
                translated(
                    "p-image-try-on: “turbo” is for up to %(most)d garments, and this job has "
                    "%(count)d. Turn turbo off or choose fewer."
                )
                % {"most": TURBO_GARMENTS, "count": garments},
                code="invalid_parameter",
                field="params.turbo",
            )

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request; an empty prompt and an unset pose stay away."""
        return {
            "person_image": inputs.person_url,
            "garment_images": [garment.url for garment in inputs.garments],
            **{name: value for name, value in params.items() if value not in ("", None)},
        }
