"""Files of every kind that an engine may send, made on the spot."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from django_tryon.marks import jpeg
from tests.photos.making import corners

SIZE = (320, 240)
OLD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description'
    b' Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"'
    b' prompt="https://shop.example/private/photo.jpg"/></rdf:RDF></x:xmpmeta>'
)
"""What a provider might have written."""


def encoded(form: str, mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture in this format."""
    buffer = BytesIO()
    corners(*SIZE).convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def see_through() -> Image.Image:
    """Return a picture of which a half is transparent."""
    image = corners(*SIZE).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 160, 240))
    return image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """Return this picture in this format."""
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def exif() -> Image.Exif:
    """Return EXIF data that turn the picture upside down."""
    data = Image.Exif()
    data[0x0112] = 3
    return data


def padded_jpeg() -> bytes:
    """Return a JPEG with fill bytes before a marker, as the standard allows."""
    content = encoded("JPEG")
    return content[:2] + b"\xff\xff" + content[2:]


def extended_jpeg() -> bytes:
    """Return a JPEG with XMP in a main and an extended part."""
    content = jpeg.with_packet(encoded("JPEG"), OLD)
    body = jpeg.EXTENDED + b"0" * 40 + b"more"
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    return content[:2] + segment + content[2:]


PICTURES: dict[str, bytes] = {
    "jpeg": encoded("JPEG"),
    "jpeg, progressive": encoded("JPEG", progressive=True),
    "jpeg with exif": encoded("JPEG", exif=exif()),
    "jpeg with exif and jfif": encoded("JPEG", exif=exif(), dpi=(72, 72)),
    "jpeg with xmp": encoded("JPEG", xmp=OLD),
    "jpeg with extended xmp": extended_jpeg(),
    "jpeg with fill bytes": padded_jpeg(),
    "jpeg with a profile": encoded("JPEG", icc_profile=b"profile" * 20_000),
    "jpeg, grey": encoded("JPEG", "L"),
    "png": encoded("PNG"),
    "png, transparent": saved(see_through(), "PNG"),
    "png with a palette": encoded("PNG", "P"),
    "webp": encoded("WEBP"),
    "webp, lossless": encoded("WEBP", lossless=True),
    "webp, transparent": saved(see_through(), "WEBP", lossless=True),
    "webp, transparent and lossy": saved(see_through(), "WEBP"),
    "webp with xmp and exif": encoded("WEBP", xmp=OLD, exif=exif()),
}
