"""Open a clip with exactly the demuxer that its bytes ask for, and nothing but the clip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, cast

from django.utils.translation import gettext

from django_tryon.exceptions import MissingExtra, UploadRefused
from django_tryon.photos.kinds import VIDEO_KINDS, kind_of
from django_tryon.photos.reading import Upload, opened, refuse_size, size_of
from django_tryon.videos.boxes import is_cut_off
from django_tryon.videos.facts import ClipLimits

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

HEAD_BYTES = 512
MARGIN = 65_536
DEMUXERS = {"mp4": "mov", "matroska": "matroska"}
"""Kind of file → FFmpeg's name of its reader. Left to guess, FFmpeg would also take playlists,
which make it open other files and addresses."""


@dataclass(frozen=True)
class OpenClip:
    """A clip whose header was read."""

    reader: InputContainer
    stream: VideoStream
    container: str
    size: int
    """Bytes."""


def import_av() -> Any:
    """Return the module ``av``, or raise ``MissingExtra``."""
    try:
        import av
    except ImportError as error:
        raise MissingExtra("reading clips", "video") from error
    return av


def broken_clip() -> UploadRefused:
    """Return the refusal of a clip that cannot be read to its end."""
    return UploadRefused(
        gettext("This clip is damaged or incomplete. Please send it again, or another one as MP4."),
        code="broken_clip",
    )


@contextmanager
def reading_clip() -> Iterator[None]:
    """Turn whatever a decoder raises into ``UploadRefused`` (``broken_clip``)."""
    try:
        yield
    except (UploadRefused, MissingExtra):
        raise
    except Exception as error:
        raise broken_clip() from error


@contextmanager
def open_clip(upload: Upload, *, limits: ClipLimits) -> Iterator[OpenClip]:
    """Yield the clip after all that can be refused by its header was refused."""
    av = import_av()
    # FFmpeg counts the margins of its buffers too; the exact number is checked on each frame seen.
    decoding = {"max_pixels": str(2 * limits.max_pixels + MARGIN)}
    with _seekable(upload, max_bytes=limits.max_bytes) as (file, size):
        head = file.read(HEAD_BYTES)
        demuxer = _demuxer_of(kind_of(head))
        with reading_clip():
            if demuxer == "mov" and is_cut_off(file):
                raise broken_clip()
            file.seek(0)
            with av.open(
                file,
                mode="r",
                format=demuxer,
                options=decoding,
                **_leniency(av.__version__),
            ) as reader:
                stream = _video_stream(reader)
                width, height = stream.codec_context.width, stream.codec_context.height
                if not width * height:  # FFmpeg tells no size that is above its bound, either
                    raise _no_size()
                refuse_clip_pixels(width, height, limits=limits)
                stream.codec_context.options = decoding
                yield OpenClip(reader, stream, _container_of(head, demuxer), size)


def _leniency(version: str) -> dict[str, Any]:
    """Let titles and comments pass that are no UTF-8, as PyAV does unasked from 19 on."""
    return {"metadata_errors": "replace"} if int(version.split(".")[0]) < 19 else {}


@contextmanager
def _seekable(upload: Upload, *, max_bytes: int) -> Iterator[tuple[IO[bytes], int]]:
    """Yield the file at its first byte, and its size; put it back to where it stood at the end."""
    with opened(upload) as file:
        if isinstance(file, bytes):
            refuse_size(len(file), max_bytes=max_bytes)
            yield BytesIO(file), len(file)
        elif file.seekable():
            size, position = size_of(file), file.tell()
            refuse_size(size, max_bytes=max_bytes)
            file.seek(0)
            try:
                yield file, size
            finally:
                file.seek(position)
        else:
            with tempfile.TemporaryFile() as copy:
                size = copy.write(file.read(max_bytes + 1))
                refuse_size(size, max_bytes=max_bytes)
                copy.seek(0)
                yield copy, size


def _demuxer_of(kind: str) -> str:
    if kind in DEMUXERS:
        return DEMUXERS[kind]
    if kind in VIDEO_KINDS:
        raise UploadRefused(
            gettext(
                "%(kind)s clips are not accepted here. Please send an MP4, as phones record them."
            )
            % {"kind": kind.upper()},
            code="unsupported_container",
        )
    if kind == "unknown":
        message = gettext("This file is not a video. Please send a clip as MP4, MOV or WebM.")
    else:
        message = gettext(
            "This file is a %(kind)s, not a video. Please send a clip as MP4, MOV or WebM."
        )
    raise UploadRefused(message % {"kind": kind.upper()}, code="not_a_video")


def _video_stream(reader: InputContainer) -> VideoStream:
    from av.stream import Disposition

    streams = [s for s in reader.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise UploadRefused(
            gettext(
                "This file has no moving picture in it. Please send a clip as MP4, MOV or WebM."
            ),
            code="no_video_stream",
        )
    if cast("object | None", streams[0].codec_context) is None:
        raise UploadRefused(
            gettext("This clip is in a format that cannot be read here. Please send it as MP4."),
            code="unsupported_container",
        )
    return streams[0]


def _no_size() -> UploadRefused:
    return UploadRefused(
        gettext(
            "This clip is damaged, or its pictures are too large. "
            "Please send it as MP4 in Full HD (1920 by 1080)."
        ),
        code="too_many_pixels",
    )


def refuse_clip_pixels(width: int, height: int, *, limits: ClipLimits) -> None:
    """Raise ``UploadRefused`` for a clip whose pictures are larger than allowed."""
    if width * height > limits.max_pixels:
        raise UploadRefused(
            gettext(
                "This clip is %(width)d by %(height)d pixels, which is too large. "
                "Please send it in Full HD (1920 by 1080)."
            )
            % {"width": width, "height": height},
            code="too_many_pixels",
        )


def _container_of(head: bytes, demuxer: str) -> str:
    if demuxer == "matroska":
        return "webm" if b"webm" in head else "mkv"
    return "mov" if head[4:8] != b"ftyp" or head[8:12] == b"qt  " else "mp4"
