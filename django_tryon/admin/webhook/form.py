"""The form for an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from django_tryon.models import WebhookEndpoint
from django_tryon.models.webhook import Event

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[WebhookEndpoint]
else:
    ModelForm = forms.ModelForm

said = lazy("{} ({})".format, str)


class EndpointForm(ModelForm):
    """An address, and the events that it wants, by what they mean."""

    events = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them, and those of later versions."),
        choices=[(event.value, said(event.label, event.value)) for event in Event],
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "name", "events", "is_active"]
        widgets: dict[str, Any] = {"url": forms.URLInput(attrs={"class": "vURLField"})}
