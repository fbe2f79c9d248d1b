"""Parts of files: what Safari needs to play a clip, as RFC 9110 says it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse
from django.test import Client

from django_tryon.models import Garment, Person
from django_tryon.models.files import private_storage, signed_path
from django_tryon.ranges import Part
from tests.shop.models import Product

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)


@pytest.fixture
def clip(person: Person) -> str:
    """A link to a private file."""
    name = private_storage().save("tryon/people/clip.mp4", ContentFile(CONTENT))
    Person.objects.filter(pk=person.pk).update(video=name)
    person.refresh_from_db()
    return signed_path(person.video, purpose="view")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def read(client: Client, link: str, **headers: str) -> Any:
    """Return an answer that was read to its end."""
    answer = client.get(link, headers=headers)
    body(answer)
    return answer


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),  # how Safari asks whether ranges are known
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=100-299", 100, 299),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (f"bytes=5-{SIZE * 2}", 5, SIZE - 1),
        ("Bytes=3-3", 3, 3),
    ],
)
def test_a_part_is_answered_with_that_part(
    client: Client, clip: str, asked: str, first: int, last: int
) -> None:
    answer = client.get(clip, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer["Content-Length"] == str(last - first + 1)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Cache-Control"] == "private, max-age=900"
    assert body(answer) == CONTENT[first : last + 1]


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-3", "bytes=-", "bytes=x-", "bytes=0-1,5-6", "bytes 0-1", "items=0-1", "bytes=٣-"],
)
def test_what_means_nothing_gets_the_whole(client: Client, clip: str, asked: str) -> None:
    answer = client.get(clip, headers={"Range": asked})
    assert answer.status_code == 200
    assert "Content-Range" not in answer
    assert body(answer) == CONTENT


def test_without_a_range_the_answer_says_that_parts_may_be_asked_for(
    client: Client, clip: str
) -> None:
    answer = client.get(clip)
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert answer["Content-Length"] == str(SIZE)
    assert body(answer) == CONTENT


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE * 9}-{SIZE * 10}", "bytes=-0"])
def test_a_part_that_is_not_there(client: Client, clip: str, asked: str) -> None:
    answer = client.get(clip, headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{SIZE}"


def test_an_empty_file_has_no_part(client: Client, person: Person) -> None:
    name = private_storage().save("tryon/people/empty.mp4", ContentFile(b""))
    Person.objects.filter(pk=person.pk).update(video=name)
    person.refresh_from_db()
    link = signed_path(person.video, purpose="view")
    assert client.get(link, headers={"Range": "bytes=0-"}).status_code == 416
    assert body(client.get(link)) == b""


def test_head_tells_the_size_and_no_range(client: Client, clip: str) -> None:
    answer = client.head(clip, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Length"]) == (200, str(SIZE))
    assert answer["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer
    assert not isinstance(answer, FileResponse)  # the file is not read for nothing
    assert client.post(clip).status_code == 405


def test_a_part_goes_on_only_with_the_same_file(client: Client, clip: str) -> None:
    etag = read(client, clip)["ETag"]
    assert etag.startswith('"')  # a strong one
    ranged = {"Range": "bytes=5-9"}
    same = client.get(clip, headers=ranged | {"If-Range": etag})
    assert (same.status_code, same["ETag"], len(body(same))) == (206, etag, 5)
    for other in ('"other"', f"W/{etag}", "Sat, 01 Jan 2022 00:00:00 GMT"):
        answer = client.get(clip, headers=ranged | {"If-Range": other})
        assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_files_differ_in_their_etag(client: Client, clip: str, person: Person) -> None:
    assert read(client, clip)["ETag"] != read(client, person.url)["ETag"]


def test_a_products_own_picture_may_change_under_its_name(
    client: Client, garment: Garment, product: Product
) -> None:
    own = read(client, signed_path(product.image, purpose="input"), Range="bytes=0-3")
    assert own.status_code == 206
    assert "ETag" not in own
    assert "ETag" in read(client, signed_path(garment.image, purpose="input"))


class Streamed(File):  # type: ignore[type-arg]
    """A file of a storage without paths, which notes what is read and whether it was closed."""

    reads: list[int]

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), name="clip.mp4")
        self.reads, self.size = [], len(content)

    def read(self, size: int = -1) -> bytes:
        self.reads.append(size)
        piece: bytes = self.file.read(size)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("it is read piece by piece")


@pytest.mark.parametrize("asked", ["bytes=10-19", "bytes=200000-", "", "bytes=9999999-"])
def test_any_storage_will_do_and_nothing_is_read_whole(
    client: Client, clip: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"0123456789" * 30_000
    opened: list[Streamed] = []

    def streamed(self: Any, name: str, mode: str = "rb") -> Streamed:
        opened.append(Streamed(content))
        return opened[-1]

    monkeypatch.setattr(FileSystemStorage, "open", streamed)
    answer = client.get(clip, headers={"Range": asked} if asked else {})
    assert not opened[0].reads
    sent = body(answer)
    assert all(0 <= size <= FileResponse.block_size for size in opened[0].reads)
    assert sent in content
    answer.close()
    assert opened[0].closed


def test_a_part_ends_where_it_ends() -> None:
    part = Part(io.BytesIO(b"0123456789"), 2, 5)
    assert [part.read(3), part.read(), part.read(3)] == [b"234", b"56", b""]
    assert not hasattr(part, "fileno")  # a server's sendfile would send the rest as well
