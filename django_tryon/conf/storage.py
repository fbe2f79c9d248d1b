"""Where files lie, how large they may be, and how long links to them hold."""

from __future__ import annotations

from datetime import timedelta

from django_tryon.conf.option import Option


class Storage:
    """Where files lie, how large they may be, and how long links to them hold."""

    PRIVATE_STORAGE = Option(
        "",
        "Alias in `STORAGES` for people's photos and unpublished results. "
        "Empty: a folder `tryon_private` beside the project, served through signed links only.",
    )
    PUBLIC_STORAGE = Option(
        "default", "Alias in `STORAGES` for garment pictures and published results."
    )
    INPUT_URL_LIFETIME = Option(
        timedelta(hours=1), "How long a link given to the provider stays valid."
    )
    FILE_URL_LIFETIME = Option(
        timedelta(minutes=15),
        "How long a link to a private file, given to a person, stays valid at most; half of that "
        "at least.",
    )
    MAX_IMAGE_BYTES = Option(50 * 2**20, "The largest result picture that is accepted, in bytes.")
    MAX_VIDEO_BYTES = Option(500 * 2**20, "The largest result clip that is accepted, in bytes.")
