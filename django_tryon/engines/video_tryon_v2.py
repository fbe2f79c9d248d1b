"""Video Tryon V2: carries a dressed first frame through a whole clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from pydantic import Field

from django_tryon.engines.engine import Engine, Inputs, Licence
from django_tryon.engines.params import Link, Params, Words
from django_tryon.exceptions import LaunchRefused


class VideoTryonV2Params(Params):
    """Parameters of video-tryon-v2."""

    prompt: Words | None = Field(
        None,
        title=_("Prompt"),
        description=_("What the clip shall show, such as “A woman in a red dress on a beach”."),
        json_schema_extra={"x-unset": _("made from the garments' descriptions")},
    )
    reference_img: Link | None = Field(
        None,
        title=_("Dressed first frame"),
        description=_(
            "The clip's first frame with the new garments already on. It is not a picture of a "
            "garment."
        ),
        json_schema_extra={"x-unset": _("the result of the previous job")},
    )
    go_fast: bool = Field(
        True,
        title=_("Fast"),
        description=_("Turn it off for better quality, which takes longer."),
    )
    base_64: bool = Field(
        False,
        title=_("Answer in base64"),
        description=_("Ask for the clip as text instead of a link. Leave it off."),
    )


class VideoTryonV2(Engine):
    """Segmind's ``video-tryon-v2``."""

    slug = "video-tryon-v2"
    title = "Video Tryon V2"
    good_for = _("A moving picture: the person of a short clip in new clothes.")
    params = VideoTryonV2Params

    output = "video"
    person_kind = "video"
    takes_garment_image = False
    max_garments = 11
    needs_reference = True
    reference_param = "reference_img"
    max_clip_seconds = 50.0
    # What is worn is in the first frame already: no category is sent.
    categories = {"upper": "upper", "lower": "lower", "dress": "dress", "outer": "outer"}
    limits = (
        _("It takes a clip in MP4 of less than 50 seconds."),
        _("It needs the first frame already dressed: made by another engine, or given by hand."),
        _("It is dear, and takes ten minutes or more."),
    )

    price = Decimal("4.745")
    typical_seconds = 628.77
    licence = Licence(
        "unknown",
        "unknown",
        "https://www.segmind.com/models/video-tryon-v2",
        _("Nothing was found in public about its weights."),
    )
    docs_url = "https://www.segmind.com/models/video-tryon-v2/api"

    @classmethod
    def prompt_for(cls, words: Sequence[str]) -> str:
        """Return a sentence that names what is worn."""
        return f"A person wearing {' and '.join(words)}."

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request; raises LaunchRefused without a dressed first frame."""
        reference = params["reference_img"] or inputs.reference_url
        if not reference:
            raise LaunchRefused(
                translated(
                    "video-tryon-v2 needs the first frame already dressed. Let another engine "
                    "dress it first (“previous”), or give its address as “reference_img”."
                ),
                code="no_reference",
                field="params.reference_img",
            )
        usual = cls.prompt_for([garment.words for garment in inputs.garments])
        return {
            "input_video": inputs.person_url,
            "reference_img": reference,
            "prompt": params["prompt"] or usual,
            "go_fast": params["go_fast"],
            "base_64": params["base_64"],
        }
