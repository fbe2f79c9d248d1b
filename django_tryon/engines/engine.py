"""What an engine declares, and what the rest of the app may ask of it.

An engine is one Segmind model. Everything in which the five differ is data on the class; the way
of a job is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext as _
from pydantic import ValidationError

from django_tryon.conf import conf
from django_tryon.engines.params import Params
from django_tryon.engines.problems import refusal
from django_tryon.exceptions import LaunchRefused

__all__ = ["Category", "Engine", "GarmentInput", "Inputs", "Licence", "Params"]

Category = Literal["upper", "lower", "dress", "outer"]

PLAIN_WORDS: Mapping[str, str] = {
    "upper": "top",
    "lower": "bottoms",
    "dress": "dress",
    "outer": "jacket",
}
"""What the models are told of a garment that nobody described; they read English."""


@dataclass(frozen=True)
class GarmentInput:
    """A garment as an engine sees it."""

    category: Category
    description: str
    url: str = ""
    """Where the provider fetches its picture; empty for an engine that takes none."""

    @property
    def words(self) -> str:
        """Its description in one line, or the plainest word for it."""
        return " ".join(self.description.split()) or PLAIN_WORDS[self.category]


@dataclass(frozen=True)
class Inputs:
    """What goes into one job, with links that the provider can fetch."""

    person_url: str
    garments: tuple[GarmentInput, ...]
    person_size: tuple[int, int] | None = None
    """Width and height of the person's photo in pixels, where known."""
    reference_url: str = ""
    """The dressed first frame, for an engine that needs one."""


@dataclass(frozen=True)
class Licence:
    """What is publicly known of the licence of an engine's weights."""

    name: str
    commercial: Literal["yes", "no", "unknown"]
    """Whether the weights' own licence allows commercial use. The provider's terms are another
    matter: a shop has to ask."""
    url: str
    """Where that can be read."""
    note: str = ""
    """How sure it is, in a sentence; marked for translation."""


class Engine:
    """Base of all engines. Subclasses fill in the attributes and ``build_payload``.

    Texts for people are marked for translation and stay English here: pass them through
    ``gettext`` where they are shown.
    """

    slug: ClassVar[str]
    """The model's name in the provider's URLs."""
    title: ClassVar[str]
    """The name for people."""
    good_for: ClassVar[str]
    """One sentence that helps staff to choose."""
    params: ClassVar[type[Params]]
    """The parameters that may be given."""

    output: ClassVar[Literal["image", "video"]] = "image"
    """What comes out."""
    person_kind: ClassVar[Literal["photo", "video"]] = "photo"
    """What the person must have given."""
    takes_garment_image: ClassVar[bool] = True
    """False where the garment is described in words only."""
    max_garments: ClassVar[int] = 1
    """How many garments one job may carry; at least one is always needed. With 1, several are
    put on one after another, a job each."""
    garment_params: ClassVar[tuple[str, ...]] = ()
    """The parameters that speak of one garment, and so cannot hold for a whole outfit."""
    needs_reference: ClassVar[bool] = False
    """True where the first frame must come already dressed: by hand, or from a previous job."""
    reference_param: ClassVar[str] = ""
    """The parameter through which that frame may be given by hand."""
    max_clip_seconds: ClassVar[float | None] = None
    """The clip must be shorter than this."""
    categories: ClassVar[Mapping[Category, str]]
    """Our word for a category to the engine's own; a category that is missing cannot be worn."""
    api: ClassVar[Literal["v2", "v1"]] = "v2"
    """Submit and poll (v2), or one blocking request (v1)."""
    input_formats: ClassVar[tuple[str, ...]] = ("jpeg", "png")
    """Formats of pictures that the model reads without fault."""
    limits: ClassVar[tuple[str, ...]] = ()
    """What it cannot do, one sentence each."""

    price: ClassVar[Decimal]
    """Average price of one job, US$."""
    price_note: ClassVar[str] = ""
    """What one should know of the price, in a sentence."""
    extra_garment_price: ClassVar[Decimal] = Decimal(0)
    """Added for each garment after the first, US$."""
    typical_seconds: ClassVar[float]
    """Usual time from submit to completion."""
    licence: ClassVar[Licence]
    docs_url: ClassVar[str]

    @classmethod
    def read_params(cls, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return all parameters, defaults included, as JSON values.

        Raises LaunchRefused, naming the parameter, what was given and what is allowed.
        """
        if not isinstance(given, Mapping | None):
            raise LaunchRefused(
                _('The parameters must be names with values, such as {"seed": 7}.'),
                code="invalid_parameter",
                field="params",
            )
        try:
            parsed = cls.params.model_validate(dict(given or {}))
        except ValidationError as error:
            raise refusal(cls.slug, cls.params, error) from error
        return parsed.model_dump(mode="json")

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the parameters, its texts in the present language."""
        schema = cls.params.model_json_schema()
        for described in schema["properties"].values():
            for key in {"title", "description", "x-unset"} & described.keys():
                described[key] = _(described[key])
        return schema

    @classmethod
    def takes(cls) -> list[str]:
        """Return what goes into one job, in the present language."""
        person = _("a clip of a person") if cls.person_kind == "video" else _("a photo of a person")
        if not cls.takes_garment_image:
            worn = _("the garment in words")
        elif cls.max_garments > 1:
            worn = _("pictures of up to %(most)d garments") % {"most": cls.max_garments}
        else:
            worn = _("the garment's picture")
        frame = [_("the dressed first frame")] if cls.needs_reference else []
        return [person, *([] if frame else [worn]), *frame]

    @classmethod
    def is_licence_acknowledged(cls) -> bool:
        """Tell whether the weights may be used commercially, or the shop said that it knows."""
        return cls.licence.commercial == "yes" or cls.slug in conf.ACKNOWLEDGED_LICENCES

    @classmethod
    def build_payload(cls, inputs: Inputs, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of the request. ``params`` come from ``read_params``."""
        raise NotImplementedError

    @classmethod
    def prompt_for(cls, words: Sequence[str]) -> str:
        """Return what the model is told if nobody wrote a prompt: made of the garments' words.

        Empty for an engine that takes none, or makes its own of a form.
        """
        return ""

    @classmethod
    def category_word(cls, garment: GarmentInput) -> str:
        """Return the engine's word for the garment's category; raises LaunchRefused."""
        if garment.category in cls.categories:
            return cls.categories[garment.category]
        raise LaunchRefused(
            _("%(engine)s cannot put on the category “%(category)s”, only: %(allowed)s.")
            % {
                "engine": cls.title,
                "category": garment.category,
                "allowed": ", ".join(cls.categories),
            },
            code="category_not_possible",
            field="garments",
        )

    @classmethod
    def check_wish(
        cls, garments: int, params: Mapping[str, Any], *, described: bool = True
    ) -> None:
        """Refuse a combination that the engine cannot do; raises LaunchRefused.

        ``described`` tells whether every garment has words of its own.
        """

    @classmethod
    def estimate(cls, garments: int = 1) -> Decimal:
        """Return the expected price of one job with that many garments, US$."""
        first = Decimal(str(conf.PRICES.get(cls.slug, cls.price)))
        return first + cls.extra_garment_price * max(0, garments - 1)
