"""What staff can choose when they publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_tryon.conf import conf
from django_tryon.models import Place, TryOnResult
from django_tryon.services.publishing.places import LONGEST_ALT, propose_alt, spots_of

LOOKED_AT = 20
"""So many results are asked whether their products take pictures."""


class Moment(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PublishForm(forms.Form):
    """Where, with which words, in which place, and when."""

    to = forms.ChoiceField(label=gettext_lazy("Where"), widget=forms.RadioSelect)
    alt = forms.CharField(
        label=gettext_lazy("Alt text"),
        max_length=LONGEST_ALT,
        required=False,
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Only for the shop's own pictures. It always ends with “AI-generated”, which is added "
            "where your own text lacks it. Empty: as proposed."
        ),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        widget=forms.RadioSelect,
        choices=[
            ("last", gettext_lazy("Last")),
            ("first", gettext_lazy("First")),
            ("number", gettext_lazy("At this place:")),
        ],
        initial="last",
    )
    number = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=1, max_value=1000, required=False
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        widget=forms.RadioSelect,
        choices=[("now", gettext_lazy("Now")), ("at", gettext_lazy("At this time:"))],
        initial="now",
    )
    at = forms.DateTimeField(label=gettext_lazy("Time"), widget=Moment, required=False)
    until = forms.DateTimeField(label=gettext_lazy("Until"), widget=Moment, required=False)

    def __init__(self, *args: Any, results: Sequence[TryOnResult], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        looked = [spots_of(result) for result in results[:LOOKED_AT]]
        self.no_images = "" if any(spots for spots, _why in looked) else looked[0][1]
        """Why the shop's own pictures cannot be chosen; empty if they can."""
        places = [Place.GALLERY] if self.no_images else list(Place)
        to: Any = self.fields["to"]
        to.choices = [(place.value, place.label) for place in places]
        to.initial = conf.PUBLISH_TO if conf.PUBLISH_TO in places else Place.GALLERY.value
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["at"].help_text = _("Time zone: %(zone)s.") % zone
        self.fields["until"].help_text = _("Then it goes again. Empty: it stays.")
        if len(results) > 1:
            del self.fields["alt"]
        else:
            self._as_it_stands(results[0])

    def _as_it_stands(self, result: TryOnResult) -> None:
        """Begin with what was appointed, or is published."""
        self.fields["alt"].initial = propose_alt(result)
        there = getattr(result, "appointment", None)
        if result.published_at is not None and not self.no_images:
            self.fields["to"].initial = Place.BOTH.value
        if there is None:
            return
        self.fields["until"].initial = there.unpublish_at
        if there.publish_at is None:
            return
        self.fields["to"].initial = there.to or self.fields["to"].initial
        self.fields["alt"].initial = there.alt or self.fields["alt"].initial
        if there.position is not None:
            self.fields["order"].initial = "number" if there.position else "first"
            self.fields["number"].initial = there.position + 1
        if not there.is_given_up:
            self.fields["when"].initial = "at"
            self.fields["at"].initial = there.publish_at

    def clean(self) -> dict[str, Any]:
        """Ask for what a choice needs."""
        given = super().clean() or {}
        if given.get("order") == "number" and not given.get("number"):
            self._miss("number", _("Which place? 1 is the first."))
        at = given.get("at")
        if given.get("when") == "at":
            if at is None:
                self._miss("at", _("At what time?"))
            elif at <= timezone.now():
                self.add_error("at", _("That time is over. Choose a later one, or “Now”."))
        until = given.get("until")
        if until is not None and until <= self._begins(given):
            self.add_error("until", _("It would have to go before it is published."))
        return given

    def _miss(self, field: str, said: str) -> None:
        if field not in self.errors:
            self.add_error(field, said)

    @staticmethod
    def _begins(given: dict[str, Any]) -> datetime:
        at = given.get("at") if given.get("when") == "at" else None
        return at or timezone.now()

    def options(self) -> dict[str, Any]:
        """Return the same as ``publish`` takes it."""
        given = self.cleaned_data
        places = {"last": None, "first": 0, "number": (given["number"] or 1) - 1}
        return {
            "to": given["to"],
            "alt": given.get("alt", "").strip(),
            "position": places[given["order"]],
            "at": given["at"] if given["when"] == "at" else None,
            "until": given["until"],
            "keeps_end": False,
        }
