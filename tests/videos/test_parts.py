"""A part of a clip: cut to the frame, whatever kind of clip it is cut from."""

from __future__ import annotations

import io
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from django_tryon import videos
from django_tryon.exceptions import UploadRefused
from tests.videos.making import TURNED, clip, pictures, trimmed, turned

RATE = 5
SIZE = (480, 320)


def grey(number: int) -> Image.Image:
    """Paint a frame whose brightness tells its number."""
    return Image.new("RGB", SIZE, (10 * number,) * 3)


def numbers(content: bytes) -> list[int]:
    """Return the numbers of a clip's frames."""
    return [round(each.getpixel((100, 100))[0] / 10) for each in pictures(content)]  # type: ignore[index]


def cut(content: bytes, begin: float, end: float | None = None) -> videos.NormalisedClip:
    return videos.normalise_clip(content, part=videos.Part(begin, end))


def uneven() -> bytes:
    """Film frames that come at 0, 0.2, 0.4, 1.4, 1.6, 1.8, 2.8 and 3.0 seconds."""
    with (
        tempfile.NamedTemporaryFile(suffix=".mp4") as target,
        av.open(target.name, "w", format="mp4") as writer,
    ):
        stream = writer.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, moment in enumerate((0, 200, 400, 1400, 1600, 1800, 2800, 3000)):
            frame = av.VideoFrame.from_image(grey(number))
            frame.pts, frame.time_base = moment, Fraction(1, 1000)
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))
        writer.close()
        return Path(target.name).read_bytes()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"codec": "libvpx-vp9", "form": "webm"},
        {"codec_options": {"g": "100", "bf": "3"}},  # to be decoded from the beginning on
        {"codec_options": {"g": "1"}},
    ],
)
def test_it_begins_and_ends_where_it_was_asked_to(how: dict[str, Any]) -> None:
    whole = clip(4, rate=RATE, paint=grey, **how)
    part = cut(whole, 1.2, 3)
    assert numbers(part.content) == [6, 7, 8, 9, 10, 11, 12, 13, 14]
    first = Image.open(io.BytesIO(videos.first_frame(part.content)))
    assert round(first.getpixel((100, 100))[0] / 10) == 6  # type: ignore[index]
    assert numbers(cut(whole, 2.8).content) == [14, 15, 16, 17, 18, 19]
    assert numbers(cut(whole, 0, 1).content) == [0, 1, 2, 3, 4]


def test_one_whose_frames_come_unevenly() -> None:
    assert numbers(cut(uneven(), 0.4, 2.8).content) == [2, 3, 4, 5]


def test_one_that_was_held_upright() -> None:
    part = cut(turned(clip(4, rate=RATE, paint=grey), TURNED), 1, 3)
    assert (part.facts.width, part.facts.height) == (320, 480)
    assert numbers(part.content) == list(range(5, 15))


def test_one_whose_beginning_an_edit_list_hides() -> None:
    hidden = trimmed(clip(4, rate=RATE, paint=grey), begin=2 * 12_800 // RATE, milliseconds=2000)
    shown = numbers(videos.normalise_clip(hidden).content)
    assert numbers(cut(hidden, 0.4).content) == shown[2:]


@pytest.mark.parametrize(("begin", "end"), [(0.0, 60.0), (100.0, None)])
def test_a_long_one_may_be_cut_and_its_part_has_the_usual_bounds(
    begin: float, end: float | None
) -> None:
    long = clip(160, rate=1, paint=grey)
    with pytest.raises(UploadRefused, match=r"At most 49\.5 seconds are possible"):
        videos.normalise_clip(long)
    with pytest.raises(UploadRefused) as refused:
        cut(long, begin, end)
    assert refused.value.code == "clip_too_long"
    assert cut(long, 20, 40).facts.frames == 20


def test_one_that_is_far_too_long_is_not_cut_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_tryon.videos.inspection.LONGEST_UNCUT", 3.0)
    short = videos.ClipLimits(max_seconds=2)
    with pytest.raises(UploadRefused) as refused:
        videos.inspect_clip(clip(4, rate=RATE, paint=grey), limits=short, part=videos.Part(0, 1))
    assert refused.value.code == "clip_too_long"


def test_a_part_in_which_no_frame_begins_is_refused() -> None:
    slides = clip(9, rate=Fraction(1, 3), paint=grey)
    with pytest.raises(UploadRefused) as refused:
        cut(slides, 3.5, 5.5)
    assert refused.value.code == "no_frames"
