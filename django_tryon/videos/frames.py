"""Take the first frame out of a clip."""

from __future__ import annotations

from io import BytesIO

from PIL import ImageStat
from PIL.Image import Image
from PIL.Image import open as open_picture

from django_tryon.photos import PHOTO_LIMITS
from django_tryon.photos.reading import Upload
from django_tryon.videos.facts import CLIP_LIMITS, ClipLimits
from django_tryon.videos.inspection import inspected
from django_tryon.videos.opening import open_clip
from django_tryon.videos.orientation import Shaper


def first_frame(upload: Upload, *, limits: ClipLimits = CLIP_LIMITS) -> bytes:
    """Return the first frame of a clip as a JPEG: as shown, in full size, without metadata.

    Raises what ``inspect_clip`` raises.
    """
    with open_clip(upload, limits=limits) as clip:
        seen = inspected(clip, limits=limits)
        assert seen.first is not None  # noqa: S101 - `inspected` has refused clips without one
        shown = Shaper(size=seen.size(clip), pixel_format="rgb24")(seen.first)
        picture: Image = shown.to_image()  # type: ignore[no-untyped-call]
    target = BytesIO()
    picture.save(target, "JPEG", quality=PHOTO_LIMITS.jpeg_quality, subsampling=0)
    return target.getvalue()


poster = first_frame
"""The picture that a player shows before it plays: the first frame."""


LEAST_DEVIATION = 4.0
"""Of 255 levels of brightness: a person, even in the dark, has more."""


def shows_nothing(picture: bytes) -> bool:
    """Tell whether a frame is of one colour, as where a clip fades in, so that nobody is in it."""
    with open_picture(BytesIO(picture)) as image:
        return ImageStat.Stat(image.convert("L")).stddev[0] < LEAST_DEVIATION
