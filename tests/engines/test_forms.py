from __future__ import annotations

from typing import Literal

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from django_tryon.engines import Engine, Params, all_engines, get_engine
from django_tryon.engines.forms import params_form
from django_tryon.exceptions import LaunchRefused

ALL = ["idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai", "video-tryon-v2"]


class OwnParams(Params):
    """Parameters of a shop's own engine."""

    note: str = "as it is"
    tilt: bool | None = True
    mode: Literal["a", "b"] = "b"


class Own(Engine):
    """A shop's own engine, which has a rule that no field knows."""

    slug = "own"
    params = OwnParams

    @classmethod
    def read_params(cls, given):
        read = super().read_params(given)
        if read["note"] == "mode":
            raise LaunchRefused("Not this mode.", field="params.mode")
        if read["note"] == "nothing":
            raise LaunchRefused("Not at all.", field="params")
        return read


def submitted(form):
    """Return what a browser sends of an untouched form."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        shown = bound.field.widget.format_value(value)
        if isinstance(bound.field, forms.BooleanField):
            if value:
                data[bound.html_name] = "on"
        elif isinstance(shown, list):
            data[bound.html_name] = shown[0]
        else:
            data[bound.html_name] = shown or ""
    return data


def bound(slug, **data):
    form = params_form(get_engine(slug))
    return form({**submitted(form()).dict(), **data})


@pytest.mark.parametrize("slug", ALL)
def test_untouched_form_gives_the_defaults(slug):
    engine = get_engine(slug)
    form = bound(slug)
    assert form.is_valid(), form.errors
    assert engine.read_params(form.params) == engine.read_params({})


@pytest.mark.parametrize("slug", ALL)
def test_empty_form_is_valid_too(slug):
    form = params_form(get_engine(slug))({})
    assert form.is_valid(), form.errors
    booleans = {n for n, f in form.fields.items() if isinstance(f, forms.BooleanField)}
    assert form.params == dict.fromkeys(booleans, False) | (
        {"output_format": form.params["output_format"]} if "output_format" in form.params else {}
    )


@pytest.mark.parametrize(
    ("slug", "name", "field", "widget"),
    [
        ("idm-vton", "steps", forms.IntegerField, forms.NumberInput),
        ("try-on-diffusion", "guidance_scale", forms.FloatField, forms.NumberInput),
        ("idm-vton", "mask_only", forms.BooleanField, forms.CheckboxInput),
        ("idm-vton", "crop", forms.TypedChoiceField, forms.Select),
        ("idm-vton", "category", forms.ChoiceField, forms.Select),
        ("p-image-try-on", "output_format", forms.ChoiceField, forms.Select),
        ("idm-vton", "garment_des", forms.CharField, forms.TextInput),
        ("fashion-ai", "prompt", forms.CharField, forms.Textarea),
        ("idm-vton", "mask_img", forms.URLField, forms.URLInput),
    ],
)
def test_each_kind_has_its_field(slug, name, field, widget):
    made = params_form(get_engine(slug))().fields[name]
    assert type(made) is field
    assert type(made.widget) is widget
    described = get_engine(slug).schema()["properties"][name]
    assert str(made.label) == described["title"]
    assert str(made.help_text) == described["description"]
    assert made.required is False


def test_bounds_and_defaults_reach_the_browser():
    form = params_form(get_engine("idm-vton"), prefix="p1")()
    html = str(form["steps"])
    assert 'name="p1-steps"' in html
    assert 'min="1"' in html
    assert 'max="40"' in html
    assert 'value="30"' in html
    assert "follows the garment&#x27;s description" in str(form["garment_des"])
    assert 'maxlength="500"' in str(form["garment_des"])
    assert "the model finds it itself" in str(form["mask_img"])
    assert ">follows the garment</option>" in str(form["category"])


def test_what_is_chosen_is_what_is_launched():
    form = bound(
        "idm-vton",
        steps="12",
        crop="False",
        force_dc="True",
        category="dresses",
        mask_only="on",
        garment_des=" red\r\ndress ",
        mask_img="shop.example/mask.png",
    )
    assert form.is_valid(), form.errors
    assert form.params == {
        "category": "dresses",
        "crop": False,
        "force_dc": True,
        "garment_des": "red\r\ndress",
        "mask_img": "https://shop.example/mask.png",
        "mask_only": True,
        "seed": 42,
        "steps": 12,
    }


@pytest.mark.parametrize(
    ("slug", "name", "value"),
    [
        ("idm-vton", "steps", "41"),
        ("idm-vton", "steps", "many"),
        ("idm-vton", "crop", "perhaps"),
        ("idm-vton", "category", "upper"),
        ("idm-vton", "garment_des", "x" * 501),
        ("idm-vton", "garment_des", "a\x07b"),
        ("idm-vton", "mask_img", "ftp://shop.example/mask.png"),
        ("idm-vton", "mask_img", "http://169.254.169.254/mask.png"),
        ("try-on-diffusion", "guidance_scale", "nan"),
        ("try-on-diffusion", "guidance_scale", "0.5"),
        ("p-image-try-on", "output_format", "gif"),
        ("p-image-try-on", "output_quality", "101"),
    ],
)
def test_fault_is_shown_at_its_field(slug, name, value):
    form = bound(slug, **{name: value})
    assert not form.is_valid()
    assert list(form.errors) == [name]


def test_all_faults_are_shown_at_once():
    form = bound(
        "p-image-try-on",
        output_quality="101",
        reference_pose="http://10.0.0.1/pose.jpg",
        prompt="a\x07b",
    )
    assert set(form.errors) == {"output_quality", "reference_pose", "prompt"}
    assert "private" in str(form.errors["reference_pose"])


@pytest.mark.parametrize(("note", "place"), [("mode", "mode"), ("nothing", "__all__")])
def test_engine_has_the_last_word(note, place):
    form = params_form(Own)({"note": note, "mode": "a"})
    assert not form.is_valid()
    assert list(form.errors) == [place]


def test_engine_of_the_shop_gets_a_form_too():
    form = params_form(Own)
    assert isinstance(form().fields["note"].widget, forms.Textarea)
    untouched = form(submitted(form()))
    assert untouched.is_valid()
    assert untouched.params == {"note": "as it is", "tilt": True, "mode": "b"}


def test_labels_speak_the_language_of_the_page():
    with translation.override("de"):
        form = params_form(get_engine("idm-vton"))
    assert not isinstance(form().fields["crop"].choices[1][1], str)


def test_no_engine_is_forgotten():
    assert list(all_engines()) == ALL
