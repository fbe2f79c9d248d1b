"""Say in a sentence what is wrong with the parameters of an engine."""

from __future__ import annotations

import difflib
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from django_tryon.engines.params import Parameter, parameters
from django_tryon.exceptions import LaunchRefused

SHOWN = 60
"""Characters of somebody's input that a message repeats at most."""


def refusal(engine: str, params: type[BaseModel], error: ValidationError) -> LaunchRefused:
    """Turn pydantic's errors into one refusal that names the first parameter at fault."""
    first = error.errors(include_url=False)[0]
    name = _short(str(first["loc"][0])) if first["loc"] else ""
    known = parameters(params)
    if name not in known:
        return unknown_parameter(engine, name, list(known))
    if first["type"] == "missing":
        said = _("%(engine)s needs the parameter “%(name)s”: %(allowed)s.")
    elif first["type"] in {"bad_link", "control_character"}:
        # The value stays unsaid: it may be a link to somebody's photo.
        said = _("%(engine)s: “%(name)s” cannot be used, because %(reason)s. Give %(allowed)s.")
    else:
        said = _("%(engine)s: “%(name)s” cannot be %(given)s. Give %(allowed)s.")
    return LaunchRefused(
        said
        % {
            "engine": engine,
            "name": name,
            "reason": first["msg"],
            "given": _given(known[name], first["input"]),
            "allowed": known[name].allowed,
        },
        code="invalid_parameter",
        field=f"params.{name}",
    )


def unknown_parameter(engine: str, name: str, allowed: list[str]) -> LaunchRefused:
    """Return the refusal of a parameter that the engine does not have, with the nearest it has."""
    said = _("%(engine)s has no parameter “%(name)s”.") % {"engine": engine, "name": name}
    if close := difflib.get_close_matches(name, allowed, n=1):
        said += " " + _("Did you mean “%(close)s”?") % {"close": close[0]}
    said += " " + _("It takes: %(allowed)s.") % {"allowed": ", ".join(allowed)}
    return LaunchRefused(said, code="unknown_parameter", field=f"params.{name}")


def _given(parameter: Parameter, value: Any) -> str:
    """Show a value that was given, as briefly as it can be recognised."""
    if isinstance(value, str):
        if parameter.kind == "url":
            return _("that address")
        if not value.strip():
            return _("an empty text")
        if parameter.kind == "text":
            return _("a text of %(count)d characters") % {"count": len(value)}
        return _("the text “%(text)s”") % {"text": _short(value)}
    if value is None:
        return _("left empty")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 64 else _("so large a number")
    if isinstance(value, float):
        return repr(value)
    return _("a value of the type “%(type)s”") % {"type": type(value).__name__}


def _short(text: str) -> str:
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
