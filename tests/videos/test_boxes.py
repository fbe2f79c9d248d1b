from __future__ import annotations

import struct
from io import BytesIO

import pytest

from django_tryon.videos.boxes import Box, boxes_of, is_cut_off, parts
from tests.videos.making import box


def listed(content: bytes) -> list[Box]:
    return list(boxes_of(BytesIO(content)))


def test_boxes_of_all_sizes():
    large = struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd"
    content = box(b"ftyp", b"isom") + large + box(b"free") + struct.pack(">I4s", 0, b"moov") + b"xy"
    assert listed(content) == [
        Box(b"ftyp", 8, 12),
        Box(b"mdat", 28, 32, 16),
        Box(b"free", 40, 40),
        Box(b"moov", 48, 50),
    ]
    assert not is_cut_off(BytesIO(content))


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_size_that_cannot_be_ends_the_search(size):
    assert listed(struct.pack(">I4s", size, b"mdat") + bytes(8) + box(b"free")) == []
    assert list(parts(struct.pack(">I4s", size, b"trak") + bytes(20), b"trak")) == []


def test_rests_of_less_than_a_head_are_ignored():
    assert [found.kind for found in listed(box(b"free") + b"rest")] == [b"free"]
    assert list(parts(box(b"free", b"x") + b"rest", b"free")) == [b"x"]


@pytest.mark.parametrize(("kind", "cut"), [(b"mdat", True), (b"moov", True), (b"free", False)])
def test_cut_off(kind, cut):
    assert is_cut_off(BytesIO(box(kind, bytes(20))[:-1])) is cut


def test_a_file_of_nothing_but_boxes_is_not_read_to_its_end():
    with pytest.raises(ValueError, match="too many boxes"):
        listed(box(b"free") * 50_001)
    assert len(listed(box(b"free") * 50_000)) == 50_000


def test_paths():
    body = box(b"trak", box(b"mdia", b"1"), box(b"free"), box(b"mdia", b"2"))
    body += box(b"trak", box(b"mdia", b"3"))
    assert list(parts(body, b"trak", b"mdia")) == [b"1", b"2", b"3"]
    assert list(parts(body, b"trak", b"mdhd")) == []
    large = struct.pack(">I4sQ", 1, b"trak", 17) + b"x" + struct.pack(">I4s", 0, b"trak") + b"rest"
    assert list(parts(large, b"trak")) == [b"x", b"rest"]
