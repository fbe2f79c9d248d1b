from __future__ import annotations

import random
import sys
from fractions import Fraction
from io import BytesIO, RawIOBase
from unittest.mock import Mock

import av
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from django_tryon.exceptions import MissingExtra, UploadRefused
from django_tryon.videos import ClipFacts, ClipLimits, first_frame, inspect_clip, normalise_clip
from tests.photos.making import corners, encoded
from tests.videos import making
from tests.videos.making import TURNED, clip


def refused(content: object, **limits: float) -> UploadRefused:
    with pytest.raises(UploadRefused) as refusal:
        inspect_clip(content, limits=ClipLimits(**limits))
    return refusal.value


def test_says_what_the_clip_is():
    assert inspect_clip(clip(3, sound=True)) == ClipFacts(
        seconds=3.0,
        width=480,
        height=320,
        frames=15,
        codec="h264",
        container="mp4",
        has_audio=True,
    )


@pytest.mark.parametrize(
    ("form", "codec", "container", "mime"),
    [
        ("mp4", "libx264", "mp4", "video/mp4"),
        ("mp4", "mpeg4", "mp4", "video/mp4"),
        ("mov", "libx264", "mov", "video/quicktime"),
        ("webm", "libvpx", "webm", "video/webm"),
        ("matroska", "libx264", "mkv", "video/x-matroska"),
    ],
)
def test_the_containers_of_phones_and_browsers(form, codec, container, mime):
    facts = inspect_clip(clip(form=form, codec=codec))
    assert (facts.container, facts.mime, facts.extension) == (container, mime, container)
    assert (facts.width, facts.height, facts.frames, facts.has_audio) == (480, 320, 10, False)
    assert facts.seconds == pytest.approx(2, abs=0.01)


def test_a_recording_of_a_browser_has_no_length_in_its_header():
    content = clip(form="webm", codec="libvpx", options={"live": "1"})
    assert inspect_clip(content).seconds == pytest.approx(2, abs=0.01)
    assert refused(content, max_seconds=1.5).code == "clip_too_long"


def test_a_fragmented_clip():
    facts = inspect_clip(clip(options={"movflags": "empty_moov+frag_keyframe"}))
    assert (facts.frames, facts.seconds) == (10, 2.0)


def test_an_old_quicktime_without_a_type():
    content = clip(form="mov")
    wide = b"\0\0\0\x14wide" + content[8:]
    assert inspect_clip(wide).container == "mov"


@pytest.mark.parametrize(
    ("matrix", "size"),
    [(TURNED, (320, 480)), ((0, -1, 1, 0), (320, 480)), ((-1, 0, 0, -1), (480, 320))],
)
def test_the_size_is_what_is_shown(matrix, size):
    facts = inspect_clip(making.turned(clip(), matrix))
    assert (facts.width, facts.height) == size


def test_pixels_that_are_not_square():
    facts = inspect_clip(clip(pixel_aspect=Fraction(4, 3)))
    assert (facts.width, facts.height) == (640, 320)


def test_what_an_edit_list_cuts_off_does_not_count():
    content = making.trimmed(clip(3), begin=10 * 2048, milliseconds=1000)
    facts = inspect_clip(content)
    assert (facts.frames, facts.seconds) == (5, 1.0)


def test_just_under_the_limit_and_just_over():
    assert inspect_clip(clip(49, rate=1)).seconds == 49
    refusal = refused(clip(51, rate=1))
    assert refusal.code == "clip_too_long"
    assert "51.0 seconds" in refusal.message
    assert "49.5 seconds" in refusal.message


def test_the_frames_count_and_not_the_header():
    content = clip(10, rate=1)
    at = content.index(b"mvhd") + 20
    lying = content[:at] + (1000).to_bytes(4, "big") + content[at + 4 :]
    assert inspect_clip(lying).seconds == 10
    assert "10.0 seconds" in refused(lying, max_seconds=6).message


def test_the_limits_are_the_callers():
    content = clip()
    assert refused(content, max_bytes=len(content) - 1).code == "too_many_bytes"
    assert refused(content, max_pixels=480 * 320 - 1).code == "too_many_pixels"
    assert refused(content, min_side=321).code == "too_small"
    assert refused(content, max_frames=9).code == "clip_too_long"
    assert "more than 9 frames" in refused(content, max_frames=9).message
    limits = ClipLimits(
        max_bytes=len(content), max_frames=10, max_pixels=480 * 320, min_side=320, max_seconds=2
    )
    assert inspect_clip(content, limits=limits)


def test_ffmpeg_is_told_what_to_read_and_how_much(monkeypatch):
    content, watched = clip(), Mock(wraps=av.open)
    monkeypatch.setattr(av, "open", watched)
    inspect_clip(content, limits=ClipLimits(max_pixels=200_000))
    asked = watched.call_args.kwargs
    assert asked["format"] == "mov"
    assert 200_000 < int(asked["options"]["max_pixels"]) < 500_000


@pytest.mark.parametrize(("form", "codec"), [("mp4", "mpeg4"), ("webm", "libvpx-vp9")])
def test_a_size_that_only_a_decoder_would_tell(form, codec):
    refusal = refused(clip(1, form=form, codec=codec), max_pixels=10_000)
    assert refusal.code == "too_many_pixels"
    assert refusal.message.startswith("This clip is damaged, or its pictures are too large.")


def test_a_picture_larger_than_its_header_says():
    content = clip()
    at = content.index(b"avc1" + bytes(6)) + 4 + 24
    lying = content[:at] + (64).to_bytes(2, "big") * 2 + content[at + 4 :]
    assert refused(lying, max_pixels=100_000).code == "too_many_pixels"
    assert refused(lying, max_pixels=10_000).code in {"too_many_pixels", "broken_clip"}


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (lambda: b"", "empty_file", "empty"),
        (lambda: b"plain text " * 99, "not_a_video", "not a video"),
        (lambda: encoded(corners(), "GIF"), "not_a_video", "GIF"),
        (lambda: encoded(corners()), "not_a_video", "JPEG"),
        (lambda: encoded(corners(), "PNG"), "not_a_video", "PNG"),
        (lambda: encoded(corners(), "AVIF"), "not_a_video", "AVIF"),
        (lambda: b"%PDF-1.7", "not_a_video", "PDF"),
        (lambda: b"#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n", "not_a_video", "not a video"),
        (lambda: b"ffconcat version 1.0\nfile /etc/passwd", "not_a_video", "not a video"),
        (lambda: clip(form="avi", codec="mpeg4"), "unsupported_container", "AVI"),
        (lambda: clip(form="flv", codec="libx264"), "unsupported_container", "FLV"),
        (lambda: clip(form="mpeg", codec="mpeg2video", rate=25), "unsupported_container", "MPEG"),
        (lambda: clip(form="asf", codec="mpeg4"), "unsupported_container", "WMV"),
        (lambda: clip(form="ogg", codec="libvpx"), "unsupported_container", "OGG"),
        (making.sound_only, "no_video_stream", "no moving picture"),
        (
            lambda: making.with_cover(making.sound_only(), encoded(corners())),
            "no_video_stream",
            "no moving picture",
        ),
        (making.no_frames, "no_frames", "no pictures"),
        (lambda: clip(paint=lambda number: corners(200, 120)), "too_small", "200 by 120"),
        (lambda: b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "broken_clip", "damaged"),
        (
            lambda: making.box(b"ftyp", b"isom") + making.box(b"free") * 60_000,
            "broken_clip",
            "damaged",
        ),
        (lambda: b"\x1aE\xdf\xa3" + bytes(99), "broken_clip", "damaged"),
        (lambda: clip()[: len(clip()) * 6 // 10], "broken_clip", "damaged"),
        (
            lambda: clip(options={"movflags": "faststart"})[:-400],
            "broken_clip",
            "damaged or incomplete",
        ),
    ],
)
def test_refusals(make, code, says):
    refusal = refused(make())
    assert refusal.code == code
    assert says in refusal.message


def test_frames_that_cannot_be_decoded():
    content = bytearray(clip())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = random.Random(1).randbytes(end - start)
    assert refused(bytes(content)).code == "broken_clip"


def test_a_codec_that_nobody_knows():
    content = clip().replace(b"avc1\0", b"zzzz\0")
    assert refused(content).code in {"unsupported_container", "broken_clip"}


class Stream(RawIOBase):
    """A socket, say: it cannot be rewound."""

    def __init__(self, content: bytes) -> None:
        self.source = BytesIO(content)

    def readinto(self, buffer) -> int:
        return self.source.readinto(buffer)


def test_whatever_holds_the_bytes(tmp_path):
    content = clip()
    path = tmp_path / "clip.bin"
    path.write_bytes(content)
    upload = SimpleUploadedFile("clip.mp4", content)
    upload.seek(100)
    for source in (content, path, BytesIO(content), upload, Stream(content)):
        assert inspect_clip(source).frames == 10
    assert upload.tell() == 100
    assert not upload.closed
    assert refused(Stream(content), max_bytes=9).code == "too_many_bytes"


@pytest.mark.parametrize("function", [inspect_clip, normalise_clip, first_frame])
def test_without_its_extra_it_says_what_to_install(monkeypatch, function):
    content = clip()
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtra, match=r"django-tryon\[video\]"):
        function(content)


@pytest.mark.parametrize(
    ("form", "codec"), [("mp4", "libx264"), ("mov", "mpeg4"), ("webm", "libvpx")]
)
def test_damage_is_either_survived_or_refused(form, codec):
    content = clip(1, form=form, codec=codec, paint=lambda number: corners(96, 64))
    limits = ClipLimits(min_side=1, max_pixels=100_000)
    dice = random.Random(20_240_117)
    codes = set()
    for _ in range(100):
        damaged = bytearray(content[: dice.choice([dice.randint(1, len(content)), len(content)])])
        for _ in range(dice.choice([0, 1, 1, 5, 20])):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        for function in (inspect_clip, normalise_clip, first_frame):
            try:
                function(bytes(damaged), limits=limits)
            except UploadRefused as refusal:
                codes.add(refusal.code)
    assert "broken_clip" in codes
