"""Verify that a downloaded file is the clip that it claims to be."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from django_tryon.exceptions import MissingExtra, OutputRefused, UploadRefused
from django_tryon.photos.limits import MEGABYTE
from django_tryon.photos.reading import Upload, opened
from django_tryon.videos.boxes import Box, boxes_of, is_cut_off, parts
from django_tryon.videos.facts import ClipFacts, ClipLimits
from django_tryon.videos.inspection import inspect_clip

OUTPUT_LIMITS = ClipLimits(
    max_bytes=512 * MEGABYTE, max_seconds=600, max_pixels=8192 * 4320, min_side=16
)
MAX_INDEX_BYTES = 32 * MEGABYTE


def verify_video(output: Upload, *, limits: ClipLimits = OUTPUT_LIMITS) -> ClipFacts:
    """Say what a downloaded clip is, or raise ``OutputRefused`` (``not_a_video``).

    With PyAV the first frame is decoded and all others are counted. Without it the boxes of the
    MP4 are read: that proves a complete file with an index of at least one video frame and with
    room for it, not that the frames themselves can be decoded; and the length of a fragmented clip
    stays unknown (0.0).
    """
    try:
        return inspect_clip(output, limits=limits)
    except MissingExtra:
        return _facts_by_boxes(output)
    except UploadRefused as refusal:
        code = "too_many_bytes" if refusal.code == "too_many_bytes" else "not_a_video"
        raise OutputRefused(
            f"The result is not a usable video ({refusal.code}).", code=code
        ) from refusal


def _facts_by_boxes(output: Upload) -> ClipFacts:
    with opened(output) as file:
        source = BytesIO(file) if isinstance(file, bytes) else file
        try:
            return _read(source)
        except (IndexError, ValueError) as error:
            raise OutputRefused(
                f"The result is not a usable video ({error}).", code="not_a_video"
            ) from error


def _read(file: IO[bytes]) -> ClipFacts:
    """Read the facts of an MP4; raise ValueError or IndexError where one is missing."""
    found = list(boxes_of(file))
    boxes = {box.kind: box for box in found}
    missing = [kind for kind in (b"ftyp", b"moov", b"mdat") if kind not in boxes]
    if missing or is_cut_off(file):
        raise ValueError("not a whole MP4")
    moov = _body(file, boxes[b"moov"])
    tracks = list(parts(moov, b"trak"))
    videos = [track for track in tracks if _handler(track) == b"vide"]
    if not videos:
        raise ValueError("no video track")
    track = videos[0]
    tkhd = _only(track, b"tkhd")
    width, height = (int.from_bytes(side, "big") >> 16 for side in (tkhd[-8:-4], tkhd[-4:]))
    if tkhd[-44:-40] == bytes(4):  # the matrix swaps the axes: a clip on its side
        width, height = height, width
    frames = int.from_bytes(_only(track, b"mdia", b"minf", b"stbl", b"stsz")[8:12], "big")
    frames += sum(_frames_in(_body(file, box), tkhd) for box in found if box.kind == b"moof")
    if not (frames and width and height):
        raise ValueError("no frames")
    return ClipFacts(
        seconds=round(_seconds(_only(track, b"mdia", b"mdhd")), 3),
        width=width,
        height=height,
        frames=frames,
        codec=CODECS.get(_sample_format(track), "unknown"),
        container="mov" if _body(file, boxes[b"ftyp"])[:4] == b"qt  " else "mp4",
        has_audio=any(_handler(track) == b"soun" for track in tracks),
    )


CODECS = {b"avc1": "h264", b"avc3": "h264", b"hvc1": "hevc", b"hev1": "hevc", b"av01": "av1"}
"""Four letters of the sample description → the codec's name as FFmpeg writes it."""


def _body(file: IO[bytes], box: Box) -> bytes:
    if box.end - box.start > MAX_INDEX_BYTES:
        raise ValueError("index too large")
    file.seek(box.start)
    return file.read(box.end - box.start)


def _only(body: bytes, *path: bytes) -> bytes:
    for found in parts(body, *path):
        return found
    raise ValueError(f"no {path[-1].decode()} box")


def _handler(track: bytes) -> bytes:
    return _only(track, b"mdia", b"hdlr")[8:12]


def _frames_in(moof: bytes, tkhd: bytes) -> int:
    """Count the frames of one track in a fragment, where live recorders put them."""
    number = tkhd[20:24] if tkhd[0] == 1 else tkhd[12:16]
    return sum(
        int.from_bytes(run[4:8], "big")
        for fragment in parts(moof, b"traf")
        if _only(fragment, b"tfhd")[4:8] == number
        for run in parts(fragment, b"trun")
    )


def _sample_format(track: bytes) -> bytes:
    return _only(track, b"mdia", b"minf", b"stbl", b"stsd")[12:16]


def _seconds(mdhd: bytes) -> float:
    """Read the length of a track; version 1 of the box has 64-bit times."""
    at, wide = (20, 8) if mdhd[0] == 1 else (12, 4)
    scale = int.from_bytes(mdhd[at : at + 4], "big")
    return int.from_bytes(mdhd[at + 4 : at + 4 + wide], "big") / scale if scale else 0.0
