from __future__ import annotations

from io import BytesIO, RawIOBase
from unittest.mock import Mock

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile

from django_tryon.exceptions import UploadRefused
from django_tryon.photos.reading import read_upload

CONTENT = b"0123456789"


class Stream(RawIOBase):
    """A socket, say: it can neither be rewound nor measured."""

    def __init__(self) -> None:
        self.source = BytesIO(CONTENT)

    def readinto(self, buffer) -> int:
        return self.source.readinto(buffer)


def everything(path):
    path.write_bytes(CONTENT)
    closed = File(path.open("rb"))
    closed.close()
    return [
        CONTENT,
        bytearray(CONTENT),
        memoryview(CONTENT),
        path,
        BytesIO(CONTENT),
        ContentFile(CONTENT),
        SimpleUploadedFile("a.jpg", CONTENT),
        InMemoryUploadedFile(BytesIO(CONTENT), None, "a.jpg", "image/jpeg", 10, None),
        closed,
        Stream(),
    ]


def test_whatever_holds_the_bytes(tmp_path):
    for upload in everything(tmp_path / "file"):
        assert read_upload(upload, max_bytes=10) == CONTENT, upload


def test_the_limit_holds_for_all(tmp_path):
    for upload in everything(tmp_path / "file"):
        with pytest.raises(UploadRefused) as refusal:
            read_upload(upload, max_bytes=9)
        assert refusal.value.code == "too_many_bytes"


@pytest.mark.parametrize("position", [0, 3, 10])
def test_the_position_neither_matters_nor_changes(position):
    file = SimpleUploadedFile("a.jpg", CONTENT)
    file.seek(position)
    assert read_upload(file, max_bytes=10) == CONTENT
    assert file.tell() == position
    assert not file.closed


def test_a_file_too_large_is_not_read():
    file = Mock(wraps=BytesIO(CONTENT))
    with pytest.raises(UploadRefused):
        read_upload(file, max_bytes=9)
    file.read.assert_not_called()


def test_an_empty_file():
    for upload in (b"", BytesIO(), SimpleUploadedFile("a.jpg", b"")):
        with pytest.raises(UploadRefused) as refusal:
            read_upload(upload, max_bytes=9)
        assert refusal.value.code == "empty_file"
