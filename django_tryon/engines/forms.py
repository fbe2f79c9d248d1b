"""Turn the parameters of an engine into a Django form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from django_tryon.engines.engine import Engine
from django_tryon.engines.params import Parameter, parameters
from django_tryon.exceptions import LaunchRefused

LONG_TEXT = 1000
"""From this length up a text gets a box of several lines."""

WIDTH = 60
"""Characters of a text that its box shows."""

YES_NO = {"True": _("Yes"), "False": _("No")}


class ParamsForm(forms.Form):
    """Base of the forms that ``params_form`` makes."""

    engine: ClassVar[type[Engine]]
    params: dict[str, Any]
    """After validation: what to hand to ``launch``; what was left empty is not in it."""

    def clean(self) -> dict[str, Any] | None:
        """Let the engine itself have the last word on the values."""
        cleaned = super().clean()
        self.params = {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        remaining = dict(self.params)
        while (refused := self._refusal_of(remaining)) is not None:
            name = (refused.field or "").removeprefix("params.")
            if name in self.errors:
                break
            self.add_error(name if name in self.fields else None, refused.message)
            if remaining.pop(name, None) is None:
                break
        return cleaned

    def _refusal_of(self, params: dict[str, Any]) -> LaunchRefused | None:
        # The engine names one fault at a time; a person wants to see them all.
        try:
            self.engine.read_params(params)
        except LaunchRefused as refused:
            return refused
        return None


def params_form(engine: type[Engine], prefix: str | None = None) -> type[ParamsForm]:
    """Return a form class with a field for each parameter of the engine.

    No field is required: one that is emptied stands for the engine's default.
    """
    attributes: dict[str, Any] = {"engine": engine, "prefix": prefix}
    for parameter in parameters(engine.params).values():
        attributes[parameter.name] = _field(parameter)
    return type(f"{engine.__name__}ParamsForm", (ParamsForm,), attributes)


def _field(parameter: Parameter) -> forms.Field:
    common: dict[str, Any] = {
        "label": _(parameter.title),
        "help_text": _(parameter.description),
        "initial": parameter.default,
        "required": False,
    }
    bounds: dict[str, Any] = {"min_value": parameter.minimum, "max_value": parameter.maximum}
    unset = _(parameter.unset)
    match parameter.kind:
        case "integer":
            return forms.IntegerField(**common, **bounds)
        case "number":
            return forms.FloatField(**common, **bounds)
        case "boolean" if not parameter.optional:
            return forms.BooleanField(**common)
        case "boolean":
            choices = [("", unset), *YES_NO.items()]
            return forms.TypedChoiceField(
                choices=choices, coerce=lambda word: word == "True", empty_value=None, **common
            )
        case "choice":
            words = [(word, word) for word in parameter.choices]
            return forms.ChoiceField(
                choices=[("", unset), *words] if parameter.optional else words, **common
            )
    most = int(parameter.maximum) if parameter.maximum is not None else None
    if parameter.kind == "url":
        link = forms.URLField(max_length=most, assume_scheme="https", **common)
        link.widget.attrs |= {"placeholder": unset, "size": WIDTH}
        return link
    box = forms.Textarea if most is None or most >= LONG_TEXT else forms.TextInput
    size = {"rows": 2, "cols": WIDTH} if box is forms.Textarea else {"size": WIDTH}
    return forms.CharField(
        max_length=most, widget=box(attrs={"placeholder": unset} | size), **common
    )
