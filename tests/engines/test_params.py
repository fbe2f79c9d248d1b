from __future__ import annotations

from typing import Annotated, Literal

import pytest
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError

from django_tryon.engines.params import Link, Params, Prompt, Seed, Words, parameters


class Shop(Params):
    """A shop's own parameters."""

    free: int = 1
    low: Annotated[int, Field(ge=-2)] = 1
    high: Annotated[float, Field(le=0.5)] | None = None
    between: float = Field(1.5, ge=0.25, le=9)
    open_text: str = "x"
    prompt: Prompt = ""
    words: Words | None = Field(None, json_schema_extra={"x-unset": "silence"})
    link: Link | None = None
    one: Literal["only"] = "only"
    some: Literal["a", "b"] | None = None
    flag: bool | None = None
    seed: Seed = 7


@pytest.mark.parametrize(
    ("name", "kind", "allowed"),
    [
        ("free", "integer", "a whole number"),
        ("low", "integer", "a whole number from -2 up"),
        ("high", "number", "a number up to 0.5"),
        ("between", "number", "a number from 0.25 to 9"),
        ("open_text", "text", "a text"),
        ("prompt", "text", "a text of at most 2000 characters"),
        ("words", "text", "a text of 1 to 2000 characters"),
        ("one", "choice", "one of: “only”"),
        ("some", "choice", "one of: “a”, “b”"),
        ("flag", "boolean", "true or false"),
        ("seed", "integer", "a whole number from 0 to 4294967295"),
    ],
)
def test_says_what_is_allowed(name, kind, allowed):
    parameter = parameters(Shop)[name]
    assert (parameter.name, parameter.kind, parameter.allowed) == (name, kind, allowed)


def test_knows_titles_defaults_and_what_unset_means():
    known = parameters(Shop)
    assert list(known) == list(Shop.model_fields)
    assert [name for name, one in known.items() if one.optional] == [
        "high",
        "words",
        "link",
        "some",
        "flag",
    ]
    assert known["words"].unset == "silence"
    assert known["link"].kind == "url"
    assert known["open_text"].title == "Open Text"
    assert known["open_text"].description == ""
    assert known["between"].default == 1.5


@pytest.mark.parametrize("annotation", [list[str], int | str, Literal[1, 2], dict, bytes | None])
def test_type_that_no_form_shows_is_a_fault_of_the_configuration(annotation):
    odd = type("Odd", (Params,), {"__annotations__": {"x": annotation}, "__module__": __name__})
    with pytest.raises(ImproperlyConfigured, match=r"Odd\.x"):
        parameters(odd)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("  a\r\n\tb ", "a b"), ("", ""), ("Ünïcødé 👗", "Ünïcødé 👗"), ("x" * 2000, "x" * 2000)],
)
def test_prompt_is_one_line(given, kept):
    assert Shop(prompt=given).prompt == kept


@pytest.mark.parametrize("given", ["a\x00b", "\x1b[0m", "a\x7f", "x" * 2001, b"x", "\ud800"])
def test_prompt_refuses_what_is_no_text(given):
    with pytest.raises(ValidationError):
        Shop(prompt=given)


def test_link_is_trimmed_and_checked():
    assert Shop(link=" https://shop.example/a.png ").link == "https://shop.example/a.png"
    with pytest.raises(ValidationError):
        Shop(link="https://10.0.0.1/a.png")


def test_errors_do_not_repeat_what_was_given():
    with pytest.raises(ValidationError) as caught:
        Shop(link="https://ana:secret@shop.example/face.jpg")
    assert "secret" not in str(caught.value)
