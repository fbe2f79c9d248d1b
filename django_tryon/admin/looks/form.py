"""What staff fill in of a look: its name, its note, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.looks.picks import named, newest, picks_of
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Look
from django_tryon.services.looks.build import check_look
from django_tryon.services.outfits.order import in_dressing_order

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Look]
else:
    ModelForm = forms.ModelForm


class PickWidget(forms.SelectMultiple):
    """Garments as cards with a box to tick; those that are ticked come first."""

    template_name = "admin/django_tryon/look/picks.html"
    allow_multiple_selected = True

    class Media:
        js = [forms.Script("django_tryon/looks.js", type="module")]

    besides: Sequence[str] = ()
    """The keys of those to be shown next to them, before the newest."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Draw what is picked, and what there is besides. No choice is asked for one by one."""
        keys = [str(getattr(key, "pk", key)) for key in value or ()]
        chosen = in_dressing_order(named(keys))
        nearby = [garment for garment in named(self.besides) if garment not in chosen]
        seen = [str(garment.pk) for garment in (*chosen, *nearby)]
        return {
            "widget": {"name": name, "id": (attrs or {}).get("id", "")},
            "chosen": picks_of(chosen),
            "besides": picks_of([*nearby, *newest(seen)]),
        }


class LookForm(ModelForm):
    """A look, and its garments by their pictures."""

    garments = forms.ModelMultipleChoiceField(
        Garment.objects.all(),
        label=_("Garments"),
        widget=PickWidget,
        help_text=_("They are kept in the order in which they are put on."),
        error_messages={"required": _("Pick what it is made of.")},
    )

    class Meta:
        model = Look
        fields = ["name", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_published = self.instance.published_at is not None
        if self.is_published:  # what is in it stays
            del self.fields["garments"]
        elif self.instance.pk:
            self.initial["garments"] = [garment.pk for garment in self.instance.garments]
        else:  # as the address of the page names them
            for field in ("garments", "besides"):
                self.initial[field] = str(self.initial.get(field, "")).split(",")
            self.fields["garments"].widget.besides = self.initial["besides"]

    def clean_garments(self) -> list[Garment]:
        """Refuse what cannot be worn together."""
        garments = list(self.cleaned_data["garments"])
        try:
            check_look(garments)
        except LaunchRefused as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return garments

    def clean(self) -> dict[str, Any]:
        """Refuse other garments that were picked while somebody published it."""
        cleaned = super().clean() or self.cleaned_data
        given = forms.SelectMultiple().value_from_datadict(self.data, self.files, "garments")
        there = (
            {str(part.garment_id) for part in self.instance.parts.all()}
            if self.is_published
            else set()
        )
        if self.is_published and given and set(given) != there:
            said = _("This look was published meanwhile. Unpublish it, then change what is in it.")
            raise forms.ValidationError(said, code="look_published")
        return cleaned
