"""The forms of a clip: the clip itself, and what is worn in it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from django_tryon.widget.forms import KeyField, WishForm

ACCEPT = "video/mp4,video/quicktime,video/webm"
LATEST = 3600
"""Seconds."""


class FilmForm(forms.Form):
    """A clip of oneself, the part of it that is meant, and the consent to it."""

    clip = forms.FileField(label=_("Your clip"), widget=forms.FileInput(attrs={"accept": ACCEPT}))
    begin = forms.FloatField(
        label=_("It begins at (seconds)"), required=False, min_value=0, max_value=LATEST
    )
    end = forms.FloatField(
        label=_("It ends at (seconds)"), required=False, min_value=0, max_value=LATEST
    )
    text_hash = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    consent = forms.CharField(  # a box whose value is the version of the words beside it
        error_messages={
            "required": _("Please tick the box first: without your consent no clip is sent.")
        },
    )
    form = KeyField()


class DressForm(WishForm):
    """What to wear in the clip."""

    way = "clip"
