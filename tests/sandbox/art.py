"""Simple pictures of people and clothes, drawn here so that tests need no files."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from PIL import Image, ImageDraw

SKIN = (224, 172, 140)
BACKDROP = (214, 214, 210)


def person(
    size: tuple[int, int] = (480, 640), *, shift: int = 0, busy: bool = False, bottom: float = 0.97
) -> Image.Image:
    """A standing figure in grey, arms down; `bottom` is where the feet are (above 1: outside)."""
    width, height = size
    image = Image.new("RGB", size, BACKDROP)
    if busy:
        noise = np.random.default_rng(7).integers(0, 255, (height // 20, width // 20, 3))
        image = Image.fromarray(noise.astype(np.uint8)).resize(size)
    draw = ImageDraw.Draw(image)
    head = height * (bottom - 0.04) / 7.5
    middle, top = width / 2 + shift, height * 0.04

    def box(left: float, upper: float, right: float, lower: float, colour: object) -> None:
        place = (
            middle + left * head,
            top + upper * head,
            middle + right * head,
            top + lower * head,
        )
        draw.rounded_rectangle(place, head * 0.15, fill=colour)

    box(-0.36, 0, 0.36, 1, SKIN)
    box(-0.2, 0.9, 0.2, 1.4, SKIN)
    box(-0.85, 1.3, 0.85, 2.4, (120, 122, 128))
    box(-0.65, 1.3, 0.65, 3.6, (120, 122, 128))
    box(-1.05, 1.4, -0.75, 3.8, SKIN)
    box(0.75, 1.4, 1.05, 3.8, SKIN)
    box(-0.65, 3.0, -0.05, 7.5, (60, 62, 70))
    box(0.05, 3.0, 0.65, 7.5, (60, 62, 70))
    box(-0.65, 3.0, 0.65, 4.1, (60, 62, 70))
    return image


def garment(
    kind: str = "upper", colour: tuple[int, int, int] = (200, 20, 40), *, clear: bool = False
) -> Image.Image:
    """A T-shirt, a pair of trousers, a skirt or a dress on white, or on nothing."""
    mode, ground = ("RGBA", (0, 0, 0, 0)) if clear else ("RGB", (255, 255, 255))
    image = Image.new(mode, (360, 480), ground)
    draw = ImageDraw.Draw(image)
    shapes = {
        "upper": [(150, 60), (210, 60), (330, 110), (310, 190), (265, 170), (265, 400),
                  (95, 400), (95, 170), (50, 190), (30, 110)],
        "tank": [(120, 60), (140, 60), (150, 110), (210, 110), (220, 60), (240, 60), (250, 140),
                 (310, 160), (310, 400), (50, 400), (50, 160), (110, 140)],
        "lower": [(120, 30), (240, 30), (262, 450), (196, 450), (180, 150), (164, 450), (98, 450)],
        "skirt": [(80, 120), (280, 120), (310, 340), (50, 340)],
        "dress": [(140, 30), (160, 30), (160, 70), (200, 70), (200, 30), (220, 30), (230, 180),
                  (280, 450), (80, 450), (130, 180)],
    }  # fmt: skip
    draw.polygon(shapes[kind], fill=colour)
    return image


def encode(image: Image.Image, kind: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def clip(
    *,
    frames: int = 6,
    size: tuple[int, int] = (240, 320),
    rate: int = 6,
    container: str = "mp4",
) -> bytes:
    """The person walking sideways, as H.264."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"clip.{container}"
        with av.open(str(path), "w") as target:
            stream = target.add_stream("libx264", rate=rate)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            for number in range(frames):
                picture = np.asarray(person(size, shift=number * 3))
                target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            target.mux(stream.encode())
        return path.read_bytes()


def share_of(image: Image.Image, colour: tuple[int, int, int], box: tuple[float, ...]) -> float:
    """How much of a box (shares of the picture) is about this colour."""
    width, height = image.size
    left, top, right, bottom = box
    part = image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )
    pixels = np.asarray(part.convert("RGB"), dtype=int)
    return float((np.abs(pixels - colour).max(axis=-1) < 60).mean())
