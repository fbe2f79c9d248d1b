"""Tell whoever has put up a house model what could be better about the photo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from django_tryon import logs, photos, quality
from django_tryon.conf import conf
from django_tryon.exceptions import MissingExtra
from django_tryon.models import Person


def warn_of(request: HttpRequest, person: Person) -> None:
    """Say what the checks find in a photo, if they are installed; the photo stays in any case."""
    photo: Any = person.photo
    try:
        with photo.storage.open(photo.name) as opened:
            findings = quality.judge_photo(photos.decode_photo(opened), conf.QUALITY)
    except MissingExtra:
        return
    except Exception as error:  # a storage that is away, say
        logs.warning("person.quality", "a photo could not be looked at", error=error)
        return
    for finding in findings:
        if not finding.is_fine:
            messages.warning(request, f"{finding.says} {finding.do}")
