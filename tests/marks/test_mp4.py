"""The mark of a clip: appended, so that no index has to change."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("av")

from django_tryon import videos
from django_tryon.exceptions import OutputRefused
from django_tryon.marks import SOURCE_TYPE, mark_file, read_mark
from django_tryon.marks.mp4 import XMP_UUID
from tests.marks.files import OLD
from tests.videos.making import box, clip, kinds_of_boxes, pixels


@pytest.fixture(scope="module")
def content() -> bytes:
    """A clip as a provider sends one."""
    return clip(1)


def marked(content: bytes, tmp_path: Path) -> bytes:
    path = tmp_path / "clip"
    path.write_bytes(content)
    mark_file(path)
    return path.read_bytes()


def open_ended(content: bytes) -> bytes:
    """Let the last box, made to hold the pictures, say only "to the end of the file"."""
    return content + bytes(4) + b"free" + b"rest"


@pytest.mark.parametrize(
    "made",
    [
        lambda content: content,
        open_ended,
        lambda content: content + b"odd",
        lambda content: content + box(b"uuid", XMP_UUID + OLD),
        lambda content: content + box(b"uuid", b"another's 16 byte" + OLD),
    ],
    ids=["plain", "open-ended", "stray bytes", "with xmp", "with another box"],
)
def test_every_frame_stays(made: object, content: bytes, tmp_path: Path) -> None:
    before = made(content)  # type: ignore[operator]
    after = marked(before, tmp_path)
    assert read_mark(after) == SOURCE_TYPE
    assert pixels(after) == pixels(content)
    path = tmp_path / "clip"
    assert videos.verify_video(path).width == 480
    assert kinds_of_boxes(after)[-1] == "uuid"


def test_fragments_and_an_index_in_front_stay_whole(tmp_path: Path) -> None:
    for flags in ("faststart", "frag_keyframe+empty_moov"):
        content = clip(1, options={"movflags": flags})
        after = marked(content, tmp_path)
        assert after.startswith(content)
        assert read_mark(after) == SOURCE_TYPE
        assert pixels(after) == pixels(content)


def test_what_was_there_before_is_gone(content: bytes, tmp_path: Path) -> None:
    old = content + box(b"uuid", XMP_UUID + OLD)
    assert read_mark(old) == "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    assert b"private/photo.jpg" not in marked(old, tmp_path)


def test_a_clip_without_it_has_none(content: bytes) -> None:
    assert read_mark(content) is None


def test_a_clip_that_is_cut_off_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="cut off"):
        marked(content[:-1], tmp_path)
    for end in range(0, 200, 5):
        with pytest.raises(OutputRefused):
            marked(content[:end], tmp_path)
