"""People: the shop's house models, and shoppers for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.access import is_of_shopper, may_see_shoppers, note_look
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.drawing import measures
from django_tryon.admin.drawing.pictures import PictureWidget, person_thumbnail
from django_tryon.admin.filters import WhoFilter
from django_tryon.admin.person_quality import photo_report, warn_of
from django_tryon.models import Person
from django_tryon.models.fields import ClipField, PhotoField
from django_tryon.services.shoppers.forget import forget_photo

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Person]
else:
    ModelForm = forms.ModelForm


class PersonForm(ModelForm):
    """Somebody's name and files: which of them it is, the files tell."""

    def clean(self) -> dict[str, Any]:
        """Take the kind from the only file, and ask for one of whoever is new."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors or "photo" not in self.fields:
            return cleaned
        photo, video = bool(cleaned.get("photo")), bool(cleaned.get("video"))
        if photo != video:
            cleaned["kind"] = Person.Kind.PHOTO if photo else Person.Kind.VIDEO
        elif not photo and self.instance.pk is None:
            self.add_error("photo", _("Give a photo, or a clip below: without one nobody is seen."))
        return cleaned


class PersonAdmin(TryOnModelAdmin[Person]):
    """House models by their pictures; a shopper's picture only on a page of its own."""

    form = PersonForm
    list_display = ["picture", "__str__", "kind", "is_house_model", "measures", "created_at"]
    list_display_links = ["picture", "__str__"]
    list_filter = [WhoFilter, "kind", "prewarm", "created_at"]
    search_fields = ["name"]
    list_select_related = ["shopper__user"]
    formfield_overrides = {
        PhotoField: {"widget": PictureWidget},
        ClipField: {"widget": PictureWidget},
    }
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Person]:
        """Return house models; shoppers too for those who may see them."""
        people = super().get_queryset(request)
        return people if may_see_shoppers(request) else people.filter(is_house_model=True)

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Ask for a file where it may be changed, and show it where not."""
        if obj is None or self.has_change_permission(request, obj):
            whose = ["shopper"] if obj is not None and is_of_shopper(obj) else []
            prewarm = [] if whose else ["prewarm"]
            seen = ["seen_of_photo"] if obj is not None and obj.photo and not whose else []
            return ["name", "kind", "photo", *seen, "video", "is_house_model", *prewarm, *whose]
        return ["name", "kind", "large_picture", "seen_of_photo", "is_house_model", "measures"]

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> Any:
        """Leave a shopper's photo the shopper's: no tick offers it to everybody."""
        of_somebody = obj is not None and obj.shopper_id is not None
        return [
            "large_picture",
            "measures",
            "seen_of_photo",
            "shopper",
            *(["is_house_model"] if of_somebody else []),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take whoever is added here for a house model."""
        return {"is_house_model": True} | super().get_changeform_initial_data(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Write down that somebody looked at a shopper's picture."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        seen = (getattr(response, "context_data", None) or {}).get("original")
        if seen is not None and is_of_shopper(seen):
            note_look(request, seen)
        return response

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Save somebody, and say what could be better about a house model's new photo."""
        super().save_model(request, obj, form, change)
        if "photo" in form.changed_data and obj.photo and obj.is_house_model:
            warn_of(request, obj)

    def delete_model(self, request: HttpRequest, obj: Person) -> None:
        """Delete somebody, and take back what they let the shop show of it."""
        forget_photo(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Person]) -> None:
        """Delete several."""
        for person in queryset:
            forget_photo(person)

    @admin.display(description=_("picture"))
    def picture(self, person: Person) -> SafeString:
        """Return the small picture."""
        return person_thumbnail(person)

    @admin.display(description=_("picture"))
    def large_picture(self, person: Person) -> str:
        """Return the picture or clip as large as there is room."""
        if not person.file:
            return measures.NOTHING
        if person.kind == Person.Kind.VIDEO:
            return format_html(
                '<video class="tryon-large" src="{}" controls muted playsinline></video>',
                person.url,
            )
        return format_html('<img class="tryon-large" src="{}" alt="{}">', person.url, person)

    @admin.display(description=_("checks"))
    def seen_of_photo(self, person: Person) -> Any:
        """Return what the checks see in the photo."""
        return photo_report(person)

    @admin.display(description=_("size"))
    def measures(self, person: Person) -> str:
        """Return width and height, and how long a clip is."""
        size = measures.size(person.width, person.height)
        return f"{size}, {person.seconds:.1f} s" if person.seconds else size
