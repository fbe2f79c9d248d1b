"""Small pictures, and what stands in their place."""

from __future__ import annotations

from typing import Any

from django_tryon.admin.drawing.figures import person_figure
from django_tryon.admin.drawing.pictures import PictureWidget, person_thumbnail, thumbnail
from django_tryon.models import Person


def test_names_are_escaped() -> None:
    assert "<script>" not in thumbnail("/x.jpg", '"><script>')


def test_a_person_that_is_gone(db: None) -> None:
    assert "Deleted" in person_thumbnail(None)
    assert "No picture" in person_thumbnail(Person(is_house_model=True))


def test_a_file_that_was_deleted(rf: Any, staff: Any) -> None:
    request = rf.get("/")
    request.user = staff
    person = Person.objects.create(is_house_model=True, name="Ana")
    assert person_figure(request, person, "admin").instead == "The file was deleted."


def test_an_upload_that_was_refused_is_not_shown_as_stored(person: Person) -> None:
    widget = PictureWidget()
    assert widget.is_initial(person.photo)
    assert not widget.is_initial(Person().photo)
    assert not widget.is_initial(None)
