"""One prepared picture and one prepared clip, for those who measure something else than drawing."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import cached_property

import av
import numpy as np
from PIL import Image

from .catalogue import Model
from .drawing.label import add_label
from .drawing.painters import Painted

SIZE = (768, 1024)
CLIP_SIZE = (288, 384)
CLIP_FRAMES = 8
LONGEST_COMMENT = 2**16 - 3
"""Bytes that one comment of a JPEG may hold."""


class Plain:
    """The files, made when they are first asked for."""

    def __init__(self, picture_bytes: int | None = None) -> None:
        """``picture_bytes``: how long the picture is to be; raises ValueError if it cannot be."""
        self._picture_bytes = picture_bytes
        if picture_bytes is not None:
            self.picture  # noqa: B018  (it says now whether that is possible)

    def of(self, model: Model) -> Painted:
        """Return what a model gives."""
        return self.clip if model.slug.startswith("video-") else self.picture

    @cached_property
    def picture(self) -> Painted:
        """A JPEG of the given length."""
        ramp = np.linspace(0, 255, SIZE[1], dtype=np.uint8)[:, None].repeat(SIZE[0], axis=1)
        image = Image.merge("RGB", [Image.fromarray(ramp)] * 3)
        buffer = io.BytesIO()
        add_label(image).save(buffer, "JPEG", quality=85)
        content = buffer.getvalue()
        return Painted(_lengthened(content, self._picture_bytes), "image/jpeg", "jpeg")

    @cached_property
    def clip(self) -> Painted:
        """An MP4 of one second."""
        buffer = io.BytesIO()
        with av.open(buffer, "w", format="mp4") as target:
            video = target.add_stream("libx264", rate=Fraction(CLIP_FRAMES))
            video.width, video.height, video.pix_fmt = *CLIP_SIZE, "yuv420p"
            for shade in np.linspace(0, 255, CLIP_FRAMES, dtype=np.uint8):
                still = np.full((CLIP_SIZE[1], CLIP_SIZE[0], 3), shade, dtype=np.uint8)
                target.mux(video.encode(av.VideoFrame.from_ndarray(still, format="rgb24")))
            target.mux(video.encode())
        return Painted(buffer.getvalue(), "video/mp4", "mp4")


def _lengthened(jpeg: bytes, length: int | None) -> bytes:
    """Return a JPEG of this length, made up with comments at its beginning."""
    missing = (length or len(jpeg)) - len(jpeg)
    if missing < 0 or 0 < missing < 4:
        raise ValueError(f"A picture of {length} bytes cannot be made; {len(jpeg) + 4} can.")
    comments = []
    while missing:
        most = min(missing - 4, LONGEST_COMMENT)
        if 0 < missing - 4 - most < 4:  # the rest would be too short for a comment
            most -= 4
        comments.append(b"\xff\xfe" + (most + 2).to_bytes(2, "big") + b" " * most)
        missing -= most + 4
    return jpeg[:2] + b"".join(comments) + jpeg[2:]
