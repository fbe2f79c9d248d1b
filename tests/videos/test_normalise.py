from __future__ import annotations

from fractions import Fraction
from io import BytesIO

import av
import pytest
from PIL import Image

from django_tryon.exceptions import MissingExtra, UploadRefused
from django_tryon.videos import ClipLimits, NormalisedClip, inspect_clip, normalise_clip, poster
from tests.photos.making import RGB, corners, is_upright, near, opened
from tests.videos import making
from tests.videos.making import PLACE, TURNED, clip

PRIVATE = {"location": PLACE.decode(), "title": "my secret", "comment": "my secret"}


def assert_clean(normalised: NormalisedClip) -> None:
    """Hold a normalised clip to its promise: H.264 pictures, and nothing else."""
    content = normalised.content
    assert making.kinds_of_boxes(content)[:2] == ["ftyp", "moov"]  # it plays while it loads
    for secret in (PLACE, b"secret", b"TestCam", b"Lavf", b"Lavc"):
        assert secret not in content
    with av.open(BytesIO(content)) as reader:
        assert [stream.type for stream in reader.streams] == ["video"]
        assert not set(reader.metadata) - {"major_brand", "minor_version", "compatible_brands"}
        codec = reader.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        frames = list(reader.decode(video=0))
    assert {frame.rotation for frame in frames} == {0}
    assert (frames[0].width, frames[0].height) == (normalised.facts.width, normalised.facts.height)
    assert len(frames) == normalised.facts.frames
    assert normalised.facts == inspect_clip(content)


def shown(normalised: NormalisedClip, number: int = 0) -> Image.Image:
    return making.pictures(normalised.content)[number]


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("mp4", "libx264"),
        ("mp4", "mpeg4"),
        ("mov", "libx264"),
        ("mp4", "libx265"),
        ("webm", "libvpx"),
        ("matroska", "libx264"),
    ],
)
def test_all_become_clean_h264(form, codec):
    options = {"movflags": "use_metadata_tags"} if form in {"mp4", "mov"} else {}
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    content = clip(form=form, codec=codec, metadata=PRIVATE, options=options, codec_options=quiet)
    assert b"secret" in content
    normalised = normalise_clip(content)
    assert_clean(normalised)
    assert normalised.facts.container == "mp4"
    assert normalised.facts.frames == 10
    assert normalised.facts.seconds == pytest.approx(2, abs=0.2)
    assert is_upright(shown(normalised), tolerance=60)


def test_location_and_sound_stay_behind():
    content = clip(
        sound=True, metadata=PRIVATE, form="mov", options={"movflags": "use_metadata_tags"}
    )
    assert PLACE in content
    assert inspect_clip(content).has_audio
    normalised = normalise_clip(content)
    assert_clean(normalised)
    assert not normalised.facts.has_audio


def test_h264_is_copied_without_loss_but_without_what_the_camera_wrote_into_it():
    content = clip()
    assert b"x264 - core" in content  # where cameras write place and time
    normalised = normalise_clip(content)
    assert b"x264" not in normalised.content
    assert making.pixels(normalised.content) == making.pixels(content)
    assert_clean(normalised)


def copied(content: bytes, **limits: float) -> bool:
    """Tell whether the pictures are the very same after normalising."""
    normalised = normalise_clip(content, limits=ClipLimits(**limits))
    return making.pixels(normalised.content) == making.pixels(content)


def test_what_is_copied_and_what_is_encoded_again():
    def noise(number: int) -> Image.Image:
        return Image.effect_noise(making.WIDE, 90).convert("RGB")

    content = clip(paint=noise)
    assert copied(content)
    assert copied(clip(form="mov", paint=noise))
    assert not copied(clip(form="matroska", paint=noise))
    assert not copied(content, max_bit_rate=100_000)
    assert not copied(making.turned(content, TURNED))


@pytest.mark.parametrize("matrix", [TURNED, (0, -1, 1, 0), (-1, 0, 0, -1)])
def test_the_rotation_goes_into_the_pixels(matrix):
    back = {
        TURNED: Image.Transpose.ROTATE_90,
        (0, -1, 1, 0): Image.Transpose.ROTATE_270,
        (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    }[matrix]
    upright = corners(320, 480)
    content = making.turned(clip(paint=lambda number: upright.transpose(back)), matrix)
    normalised = normalise_clip(content)
    assert (normalised.facts.width, normalised.facts.height) == (320, 480)
    assert is_upright(shown(normalised), tolerance=60)
    assert is_upright(shown(normalised, -1), tolerance=60)
    assert_clean(normalised)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuvj420p", "yuv444p"])
def test_colours_survive(pixel_format):
    content = clip(pixel_format=pixel_format, pixel_aspect=Fraction(4, 3))
    normalised = normalise_clip(content)
    assert (normalised.facts.width, normalised.facts.height) == (640, 320)
    picture = opened(poster(normalised.content))
    assert near(picture.getpixel((320, 160)), RGB["white"], tolerance=5)
    assert is_upright(picture)
    assert_clean(normalised)


@pytest.mark.parametrize("cut_at_key_frame", [True, False])
def test_what_was_cut_off_is_gone(cut_at_key_frame):
    def paint(number: int) -> Image.Image:
        return Image.new("RGB", making.WIDE, "red" if number < 5 else "blue")

    keys = {"x264-params": f"scenecut={40 * cut_at_key_frame}"}
    content = making.trimmed(
        clip(paint=paint, codec_options=keys), begin=5 * 2048, milliseconds=1000
    )
    normalised = normalise_clip(content)
    assert normalised.facts.frames == 5
    with av.open(BytesIO(normalised.content), options={"ignore_editlist": "1"}) as reader:
        assert len(list(reader.decode(video=0))) == 5
    for picture in making.pictures(normalised.content):
        assert near(picture.getpixel((9, 9)), RGB["blue"], tolerance=60)


def test_large_odd_and_fast_clips_are_brought_down():
    def odd(number: int) -> Image.Image:
        return corners(601, 401)

    content = clip(1, rate=240, paint=odd, pixel_format="yuv444p")
    normalised = normalise_clip(content, limits=ClipLimits(long_side=300, min_side=100))
    assert (normalised.facts.width, normalised.facts.height) == (300, 200)
    assert 55 <= normalised.facts.frames <= 61
    assert normalised.facts.seconds == pytest.approx(1, abs=0.05)


def test_a_clip_at_the_allowed_rate_keeps_every_frame():
    content = clip(1, rate=60, form="matroska")
    assert normalise_clip(content).facts.frames == 60


def test_frames_far_apart_keep_their_moments():
    normalised = normalise_clip(clip(4, rate=1, form="matroska"))
    times = making.read(normalised.content, lambda frame: frame.time)
    assert times == pytest.approx([0, 1, 2, 3], abs=0.001)


def test_refuses_what_inspecting_refuses():
    with pytest.raises(UploadRefused) as refusal:
        normalise_clip(clip(51, rate=1))
    assert refusal.value.code == "clip_too_long"


def test_damage_in_the_middle_of_a_copy_is_refused():
    content = bytearray(clip(4))
    with av.open(BytesIO(content)) as reader:
        packet = list(reader.demux(video=0))[10]
    at = packet.pos
    while at < packet.pos + packet.size:  # all slices of one frame, their lengths left as they are
        length = int.from_bytes(content[at : at + 4], "big")
        content[at + 5 : at + 4 + length] = b"\xff" * (length - 1)
        at += 4 + length
    assert inspect_clip(bytes(content)).frames == 20  # it looks whole as long as none is decoded
    with pytest.raises(UploadRefused) as refusal:
        normalise_clip(bytes(content))
    assert refusal.value.code == "broken_clip"


def test_the_content_becomes_a_django_file():
    file = normalise_clip(clip(1)).content_file("walk")
    assert file.name == "walk.mp4"
    assert inspect_clip(file).frames == 5


def test_an_ffmpeg_without_the_encoder(monkeypatch):
    monkeypatch.setattr(av, "codecs_available", {"mpeg4"})
    with pytest.raises(MissingExtra, match="libx264"):
        normalise_clip(b"")
