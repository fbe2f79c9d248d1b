"""The mark goes in without touching a pixel, and is read back by us and by others."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from django_tryon import photos
from django_tryon.exceptions import OutputRefused
from django_tryon.marks import SOURCE_TYPE, exif, mark_file, mark_picture, read_mark
from tests.marks.files import OLD, PICTURES, SIZE, encoded, see_through

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
TURNED = 0x0112
KINDS = pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)


def test_the_term_is_the_one_for_a_photo_of_which_a_part_was_made_by_a_model() -> None:
    assert SOURCE_TYPE == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    )


@KINDS
def test_every_pixel_stays(content: bytes) -> None:
    marked = mark_picture(content)
    assert read_mark(marked) == SOURCE_TYPE
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(marked)) as after:
        assert (after.format, after.mode, after.size) == (before.format, before.mode, SIZE)
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
        assert after.getexif().get(TURNED, 1) == before.getexif().get(TURNED, 1)
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert photos.verify_image(marked).width == SIZE[0]


@KINDS
def test_others_find_it_too(content: bytes) -> None:
    with Image.open(BytesIO(mark_picture(content))) as picture:
        packet = picture.info.get("xmp") or picture.info["XML:com.adobe.xmp"]
    found = ElementTree.fromstring(packet).find(f".//{{{IPTC}}}DigitalSourceType")
    assert found is not None
    assert found.text == SOURCE_TYPE


@KINDS
def test_it_takes_the_place_of_what_was_there(content: bytes) -> None:
    marked = mark_picture(content)
    assert b"private/photo.jpg" not in marked
    assert mark_picture(marked) == marked  # once more changes nothing


def test_what_others_wrote_is_read() -> None:
    assert read_mark(encoded("JPEG")) is None
    assert read_mark(encoded("PNG")) is None
    assert read_mark(encoded("WEBP")) is None
    assert read_mark(encoded("JPEG", xmp=OLD)) == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    )
    assert read_mark(encoded("WEBP", xmp=b"<x:xmpmeta/>")) is None


def test_a_picture_on_disk_is_marked_in_place(tmp_path: Path) -> None:
    path = tmp_path / "result"
    longer = encoded("JPEG", xmp=OLD * 20)
    path.write_bytes(longer)
    mark_file(path)
    assert path.read_bytes() == mark_picture(longer)


def test_bytes_after_the_end_of_a_picture_do_no_harm() -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        assert read_mark(mark_picture(encoded(form) + b"rest")) == SOURCE_TYPE


def test_a_lossless_webp_says_whether_it_is_transparent() -> None:
    buffer = BytesIO()
    see_through().save(buffer, "WEBP", lossless=True)
    with Image.open(BytesIO(mark_picture(buffer.getvalue()))) as picture:
        assert picture.mode == "RGBA"
    with Image.open(BytesIO(mark_picture(PICTURES["webp, lossless"]))) as picture:
        assert picture.mode == "RGB"


def is_refused(step: Callable[[bytes], object], content: bytes) -> bool:
    """Tell whether this step refuses the content; any other exception is a fault."""
    try:
        step(content)
    except OutputRefused:
        return True
    return False


@KINDS
def test_damaged_files_are_refused_in_words(content: bytes) -> None:
    """Cut off anywhere, or with a byte changed: refused, or marked; never another exception."""
    refused = 0
    ends = [*range(0, min(len(content), 700), 7), len(content) - 20]
    for damaged in (
        *(content[:end] for end in ends),
        *(content[:at] + b"\xee" + content[at + 1 :] for at in range(0, min(len(content), 400))),
    ):
        refused += is_refused(mark_picture, damaged)
        is_refused(read_mark, damaged)
    assert refused > 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"words",
        b"%PDF-1.7",
        b"GIF89a\0\0",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\1",
        b"\xff\xd8\xff\x00",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\xff\0\0\0WEBPVP8 ",
        b"RIFF\x10\0\0\0WEBPVP8 \xff\0\0\0\0\0\0\0",
        b"RIFF\x0c\0\0\0WEBPVP8X\0\0\0\0",
        b"RIFF\x0c\0\0\0WEBPXMP \0\0\0\0",
        b"\0\0\0\x18ftypisom\0\0\0\0",
        b"\0\0\0\x10wide\0\0\0\0\0\0\0\0",
    ],
)
def test_what_carries_no_mark_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(OutputRefused, match="could not be marked"):
        mark_file(path)


SECRET = "https://shop.example/private/ada.jpg"


def told(form: str) -> bytes:
    """Return a picture into which a provider wrote all it knows, and how to turn it."""
    data = Image.Exif()
    data[TURNED], data[0x010E], data[0x0131] = 6, SECRET, SECRET
    options: dict[str, object] = {"exif": data}
    if form == "PNG":
        words = PngInfo()
        words.add_text("prompt", SECRET)
        words.add_text("workflow", SECRET, zip=True)
        words.add_itxt("Comment", SECRET)
        options["pnginfo"] = words
    elif form == "JPEG":
        options["comment"] = SECRET
    content = encoded(form, **options)
    if form == "JPEG":  # Photoshop's segment, and one of somebody else's
        for kind in (0xED, 0xEB):
            body = SECRET.encode()
            size = (len(body) + 2).to_bytes(2, "big")
            content = content[:2] + b"\xff" + bytes([kind]) + size + body + content[2:]
    return content


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_the_provider_wrote_stays_but_how_to_turn_it(form: str) -> None:
    content = told(form)
    marked = mark_picture(content)
    assert SECRET.encode() in content
    assert SECRET.encode() not in marked
    with Image.open(BytesIO(marked)) as after:
        after.load()
        assert dict(after.getexif()) == {TURNED: 6}
        assert not {"prompt", "workflow", "Comment", "comment", "photoshop"} & set(after.info)
    assert mark_picture(marked) == marked


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_stands_upright_needs_no_exif(form: str) -> None:
    data = Image.Exif()
    data[TURNED], data[0x010E] = 1, SECRET
    with Image.open(BytesIO(mark_picture(encoded(form, exif=data)))) as after:
        assert not dict(after.getexif())


@pytest.mark.parametrize(
    ("tiff", "turned"),
    [
        (b"", 1),
        (b"XX\0*\0\0\0\x08", 1),
        (b"MM\0*\0\0\0\x08\xff\xff", 1),  # more entries than there are bytes
        (b"MM\0*\xff\xff\xff\xff", 1),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0", 8),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0", 1),
    ],
)
def test_how_a_picture_is_turned(tiff: bytes, turned: int) -> None:
    assert exif.orientation_of(tiff) == turned
    assert exif.orientation_of(exif.only_orientation(tiff)) == turned
