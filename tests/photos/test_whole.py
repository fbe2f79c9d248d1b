"""Pictures from the provider: whole or not, told without decoding them."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from django_tryon.exceptions import OutputRefused
from django_tryon.photos import verify_image
from django_tryon.photos.whole import MAX_JPEG_SCANS, size_of_whole
from tests.photos.making import corners, encoded, exif

SMALL = corners(40, 60)


def moving() -> bytes:
    target = BytesIO()
    frames = [SMALL.rotate(10 * turn) for turn in range(1, 4)]
    SMALL.save(target, "WEBP", save_all=True, append_images=frames)
    return target.getvalue()


def with_thumbnail(content: bytes) -> bytes:
    """Put a whole other picture into a segment: its end is not the end."""
    inner = encoded(corners(20, 20))
    body = b"Exif\0\0" + inner
    return content[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + content[2:]


WHOLE = {
    "jpeg": encoded(SMALL),
    "jpeg, progressive": encoded(SMALL, progressive=True),
    "jpeg, restarts": encoded(SMALL, restart_marker_rows=1),
    "jpeg, grey": encoded(SMALL.convert("L")),
    "jpeg, cmyk": encoded(SMALL.convert("CMYK")),
    "jpeg, turned": encoded(SMALL, exif=exif(6)),
    "jpeg, thumbnail": with_thumbnail(encoded(SMALL)),
    "jpeg, filled up": encoded(SMALL)[:-2] + b"\xff\xff\xff\xd9",
    "png": encoded(SMALL, "PNG"),
    "png, palette": encoded(SMALL.convert("P"), "PNG"),
    "png, alpha": encoded(SMALL.convert("RGBA"), "PNG"),
    "png, 16 bits": encoded(SMALL.convert("I;16"), "PNG"),
    "webp": encoded(SMALL, "WEBP"),
    "webp, lossless": encoded(SMALL, "WEBP", lossless=True),
    "webp, extended": encoded(SMALL, "WEBP", exif=exif(1)),
    "webp, alpha": encoded(SMALL.convert("RGBA"), "WEBP"),
    "webp, moving": moving(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_one_is_as_large_as_its_pixels(name):
    facts = verify_image(WHOLE[name])
    assert (facts.width, facts.height) == (40, 60)
    assert facts.format == name.partition(",")[0]


@pytest.mark.parametrize("name", WHOLE)
def test_none_that_is_cut_off_passes(name):
    whole = WHOLE[name]
    for length in range(len(whole)):
        with pytest.raises(OutputRefused):
            verify_image(whole[:length])


@given(
    picture=st.builds(
        Image.frombytes,
        st.just("RGB"),
        st.just((24, 17)),
        st.binary(min_size=24 * 17 * 3, max_size=24 * 17 * 3),
    ),
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    quality=st.integers(1, 100),
    progressive=st.booleans(),
    share=st.floats(0, 1, exclude_max=True),
)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_whatever_it_shows(picture, form, quality, progressive, share):
    content = encoded(picture, form, quality=quality, progressive=progressive)
    assert verify_image(content).width == 24
    with pytest.raises(OutputRefused):
        verify_image(content[: int(len(content) * share)])


@given(content=st.binary(max_size=300), kind=st.sampled_from([*WHOLE]), at=st.integers(0, 5000))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_whatever_arrives_is_taken_or_refused_and_nothing_else(content, kind, at):
    whole = WHOLE[kind]
    for made in (content, whole[:12] + content, whole[:at] + content + whole[at + len(content) :]):
        try:
            facts = verify_image(made)
        except OutputRefused:
            continue
        assert 0 < facts.width * facts.height <= 100_000_000


def jpeg_with(frame: bytes = b"", *, marker: int = 0xC0, scans: int = 1, tables: bool = True):
    def segment(kind: int, body: bytes) -> bytes:
        return bytes([0xFF, kind]) + (len(body) + 2).to_bytes(2, "big") + body

    frame = frame or bytes([8, 0, 9, 0, 9, 1, 1, 0x11, 0])
    return (
        b"\xff\xd8"
        + (segment(0xDB, bytes(65)) if tables else b"")
        + segment(marker, frame)
        + (segment(0xDA, bytes(6)) + b"\x12\xff\xff\x00\x34") * scans
        + b"\xff\xd9"
    )


def test_the_frame_that_the_faults_below_are_made_from_is_a_good_one():
    assert size_of_whole("jpeg", jpeg_with()) == (9, 9)
    assert size_of_whole("jpeg", jpeg_with(scans=MAX_JPEG_SCANS)) == (9, 9)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (jpeg_with(scans=0), "no picture"),
        (jpeg_with(scans=MAX_JPEG_SCANS + 1), "no sense"),
        (jpeg_with(tables=False), "no sense"),
        (jpeg_with(marker=0xC3), "browsers do not know"),
        (jpeg_with(marker=0xC9), "browsers do not know"),
        (jpeg_with(marker=0xFE), "no sense"),
        (jpeg_with(bytes([12, 0, 9, 0, 9, 1, 1, 0x11, 0])), "colours"),
        (jpeg_with(bytes([8, 0, 9, 0, 9, 2, 1, 0x11, 0])), "colours"),
        (jpeg_with(bytes([8, 0, 9, 0, 9, 3, 1, 0x11, 0])), "colours"),
        (jpeg_with(bytes([8, 0, 9, 0])), "ends early"),
        (jpeg_with(bytes([8, 0, 0, 0, 9, 1, 1, 0x11, 0])), "no pixels"),
        (jpeg_with(bytes([8, 0, 9, 0, 0, 1, 1, 0x11, 0])), "no sense"),
        (b"\xff\xd8\xff\xd9", "no picture"),
        (b"\xff\xd8\xff\xe0\0\1", "ends early"),
        (jpeg_with().replace(b"\x12\xff\xff\x00\x34", b""), "ends early"),
    ],
)
def test_what_is_no_jpeg(content, says):
    with pytest.raises(ValueError, match=says):
        size_of_whole("jpeg", content)


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png_with(*, header: bytes = b"\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0", first=b"IHDR", data=True):
    parts = [chunk(first, header), chunk(b"IDAT", b"x") if data else b"", chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (png_with(data=False), "no picture"),
        (png_with(first=b"tEXt"), "begin"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x08\x02\0\0"), "begin"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x08\x05\0\0\0"), "colours"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x04\x02\0\0\0"), "colours"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x08\x02\x01\0\0"), "colours"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x08\x02\0\x01\0"), "colours"),
        (png_with(header=b"\0\0\0\x09\0\0\0\x09\x08\x02\0\0\x02"), "colours"),
        (png_with(header=b"\0\0\0\0\0\0\0\x09\x08\x02\0\0\0"), "no pixels"),
        (png_with().replace(b"IDATx", b"IDATy"), "damaged"),
    ],
)
def test_what_is_no_png(content, says):
    assert size_of_whole("png", png_with()) == (9, 9)
    with pytest.raises(ValueError, match=says):
        size_of_whole("png", content)


def webp_with(kind: bytes, body: bytes, *, whole: int | None = None) -> bytes:
    inner = b"WEBP" + kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
    return b"RIFF" + (len(inner) if whole is None else whole).to_bytes(4, "little") + inner


LOSSY = b"\x10\0\0\x9d\x01\x2a\x09\0\x09\0xx"
LOSSLESS = b"\x2f\x08\0\x02\0x"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (webp_with(b"EXIF", b"x"), "no picture"),
        (webp_with(b"VP8X", bytes(10)), "no picture"),
        (webp_with(b"VP8 ", LOSSY, whole=16), "ends early"),
        (webp_with(b"VP8 ", LOSSY[:9]), "is none"),
        (webp_with(b"VP8 ", b"\x11" + LOSSY[1:]), "is none"),
        (webp_with(b"VP8 ", b"\xf0\xff" + LOSSY[2:]), "is none"),
        (webp_with(b"VP8 ", LOSSY.replace(b"\x9d", b"\x9c")), "is none"),
        (webp_with(b"VP8 ", LOSSY.replace(b"\x09", b"\0")), "no pixels"),
        (webp_with(b"VP8L", LOSSLESS[:5]), "is none"),
        (webp_with(b"VP8L", b"\x2e" + LOSSLESS[1:]), "is none"),
        (webp_with(b"VP8L", LOSSLESS[:4] + b"\x20x"), "is none"),
        (webp_with(b"VP8L", b""), "ends early"),
    ],
)
def test_what_is_no_webp(content, says):
    assert size_of_whole("webp", webp_with(b"VP8 ", LOSSY)) == (9, 9)
    assert size_of_whole("webp", webp_with(b"VP8L", LOSSLESS)) == (9, 9)
    with pytest.raises(ValueError, match=says):
        size_of_whole("webp", content)
