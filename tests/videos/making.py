"""Clips of every awkward kind, made on the spot."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import av
from PIL import Image

from tests.photos.making import corners

Seen = TypeVar("Seen")

WIDE = (480, 320)
TURNED = (0, 1, -1, 0)
"""a, b, c, d of the display matrix of a phone held upright: a quarter turn clockwise."""
PLACE = b"+48.8584+002.2945"


def wide(number: int = 0) -> Image.Image:
    """Paint a frame whose corners tell which way up it is."""
    return corners(*WIDE)


def clip(
    seconds: float = 2,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    rate: int | Fraction = 5,
    paint: Callable[[int], Image.Image] = wide,
    pixel_format: str = "yuv420p",
    pixel_aspect: Fraction | None = None,
    sound: bool = False,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
) -> bytes:
    """Film what ``paint`` draws for each frame's number."""
    with (
        tempfile.NamedTemporaryFile() as target,
        av.open(target.name, "w", format=form, options=options or {}) as writer,
    ):
        writer.metadata.update(metadata or {})
        stream = writer.add_stream(codec, rate=rate, options=codec_options or {})
        stream.width, stream.height = paint(0).size
        stream.pix_fmt = pixel_format
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        voice = writer.add_stream("aac", rate=48_000) if sound else None
        for number in range(round(seconds * rate)):
            frame = av.VideoFrame.from_image(paint(number))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
        if voice:
            hum(writer, voice)
        writer.close()
        return Path(target.name).read_bytes()


def hum(writer: av.container.OutputContainer, voice: av.AudioStream) -> None:
    """Add half a second of silence."""
    for number in range(24):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 1024, Fraction(1, 48_000)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        writer.mux(voice.encode(frame))
    writer.mux(voice.encode(None))


def sound_only() -> bytes:
    """Return an MP4 with sound and no pictures."""
    target = BytesIO()
    with av.open(target, "w", format="mp4") as writer:
        hum(writer, writer.add_stream("aac", rate=48_000))
    return target.getvalue()


def box(kind: bytes, *bodies: bytes) -> bytes:
    """Return one box of an MP4."""
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body


def with_cover(content: bytes, cover: bytes) -> bytes:
    """Add a picture of the album, as music files have it, to an MP4 that ends with its index."""
    at = content.rindex(b"moov") - 4
    handler = box(b"hdlr", bytes(8), b"mdir", b"appl", bytes(9))
    data = box(b"data", struct.pack(">II", 13, 0), cover)
    listed = box(b"ilst", box(b"covr", data))
    index = content[at + 8 :] + box(b"udta", box(b"meta", bytes(4), handler, listed))
    return content[:at] + box(b"moov", index)


def turned(content: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """Set the display matrix of the first track, as a phone does that was held otherwise."""
    at = content.index(b"tkhd") + 44
    a, b, c, d = (65536 * value for value in matrix)
    return content[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + content[at + 36 :]


def matrix_of(content: bytes) -> tuple[int, int, int, int]:
    """Read the display matrix of the first track."""
    a, b, _, c, d, *_ = struct.unpack_from(">9i", content, content.index(b"tkhd") + 44)
    return a // 65536, b // 65536, c // 65536, d // 65536


def trimmed(content: bytes, *, begin: int, milliseconds: int) -> bytes:
    """Cut the beginning off by an edit list, which leaves it in the file."""
    at = content.index(b"elst") + 12
    (media_time,) = struct.unpack(">I", content[at + 4 : at + 8])
    return content[:at] + struct.pack(">II", milliseconds, media_time + begin) + content[at + 8 :]


def no_frames() -> bytes:
    """Return an MP4 with a video track in which nothing was ever filmed."""
    content = clip(options={"movflags": "empty_moov+frag_keyframe"})
    return content[: content.index(b"moof") - 4]


def read(content: bytes, look: Callable[[av.VideoFrame], Seen]) -> list[Seen]:
    """Look at every frame of a clip, while it is open."""
    with av.open(BytesIO(content)) as reader:
        return [look(frame) for frame in reader.decode(video=0)]


def pictures(content: bytes) -> list[Image.Image]:
    """Decode a whole clip to pictures."""
    return read(content, lambda frame: frame.to_image())


def pixels(content: bytes) -> list[bytes]:
    """Decode a whole clip to its very numbers.

    Without what pads the end of a line in memory: nobody wrote it, and it is another each time.
    """
    return read(content, lambda frame: frame.to_ndarray().tobytes())


def kinds_of_boxes(content: bytes) -> list[str]:
    """Name the outermost boxes of an MP4 in their order."""
    found, at = [], 0
    while at < len(content):
        found.append(content[at + 4 : at + 8].decode())
        at += int.from_bytes(content[at : at + 4], "big")
    return found
