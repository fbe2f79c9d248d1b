"""Tell what a clip is by reading all of it, and refuse what cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext

from django_tryon.exceptions import UploadRefused
from django_tryon.photos.reading import Upload
from django_tryon.videos.facts import (
    CLIP_LIMITS,
    LONGEST_UNCUT,
    SHORTEST_PART,
    WHOLE,
    ClipFacts,
    ClipLimits,
    Part,
)
from django_tryon.videos.opening import OpenClip, open_clip, refuse_clip_pixels
from django_tryon.videos.orientation import shown_size, turns_of

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


def inspect_clip(
    upload: Upload, *, limits: ClipLimits = CLIP_LIMITS, part: Part = WHOLE
) -> ClipFacts:
    """Return what a clip is: its first frame decoded, every other one counted.

    Where only a ``part`` of it is wanted, the whole may be longer, and the part must not.
    The length is measured on the frames: headers leave it out, and may lie. Raises
    ``UploadRefused`` with one of the codes ``empty_file``, ``too_many_bytes``, ``not_a_video``,
    ``unsupported_container``, ``no_video_stream``, ``no_frames``, ``clip_too_long``,
    ``too_many_pixels``, ``too_small``, ``broken_clip``, and with no other exception, whatever the
    bytes are; ``MissingExtra`` without PyAV.
    """
    with open_clip(upload, limits=limits) as clip:
        return inspected(clip, limits=limits, part=part).facts(clip)


@dataclass
class Inspection:
    """What was seen on one way through a clip."""

    first: VideoFrame | None = None
    packets: int = 0
    hidden: int = 0
    """Packets that an edit list cuts out of the clip, though they are in the file."""
    start: Fraction | None = None
    end: Fraction = field(default_factory=Fraction)

    @property
    def seconds(self) -> float:
        """From the beginning of the first to the end of the last frame."""
        return float(self.end - (self.start or 0))

    def size(self, clip: OpenClip) -> tuple[int, int]:
        """Width and height as shown."""
        assert self.first is not None  # noqa: S101 - `inspected` has refused clips without one
        return shown_size(self.first, pixel_aspect=clip.stream.codec_context.sample_aspect_ratio)

    def is_upright(self) -> bool:
        """Tell whether the pixels are stored as they are shown."""
        return self.first is not None and not turns_of(self.first)

    def facts(self, clip: OpenClip) -> ClipFacts:
        """Return what the clip is."""
        width, height = self.size(clip)
        return ClipFacts(
            seconds=round(self.seconds, 3),
            width=width,
            height=height,
            frames=self.packets,
            codec=clip.stream.codec_context.codec.canonical_name,
            container=clip.container,
            has_audio=bool(clip.reader.streams.audio),
        )


def inspected(clip: OpenClip, *, limits: ClipLimits, part: Part = WHOLE) -> Inspection:
    """Go through an opened clip once, and refuse it where it has to be."""
    if part.is_all:
        return _seen(clip, limits=limits)
    longer = replace(limits, max_seconds=max(LONGEST_UNCUT, limits.max_seconds))
    seen = _seen(clip, limits=longer)
    end = seen.seconds if part.end is None else min(part.end, seen.seconds)
    wanted = end - max(0.0, part.begin)
    if wanted < SHORTEST_PART:
        raise UploadRefused(
            gettext("The part that you chose is too short: it needs at least a second."),
            code="clip_too_short",
        )
    if wanted > limits.max_seconds:
        raise _too_long(wanted, limits=limits)
    return seen


def _seen(clip: OpenClip, *, limits: ClipLimits) -> Inspection:
    seen = Inspection()
    for packet in clip.reader.demux(clip.stream):
        if seen.first is None:
            seen.first = next(iter(packet.decode()), None)
        if packet.size:
            _count(packet, seen, clip)
        if seen.packets + seen.hidden > limits.max_frames:
            raise _too_many_frames(limits=limits)
        if seen.seconds > limits.max_seconds:
            raise _too_long(max(seen.seconds, _declared_seconds(clip)), limits=limits)
    if not seen.packets or seen.first is None:
        raise no_frames()
    refuse_clip_pixels(seen.first.width, seen.first.height, limits=limits)
    _refuse_small(*seen.size(clip), limits=limits)
    return seen


def _count(packet: Packet[VideoStream], seen: Inspection, clip: OpenClip) -> None:
    if packet.is_discard:
        seen.hidden += 1
        return
    seen.packets += 1
    # Both containers give each packet its moment; a file that does not is a damaged one.
    tick, rate = packet.time_base, clip.stream.average_rate
    begin = cast("int", packet.pts) * tick
    length = packet.duration * tick if packet.duration else 1 / rate if rate else 0
    seen.start = begin if seen.start is None else min(seen.start, begin)
    seen.end = max(seen.end, begin + length)


def no_frames() -> UploadRefused:
    """Return how a clip is refused, or a part of one, in which nothing is to be seen."""
    return UploadRefused(
        gettext("This clip has no pictures in it. Please send another one as MP4."),
        code="no_frames",
    )


def _too_many_frames(*, limits: ClipLimits) -> UploadRefused:
    return UploadRefused(
        gettext("This clip has more than %(limit)d frames. Please send it at normal speed.")
        % {"limit": limits.max_frames},
        code="clip_too_long",
    )


def _declared_seconds(clip: OpenClip) -> float:
    return (clip.reader.duration or 0) / 1_000_000


def _too_long(seconds: float, *, limits: ClipLimits) -> UploadRefused:
    return UploadRefused(
        gettext(
            "This clip is %(seconds).1f seconds long. At most %(limit)g seconds are possible: "
            "please shorten it."
        )
        % {"seconds": seconds, "limit": limits.max_seconds},
        code="clip_too_long",
    )


def _refuse_small(width: int, height: int, *, limits: ClipLimits) -> None:
    if min(width, height) < limits.min_side:
        raise UploadRefused(
            gettext(
                "This clip is %(width)d by %(height)d pixels. Please send a larger one: "
                "its shorter side needs at least %(least)d pixels."
            )
            % {"width": width, "height": height, "least": limits.min_side},
            code="too_small",
        )


A_HAIR = Fraction(1, 1000)
"""Seconds: a player names its moments in decimals, which no clock of a clip meets exactly."""


def frames_of(clip: OpenClip, seen: Inspection, part: Part = WHOLE) -> Iterator[VideoFrame]:
    """Decode the clip, or the part that is wanted of it, frame by frame.

    A frame belongs to the part in which it begins. Nothing after the part is decoded.
    """
    tick, start = cast("Fraction", clip.stream.time_base), seen.start or Fraction(0)
    since = start + Fraction(max(0.0, part.begin)) - A_HAIR
    until = None if part.end is None else start + Fraction(part.end) - A_HAIR
    if part.begin > 0:  # to the last frame before it with which decoding can begin
        clip.reader.seek(int(since / tick), stream=clip.stream)
    else:
        clip.reader.seek(0)
    for frame in clip.reader.decode(clip.stream):
        moment = cast("int", frame.pts) * cast("Fraction", frame.time_base)
        if until is not None and moment >= until:
            return
        if part.begin <= 0 or moment >= since:
            yield frame
