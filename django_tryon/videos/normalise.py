"""Make of an uploaded clip one that can be kept and sent: upright, H.264, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from django_tryon.exceptions import MissingExtra
from django_tryon.photos.reading import Upload
from django_tryon.videos.facts import CLIP_LIMITS, WHOLE, ClipLimits, NormalisedClip, Part
from django_tryon.videos.inspection import Inspection, frames_of, inspect_clip, inspected, no_frames
from django_tryon.videos.opening import OpenClip, import_av, open_clip
from django_tryon.videos.orientation import Shaper

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame

ENCODER: Final = "libx264"
CLOCK = Fraction(1, 90_000)
WITHOUT_SEI = "filter_units=remove_types=6"
"""Cameras write place and time into the stream itself, as supplemental information (SEI)."""


def normalise_clip(
    upload: Upload, *, limits: ClipLimits = CLIP_LIMITS, part: Part = WHOLE
) -> NormalisedClip:
    """Verify an uploaded clip by decoding all of it, and return a clean H.264 copy.

    Of a ``part`` it is a copy of just that, to the frame.
    Sound is dropped: no engine hears it, and a voice is personal. Raises what ``inspect_clip``
    raises.
    """
    if ENCODER not in import_av().codecs_available:
        raise MissingExtra(f"writing H.264 ({ENCODER})", "video")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clip.mp4"
        with open_clip(upload, limits=limits) as clip:
            seen = inspected(clip, limits=limits, part=part)
            with _writer(target) as writer:
                if part.is_all and _can_stay(clip, seen, limits=limits):
                    _copy(clip, writer)
                else:
                    _encode(clip, seen, writer, limits=limits, part=part)
        content = target.read_bytes()
    return NormalisedClip(content=content, facts=inspect_clip(content, limits=limits))


def _writer(target: Path) -> OutputContainer:
    av = import_av()
    writer: OutputContainer = av.open(
        str(target), mode="w", format="mp4", options={"movflags": "+faststart"}
    )
    writer.flags |= av.container.Flags.bitexact.value  # no name of the program that wrote it
    return writer


def _can_stay(clip: OpenClip, seen: Inspection, *, limits: ClipLimits) -> bool:
    """Tell whether the pictures may be copied as they are, which costs no quality."""
    codec = clip.stream.codec_context
    return (
        clip.container in {"mp4", "mov"}
        and codec.name == "h264"
        and codec.pix_fmt == "yuv420p"
        and (codec.sample_aspect_ratio or 1) == 1
        and seen.is_upright()
        and not seen.hidden
        and max(codec.width, codec.height) <= limits.long_side
        and seen.packets <= limits.max_frame_rate * seen.seconds + 1
        and clip.size * 8 <= limits.max_bit_rate * seen.seconds
    )


def _copy(clip: OpenClip, writer: OutputContainer) -> None:
    av = import_av()
    stream = writer.add_stream_from_template(clip.stream, opaque=True)
    cleaner = av.bitstream.BitStreamFilterContext(WITHOUT_SEI, clip.stream, stream)
    clip.reader.seek(0)
    for packet in clip.reader.demux(clip.stream):
        packet.decode()  # every frame has to be decodable, though the copy needs none of them
        for clean in cleaner.filter(packet if packet.size else None):
            clean.stream, clean.time_base = stream, clip.stream.time_base
            writer.mux(clean)


def _encode(
    clip: OpenClip,
    seen: Inspection,
    writer: OutputContainer,
    *,
    limits: ClipLimits,
    part: Part = WHOLE,
) -> None:
    from av.video.frame import PictureType

    size = _even_size(seen.size(clip), long_side=limits.long_side)
    shaper = Shaper(size=size, pixel_format="yuv420p")
    stream = writer.add_stream(
        ENCODER,
        rate=30,
        options={
            "crf": "20",
            "preset": "veryfast",
            "maxrate": str(limits.max_bit_rate),
            "bufsize": str(2 * limits.max_bit_rate),
        },
    )
    codec = stream.codec_context
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    codec.time_base = CLOCK
    codec.color_primaries = codec.color_trc = codec.colorspace = 1  # BT.709, as the shaper makes it
    codec.color_range = 1
    is_empty = True
    for frame in _thinned(frames_of(clip, seen, part), limits=limits):
        is_empty = False
        shown = shaper(frame)
        shown.pict_type = PictureType.NONE  # the new stream chooses its key frames itself
        writer.mux(stream.encode(shown))
    if is_empty:  # of a clip that stands still for long, none may begin in the part
        raise no_frames()
    writer.mux(stream.encode(None))


def _thinned(frames: Iterator[VideoFrame], *, limits: ClipLimits) -> Iterator[VideoFrame]:
    """Let at most so many frames a second pass, their clock set to begin at zero."""
    interval = Fraction(1) / Fraction(limits.max_frame_rate)
    first: Fraction | None = None
    due = Fraction(0)
    for frame in frames:
        moment = cast("int", frame.pts) * cast("Fraction", frame.time_base)
        first = moment if first is None else first
        since = moment - first
        if since >= due - interval / 4:  # frames of a camera never come quite on time
            due = max(due + interval, since)
            frame.pts, frame.time_base = int(since / CLOCK), CLOCK
            yield frame


def _even_size(size: tuple[int, int], *, long_side: int) -> tuple[int, int]:
    """Scale down to the longest side allowed; H.264 in 4:2:0 needs even sides."""
    scale = min(Fraction(1), Fraction(long_side, max(size)))
    width, height = (max(2, round(side * scale / 2) * 2) for side in size)
    return width, height
