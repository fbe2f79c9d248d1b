"""The kinds of parameters that engines have, and what each allows, said as data."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from django_tryon.engines.links import problem_with


class Params(BaseModel):
    """The parameters of one engine: strict types, no unknown key, defaults from its page."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("control_character", "it holds a control character")
    return text


def _reachable(url: str) -> str:
    if problem := problem_with(url):
        raise PydanticCustomError("bad_link", "{problem}", {"problem": problem})
    return url


Prompt = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_one_line)
]
"""Free text in one line; line breaks become spaces."""

Words = Annotated[Prompt, StringConstraints(min_length=1)]
"""Free text that must say something."""

Link = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(_reachable),
    Field(json_schema_extra={"format": "uri"}),
]
"""The address of a picture that the provider can fetch."""

Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
"""A seed where the page prints no range: 32 bits, which every random generator takes."""

Kind = Literal["integer", "number", "boolean", "choice", "text", "url"]
KINDS: dict[str, Kind] = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "string": "text",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter, as forms, messages and documentation see it. Its texts are untranslated."""

    name: str
    title: str
    description: str
    kind: Kind
    default: Any
    optional: bool
    """True where leaving it out (None) means something of its own, which ``unset`` says."""
    unset: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    """Bounds of a number, or of a text's length."""

    @property
    def allowed(self) -> str:
        """What may be given, as a noun phrase."""
        words = {
            "integer": _("a whole number"),
            "number": _("a number"),
            "boolean": _("true or false"),
            "choice": _("one of: %(choices)s"),
            "text": _("a text"),
            "url": _("the public address of a picture (https://…)"),
        }[self.kind] % {"choices": ", ".join(f"“{choice}”" for choice in self.choices)}
        bounds = {"low": f"{self.minimum or 0:.17g}", "high": f"{self.maximum or 0:.17g}"}
        if self.kind in {"integer", "number"}:
            if self.minimum is not None and self.maximum is not None:
                words += _(" from %(low)s to %(high)s") % bounds
            elif self.minimum is not None:
                words += _(" from %(low)s up") % bounds
            elif self.maximum is not None:
                words += _(" up to %(high)s") % bounds
        elif self.minimum and self.maximum:
            words += _(" of %(low)s to %(high)s characters") % bounds
        elif self.maximum is not None:
            words += _(" of at most %(high)s characters") % bounds
        return words


@cache
def parameters(params: type[BaseModel]) -> dict[str, Parameter]:
    """Return the parameters of an engine by name, in the order of its class.

    Raises ImproperlyConfigured for a type that no form could show.
    """
    properties = params.model_json_schema()["properties"]
    return {name: _parameter(params, name, properties[name]) for name in params.model_fields}


def _parameter(params: type[BaseModel], name: str, schema: dict[str, Any]) -> Parameter:
    branches = schema.get("anyOf", [schema])
    shapes = [branch for branch in branches if branch.get("type") != "null"]
    shape = shapes[0]
    kind = KINDS.get(shape.get("type", ""))
    choices = tuple(shape.get("enum", ())) or ((shape["const"],) if "const" in shape else ())
    is_link = shape.get("format") == "uri"
    odd = len(shapes) > 1 or (choices and kind != "text") or ("format" in shape and not is_link)
    if kind is None or odd:
        raise ImproperlyConfigured(
            f"{params.__name__}.{name} is of a type that cannot be shown in a form. "
            "Use int, float, bool, str, Link or a Literal of texts, each with or without None."
        )
    if choices:
        kind = "choice"
    elif is_link:
        kind = "url"
    return Parameter(
        name=name,
        title=schema["title"],
        description=schema.get("description", ""),
        kind=kind,
        default=params.model_fields[name].get_default(call_default_factory=False),
        optional=len(branches) > len(shapes),
        unset=schema.get("x-unset", ""),
        choices=choices,
        minimum=shape.get("minimum", shape.get("minLength")),
        maximum=shape.get("maximum", shape.get("maxLength")),
    )
