"""What staff fill in on the launch page."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Set
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon import photos
from django_tryon.admin.shop_products import with_products
from django_tryon.engines import Engine, all_engines
from django_tryon.engines.forms import ParamsForm, params_form
from django_tryon.exceptions import UploadRefused
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.services.pins import Pinned, pinned

PINNED = "pinned"
"""Stands among the engines for the one that is pinned for a garment's category."""
VARIATIONS = 10
"""How many variations of one pair may be launched at once."""


def house_models() -> models.QuerySet[Person]:
    """Return whom staff may dress."""
    return Person.objects.house_models()


def dressed_before() -> models.QuerySet[TryOnJob]:
    """Return the jobs whose picture can serve as the first frame of a clip, the newest first.

    What lies between the garments of an outfit is no frame: it lacks some of them.
    """
    makers = [slug for slug, engine in all_engines().items() if engine.output == "image"]
    return (
        TryOnJob.objects.filter(
            status=Status.SUCCEEDED,
            outfit=None,
            engine__in=makers,
            person__is_house_model=True,
            results__kind="image",
        )
        .distinct()
        .order_by("-created_at")
    )


def strangers(frame: TryOnJob, people: Iterable[Person]) -> list[Person]:
    """Return those whose clip a frame does not show, as far as rows and names tell."""
    shown = frame.person
    return [
        person
        for person in people
        if person.kind == Person.Kind.VIDEO
        and shown is not None
        and person != shown
        and not (person.name and person.name == shown.name)
    ]


class LaunchForm(forms.Form):
    """Who wears what, by which engine, and how often."""

    batch = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    garments = forms.ModelMultipleChoiceField(
        Garment.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one house model.")},
    )
    engine = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one engine.")},
    )
    variations = forms.IntegerField(
        label=_("Variations of each"),
        min_value=1,
        max_value=VARIATIONS,
        initial=1,
        required=False,
        help_text=_("Each with a seed of its own: the same wish, drawn differently."),
    )
    together = forms.BooleanField(
        label=_("All garments together, as an outfit"),
        required=False,
        help_text=_(
            "One picture of each house model in everything that is chosen. An engine that takes "
            "one garment at a time puts them on one after another, and each costs."
        ),
    )
    previous = forms.ModelChoiceField(TryOnJob.objects.none(), required=False)
    frame_agreed = forms.CharField(required=False)
    """Names the frame and the clips of somebody else for which it was agreed to."""
    reference = forms.FileField(
        label=_("Or upload the frame"),
        required=False,
        help_text=_("The clip's first frame with the garments already on. JPEG or PNG."),
    )
    dresser = forms.ChoiceField(
        label=_("Or have the clip's own first frame dressed by"),
        required=False,
        help_text=_(
            "For the price of a picture. You are shown the frame, and the clip is made, and paid "
            "for, once you approve it."
        ),
    )
    anew = forms.BooleanField(
        label=_("Make anew what was tried on already"),
        required=False,
        help_text=_(
            "Otherwise the earlier picture is shown again, which costs nothing. Check tells how "
            "many there are; until then the price is that of all."
        ),
    )
    name = forms.CharField(
        label=_("Name of this batch"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "placeholder": _("Spring tops")}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engines = all_engines()
        _set_queryset(self.fields["people"], house_models())
        _set_queryset(self.fields["previous"], dressed_before())
        choices = [(slug, engine.title) for slug, engine in engines.items()]
        self.pins = pinned()
        if self.pins:
            choices.insert(0, (PINNED, str(_("As pinned"))))
        self.fields["engine"].choices = choices  # type: ignore[attr-defined]
        self.dressers = [
            (slug, engine.title)
            for slug, engine in engines.items()
            if (engine.output, engine.person_kind) == ("image", "photo")
        ]
        self.fields["dresser"].choices = [("", _("No engine")), *self.dressers]  # type: ignore[attr-defined]
        self.fields["engine"].initial = list(engines)[:1]

    def clean_garments(self) -> list[Garment]:
        """Bring the products along."""
        return with_products(self.cleaned_data["garments"])

    def clean_reference(self) -> Any:
        """Refuse a first frame that is not a usable picture."""
        upload = self.cleaned_data["reference"]
        if upload:
            try:
                photos.normalise_photo(upload)
            except UploadRefused as error:
                raise forms.ValidationError(error.message, code=error.code) from error
        return upload

    def clean(self) -> dict[str, Any]:
        """Refuse variations of engines that draw the same again, and two first frames."""
        cleaned = super().clean() or self.cleaned_data
        engines = self.engines()
        seeded = [engine for engine in engines if "seed" in engine.params.model_fields]
        if (cleaned.get("variations") or 1) > 1 and engines and not (seeded or self.chosen_pins()):
            self.add_error(
                "variations",
                _("%(engine)s has no seed, so it cannot be asked for variations. Leave it at 1.")
                % {"engine": engines[0].title},
            )
        framed = any(engine.needs_reference for engine in engines)
        if framed and cleaned.get("previous") and cleaned.get("reference"):
            self.add_error("reference", _("Choose a picture or upload one, not both."))
        if framed and not (cleaned.get("reference") or cleaned.get("dresser")):
            self._ask_whose_frame(cleaned)
        given = cleaned.get("previous") or cleaned.get("reference")
        if framed and given and cleaned.get("dresser"):
            said = _("Choose a dressed frame, or an engine that dresses one, not both.")
            self.add_error("dresser", said)
        return cleaned

    def _ask_whose_frame(self, cleaned: dict[str, Any]) -> None:
        """Have a frame agreed to that shows another person than the clip: their rows may differ
        though they are one, so nobody but staff can tell."""
        frame, people = cleaned.get("previous"), cleaned.get("people") or ()
        others = strangers(frame, people) if frame else []
        if frame is None or not others:
            return
        self.frame_token = ":".join(str(each.pk) for each in (frame, *others))
        if cleaned.get("frame_agreed") != self.frame_token:
            said = _("This frame shows %(shown)s, the clip %(clip)s.") % {
                "shown": frame.person,
                "clip": ", ".join(map(str, others)),
            }
            self.add_error("frame_agreed", said)

    frame_token = ""
    """What to send back in order to agree to the frame; empty where nothing is to be agreed to."""

    def engines(self) -> list[type[Engine]]:
        """Return the engines that were chosen for everything."""
        chosen = self.cleaned_data.get("engine", [])
        return [engine for slug, engine in all_engines().items() if slug in chosen]

    def take_pins_for(self, categories: Set[str]) -> None:
        """Have the pinned engines chosen to begin with, if they do all that is to be worn."""
        if categories and categories <= self.pins.keys():
            self.fields["engine"].initial = [PINNED]

    def chosen_pins(self) -> dict[str, Pinned]:
        """Return what each category is to be done by, if that was chosen."""
        return self.pins if PINNED in self.cleaned_data.get("engine", []) else {}

    def ask_for_garment(self) -> None:
        """Say under the garments that one has to be chosen."""
        if not self.has_error("garments") and not self.cleaned_data["garments"]:
            self.add_error("garments", _("Choose at least one garment."))

    def ask_for_frame(self) -> None:
        """Say where frames are chosen that one is needed, if none was given there."""
        ways = ("previous", "reference", "dresser")
        if not any(self.cleaned_data.get(way) or self.has_error(way) for way in ways):
            self.add_error(
                "previous",
                _(
                    "Choose a first frame: upload one, pick a finished try-on picture, or have one "
                    "dressed."
                ),
            )


def _set_queryset(field: forms.Field, rows: models.QuerySet[Any]) -> None:
    field.queryset = rows  # type: ignore[attr-defined]


class MakeForm(forms.Form):
    """A garment to be made from a product's own picture."""

    make = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"data-make": True}))
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", _("Choose…")), *Garment.Category.choices],
        required=False,
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("white linen shirt")}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the category of what is to be made."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("make") and not cleaned.get("category"):
            self.add_error("category", _("Say what it is: for the upper body, the lower, a dress?"))
        return cleaned


def params_forms(data: Any, what: str = "params") -> dict[str, ParamsForm]:
    """Return a form of parameters for each engine, its fields named after the engine.

    ``what`` they are for begins their names: ``params`` of a try-on, a ``second`` set of those, or
    those of the engine that dresses a clip's first ``frame``.
    """
    return {
        slug: params_form(engine, prefix=f"{what}-{slug}")(data)
        for slug, engine in all_engines().items()
    }
