"""The two ways to try something on: with a photo of one's own, or on a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_tryon.models import Garment, Person

SALT = "django_tryon.form"
ACCEPT = "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif"


def new_key() -> str:
    """Return what tells one form from any other: the id for a new shopper, and a key."""
    return signing.dumps([str(uuid4()), str(uuid4())], salt=SALT)


class KeyField(forms.CharField):
    """The key of the form, as ``(id for a new shopper, idempotency key)``."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> tuple[UUID, str]:
        """Take only a key of ours."""
        try:
            proposed, key = signing.loads(super().clean(value), salt=SALT)
        except signing.BadSignature as error:
            raise ValidationError(_("This page is too old. Please try again.")) from error
        return UUID(proposed), key


class WishForm(forms.Form):
    """What both ways ask for."""

    way = ""
    garment = forms.TypedMultipleChoiceField(
        label=_("What to try on"), error_messages={"required": _("Choose what to try on.")}
    )
    notify = forms.EmailField(
        label=_("E-mail me when it is ready"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    form = KeyField()

    def __init__(
        self, *args: Any, garments: Sequence[Garment], most: int = 1, **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", f"{self.way}-%s")
        super().__init__(*args, **kwargs)
        self.most = most
        """Garments that the engine puts on at once."""
        self.garments = {str(garment.pk): garment for garment in garments}
        field: Any = self.fields["garment"]
        field.choices = [(key, str(garment)) for key, garment in self.garments.items()]
        field.coerce = self.garments.__getitem__

    @property
    def chosen(self) -> list[str]:
        """The keys of the garments that were sent, valid or not."""
        return [str(key) for key in self["garment"].data or ()]

    def clean_garment(self) -> list[Garment]:
        """Return the garments, each once, and not more than the engine takes."""
        chosen = list(dict.fromkeys(self.cleaned_data["garment"]))
        if len(chosen) > self.most:
            said = ngettext(
                "Choose at most %(most)d garment.",
                "Choose at most %(most)d garments.",
                self.most,
            )
            raise ValidationError(said % {"most": self.most})
        return chosen


class PhotoForm(WishForm):
    """A photo of one's own, and the consent without which it is not kept."""

    way = "photo"
    photo = forms.FileField(label=_("Your photo"), widget=forms.FileInput(attrs={"accept": ACCEPT}))
    text_hash = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    consent = forms.CharField(  # a box whose value is the version of the words beside it
        error_messages={
            "required": _("Please tick the box first: without your consent no photo is sent.")
        },
    )


class ModelForm(WishForm):
    """Somebody who is there already: a house model, or a photo given before."""

    way = "model"
    person = forms.TypedChoiceField(
        label=_("Who wears it"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please pick a model."),
            "invalid_choice": _("This photo is no longer here. Please pick another."),
        },
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["person"]
        field.choices = [(key, key) for key in self.people]
        field.coerce = self.people.__getitem__
