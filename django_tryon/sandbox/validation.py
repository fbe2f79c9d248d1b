"""Check a request's body against its model's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .catalogue import Field, Kind, Model


class InvalidParameter(Exception):
    """A parameter that the model does not take as it is."""

    def __init__(self, model: Model, message: str, *, missing: bool = False) -> None:
        super().__init__(f"Validation error in {model.processor}: {message}")
        self.missing = missing


def validate(model: Model, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with defaults filled in; raise `InvalidParameter` for the first fault.

    Lower-level types are strict: `"30"` is no integer, `true` is no number.
    """
    known = {field.name for field in model.fields}
    for name in body:
        if name not in known:
            raise InvalidParameter(model, f"{name} is not a parameter of this model")
    return {field.name: _value(model, field, body) for field in model.fields}


def _value(model: Model, field: Field, body: Mapping[str, Any]) -> Any:
    value = body.get(field.name)
    if value is None:
        if field.required:
            raise InvalidParameter(model, f"{field.name} is required", missing=True)
        return field.default
    accepts, wanted = _KINDS[field.kind]
    if not accepts(value):
        raise InvalidParameter(model, f"{field.name} must be {wanted}")
    if field.required and value == "":
        raise InvalidParameter(model, f"{field.name} must not be empty")
    if field.choices and value not in field.choices:
        raise InvalidParameter(model, f"{field.name} must be one of {', '.join(field.choices)}")
    if field.kind is Kind.INTEGER_TEXT:
        value = int(value)
    _check_range(model, field, value)
    return value


def _check_range(model: Model, field: Field, value: Any) -> None:
    size = len(value) if field.kind is Kind.URIS else value
    what = f"the number of {field.name}" if field.kind is Kind.URIS else field.name
    if field.minimum is not None and size < field.minimum:
        raise InvalidParameter(
            model, f"{what} must be greater than or equal to {field.minimum:.0f}"
        )
    if field.maximum is not None and size > field.maximum:
        raise InvalidParameter(model, f"{what} must be less than or equal to {field.maximum:.0f}")


def _is_uri(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_integer_text(value: Any) -> bool:
    return _is_integer(value) or (
        isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit()
    )


_KINDS: Mapping[Kind, tuple[Callable[[Any], bool], str]] = {
    Kind.URI: (_is_uri, "a valid http(s) URL"),
    Kind.URIS: (
        lambda value: isinstance(value, list) and all(map(_is_uri, value)),
        "a list of valid http(s) URLs",
    ),
    Kind.STRING: (lambda value: isinstance(value, str), "a string"),
    Kind.INTEGER: (_is_integer, "an integer"),
    Kind.NUMBER: (lambda value: _is_integer(value) or isinstance(value, float), "a number"),
    Kind.BOOLEAN: (lambda value: isinstance(value, bool), "a boolean"),
    Kind.INTEGER_TEXT: (_is_integer_text, "an integer"),
}
