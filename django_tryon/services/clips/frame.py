"""The first frame of a person's clip: taken exactly, once, and kept beside the clip."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from django_tryon import videos
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused, MissingExtra, UploadRefused
from django_tryon.models import Person


def dresses_frame(engine: type[Engine], person: Person) -> bool:
    """Tell whether this engine, which takes a photo, dresses the first frame of a person's clip."""
    return (engine.person_kind, person.kind) == ("photo", Person.Kind.VIDEO)


def take_frame(person: Person) -> None:
    """Take the first frame of a clip, unless it was taken already.

    Raises LaunchRefused where the clip cannot be read, or begins with nothing to be seen.
    """
    name = str(person.video.name)
    if person.frame and person.frame_of == name:
        return
    try:
        with person.video.storage.open(name) as clip:
            picture = videos.first_frame(clip)
    except UploadRefused as error:
        raise LaunchRefused(error.message, code=error.code, field="person") from error
    except MissingExtra as error:
        raise LaunchRefused(str(error), code="missing_extra", field="person") from error
    if videos.shows_nothing(picture):
        raise LaunchRefused(
            _(
                "The clip of “%(person)s” begins with a frame of one colour, in which nobody is to "
                "be seen. Cut off its beginning, so that the first frame shows the person."
            )
            % {"person": person},
            code="empty_frame",
            field="person",
        )
    taken: Any = ContentFile(picture, name="frame.jpg")
    taken.is_normalised = True  # it is to be the very frame: not encoded a second time
    person.frame, person.frame_of = taken, name
    person.save(update_fields=["frame", "frame_of"])
