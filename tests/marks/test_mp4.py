"""The mark of a clip: appended, so that no index has to change."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("av")

import av

from django_tryon import videos
from django_tryon.exceptions import OutputRefused
from django_tryon.marks import SOURCE_TYPE, mark_file, read_mark
from django_tryon.marks.mp4 import XMP_UUID
from tests.marks.files import OLD
from tests.videos.making import PLACE, box, clip, kinds_of_boxes, pixels


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
        assert kinds_of_boxes(after) == [*kinds_of_boxes(content), "uuid"]
        assert read_mark(after) == SOURCE_TYPE
        assert pixels(after) == pixels(content)


def test_what_was_there_before_is_gone(content: bytes, tmp_path: Path) -> None:
    old = content + box(b"uuid", XMP_UUID + OLD)
    assert read_mark(old) == "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    assert b"private/photo.jpg" not in marked(old, tmp_path)


def worded(content: bytes) -> bytes:
    """Write into every place of a clip where words may stand; it ends with its index."""
    note = box(b"\xa9xyz", PLACE) + box(b"\xa9mod", b"TestCam")
    handler = box(b"hdlr", bytes(8), b"mdir", b"appl", bytes(9))
    data = box(b"data", bytes(8), b"https://shop.example/private/photo.jpg")
    meta = box(b"meta", bytes(4), handler, box(b"ilst", box(b"\xa9cmt", data)))
    at = content.rindex(b"moov") - 4
    index = content[at + 8 :]
    track = index.index(b"trak") - 4
    end = track + int.from_bytes(index[track : track + 4], "big")
    own = box(b"trak", index[track + 8 : end], box(b"udta", note), meta)
    index = index[:track] + own + index[end:] + meta + box(b"udta", meta, note)
    return content[:at] + box(b"moov", index) + box(b"meta", bytes(4), b"TestCam")


def test_what_a_camera_or_a_program_wrote_is_gone(tmp_path: Path) -> None:
    before = worded(clip(1, metadata={"comment": "TestCam", "location": PLACE.decode()}))
    assert before.count(b"TestCam") == 4
    after = marked(before, tmp_path)
    for word in (b"TestCam", PLACE, b"private/photo.jpg", b"Lavf"):
        assert word in before
        assert word not in after
    assert pixels(after) == pixels(before)
    with av.open(BytesIO(after)) as reader:
        assert set(reader.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
        assert not set(reader.streams.video[0].metadata) - {"language", "handler_name", "vendor_id"}


def test_words_that_say_to_be_longer_than_their_place_take_nothing_with_them(
    content: bytes, tmp_path: Path
) -> None:
    at = content.rindex(b"moov") - 4
    liar = (99_999).to_bytes(4, "big") + b"udtaTestCam"
    before = content[:at] + box(b"moov", content[at + 8 :], liar) + box(b"skip", b"kept")
    after = marked(before, tmp_path)
    assert b"TestCam" not in after
    assert after[: len(before)].endswith(b"skipkept")
    assert read_mark(after) == SOURCE_TYPE


@pytest.mark.parametrize("kind", [b"mdat", b"udta"])
def test_sizes_of_64_bits_stay_what_they_are(kind: bytes, content: bytes, tmp_path: Path) -> None:
    large = (1).to_bytes(4, "big") + kind + (23).to_bytes(8, "big") + b"TestCam"
    after = marked(content + large, tmp_path)
    assert read_mark(after) == SOURCE_TYPE
    assert pixels(after) == pixels(content)
    assert kinds_of_boxes(content) == kinds_of_boxes(after)[: len(kinds_of_boxes(content))]
    assert (b"TestCam" in after) is (kind == b"mdat")


def test_a_clip_without_it_has_none(content: bytes) -> None:
    assert read_mark(content) is None


def test_a_clip_that_is_cut_off_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="cut off"):
        marked(content[:-1], tmp_path)
    for end in range(0, 200, 5):
        with pytest.raises(OutputRefused):
            marked(content[:end], tmp_path)
