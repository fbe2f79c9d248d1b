from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from django_tryon.sandbox.drawing.body import find_body
from django_tryon.sandbox.drawing.clips import dress_clip
from django_tryon.sandbox.drawing.cutout import cut_out
from django_tryon.sandbox.drawing.media import UnusableInput
from django_tryon.sandbox.drawing.wear import wear

from .. import art

RED = (200, 20, 40)


def reference() -> Image.Image:
    first = art.person((240, 320))
    return wear(first, cut_out(art.garment("upper", RED)), find_body(first))[0]


def frames_of(content: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(content)) as container:
        return [
            Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)
        ]


def test_the_clip_keeps_its_frames_size_and_pace() -> None:
    content = dress_clip(art.clip(frames=7), reference(), name="x")
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (240, 320)
        assert stream.average_rate == 6
    assert len(frames_of(content)) == 7
    assert content.index(b"moov") < content.index(b"mdat")  # it plays before it is all there


def test_the_clothes_follow_the_person() -> None:
    frames = frames_of(dress_clip(art.clip(frames=12), reference(), name="x"))
    for number in (0, 11):
        middle = 0.5 + number * 3 / 240
        box = (middle - 0.07, 0.28, middle + 0.07, 0.4)
        assert art.share_of(frames[number], RED, box) > 0.85
        assert art.share_of(frames[number], RED, (0, 0, 1, 0.13)) == 0


def test_the_frames_of_a_fast_clip_that_are_not_measured_are_dressed_too() -> None:
    frames = frames_of(dress_clip(art.clip(frames=5, rate=30), reference(), name="x"))
    for frame in frames:
        assert art.share_of(frame, RED, (0.45, 0.28, 0.57, 0.4)) > 0.85


def test_the_reference_may_have_another_size() -> None:
    frames = frames_of(dress_clip(art.clip(), reference().resize((480, 640)), name="x"))
    assert art.share_of(frames[0], RED, (0.43, 0.28, 0.57, 0.4)) > 0.9


def test_the_reference_may_have_been_cropped() -> None:
    middle = reference().crop((0, 40, 240, 280)).resize((512, 512))
    frames = frames_of(dress_clip(art.clip(), middle, name="x"))
    assert art.share_of(frames[0], RED, (0.43, 0.28, 0.57, 0.4)) > 0.9
    assert art.share_of(frames[0], RED, (0, 0.55, 1, 1)) == 0


def test_every_frame_is_marked() -> None:
    plain = art.person((240, 320))
    for frame in frames_of(dress_clip(art.clip(frames=2), plain, name="x")):
        corner = (slice(290, 320), slice(150, 240))
        difference = np.asarray(frame, dtype=int)[corner] - np.asarray(plain, dtype=int)[corner]
        assert (np.abs(difference).max(axis=-1) > 40).mean() > 0.2


def test_large_clips_are_drawn_smaller() -> None:
    content = dress_clip(art.clip(frames=1, size=(1080, 1440)), reference(), name="x")
    assert frames_of(content)[0].size == (720, 960)


def sound_only() -> bytes:
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as target:
        audio = target.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono"
        )
        frame.rate = 44100
        target.mux(audio.encode(frame))
        target.mux(audio.encode())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "clip is not a readable MP4"),
        (b"text" * 100, "clip is not a readable MP4"),
        (art.clip()[:700], "clip is not a readable MP4"),
        (art.clip(container="mkv"), "clip is not an MP4"),
        (sound_only(), "clip is not an MP4"),
        (art.clip(frames=51, rate=1, size=(32, 48)), "clip must be shorter than 50 seconds"),
    ],
)
def test_what_is_no_short_mp4_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(UnusableInput, match=message):
        dress_clip(content, reference(), name="clip")


def test_a_clip_whose_frames_cannot_be_read_is_refused(tmp_path: Path) -> None:
    content = art.clip()
    start = content.index(b"mdat") + 4
    end = content.index(b"moov") - 4
    broken = content[:start] + bytes(end - start) + content[end:]
    with pytest.raises(UnusableInput, match="clip is not a readable MP4"):
        dress_clip(broken, reference(), name="clip")
