"""Pictures of every awkward kind, made on the spot."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image

CORNERS = {(0.1, 0.1): "red", (0.9, 0.1): "lime", (0.1, 0.9): "blue", (0.9, 0.9): "black"}
"""Where, as shares of width and height, which colour is when the picture is upright."""
RGB = {
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}
LATITUDE = (48.0, 51.0, 30.24)
SECRETS = (b"Exif", b"eXIf", b"GPS", b"TestCam", b"adobe", b"ICC_PROFILE", b"iCCP", b"my secret")


def awkward_files() -> list[Path]:
    """Return the real photographs, where this machine has them."""
    beside = Path(__file__).parents[3] / "shared" / "photos"
    folder = Path(os.environ.get("PHOTOS") or beside) / "people" / "awkward"
    return sorted(path for path in folder.glob("*") if path.is_file())


def corners(width: int = 400, height: int = 600) -> Image.Image:
    """Paint a picture whose corners tell which way up it is."""
    picture = Image.new("RGB", (width, height), "white")
    side = min(width, height) // 3
    for (x, y), colour in CORNERS.items():
        left, top = (0 if x < 0.5 else width - side), (0 if y < 0.5 else height - side)
        picture.paste(colour, (left, top, left + side, top + side))
    return picture


def encoded(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    """Return the picture as a file."""
    target = BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def heic(picture: Image.Image, **options: object) -> bytes:
    """Return the picture as HEIC, without teaching Pillow the format for good."""
    target, file = BytesIO(), pillow_heif.HeifFile()
    file.add_frombytes(picture.mode, picture.size, picture.tobytes())
    file.save(target, **options)
    return target.getvalue()


def exif(orientation: int) -> Image.Exif:
    """Return what a phone writes: how it was held, what it is, and where it was."""
    data = Image.Exif()
    data[0x0112], data[0x010F] = orientation, "TestCam"
    data.get_ifd(0x8825).update({0: b"\2\3\0\0", 1: "N", 2: LATITUDE, 3: "E", 4: (2.0, 17.0, 40.2)})
    return data


def as_held(picture: Image.Image, orientation: int) -> Image.Image:
    """Return the pixels as a phone stores them that was held so."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    return picture if undo is None else picture.transpose(undo)


def png(width: int, height: int, *, depth: int, colours: int, rows: Iterable[bytes]) -> bytes:
    """Write a PNG by hand, row by row: the kinds that Pillow cannot write, of any size."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """Return a valid picture of 625 megapixels in less than 100 kB."""
    row = bytes(25_000 // 8)
    return png(25_000, 25_000, depth=1, colours=0, rows=(row for _ in range(25_000)))


def profile(space: bytes = b"RGB ") -> bytes:
    """Write a small ICC profile by hand: Display P3's primaries, or a linear grey."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    def gamma(value: float) -> bytes:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"

    name = b"made by hand"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + bytes(79),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
    }
    if space == b"RGB ":
        tags |= {
            b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
            b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
            b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        } | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma(2.2))
    else:
        tags[b"kTRC"] = gamma(1.0)
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", space, b"XYZ ")
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body


def opened(content: bytes) -> Image.Image:
    """Decode a picture."""
    with Image.open(BytesIO(content)) as picture:
        picture.load()
    return picture


def near(seen: object, wanted: object, *, tolerance: int = 12) -> bool:
    """Tell whether two colours look the same."""
    pairs = zip(tuple(seen), tuple(wanted), strict=True)  # type: ignore[call-overload]
    return all(abs(a - b) <= tolerance for a, b in pairs)


def is_upright(picture: Image.Image, *, tolerance: int = 12) -> bool:
    """Tell whether the corners are where they belong."""
    picture = picture.convert("RGB")
    return all(
        near(
            picture.getpixel((int(x * picture.width), int(y * picture.height))),
            RGB[colour],
            tolerance=tolerance,
        )
        for (x, y), colour in CORNERS.items()
    )


def parts_of(content: bytes) -> set[str]:
    """Name what a JPEG (markers) or PNG (chunks) consists of."""
    found, at = set(), 2 if content[:2] == b"\xff\xd8" else 8
    if at == 8:
        while at < len(content):
            found.add(content[at + 4 : at + 8].decode())
            at += 12 + int.from_bytes(content[at : at + 4], "big")
    while at < len(content) and not found & {"da", "IEND"}:
        found.add(f"{content[at + 1]:02x}")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found
