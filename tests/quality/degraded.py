"""Copies of people's photographs, each spoilt in one way, and results with one fault each."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from django_tryon.quality.photo import Photo

How = Callable[[Image.Image], Image.Image]
CLOTH = (20, 120, 90)
"""The garment that the made results wear: green, which none of the people wears."""
SKIN = (214, 165, 135)


def scaled(photo: Image.Image, wide: int) -> Image.Image:
    """Return it so wide."""
    return photo.resize((wide, photo.height * wide // photo.width))


def two(photo: Image.Image) -> Image.Image:
    """Somebody beside them."""
    both = Image.new("RGB", (photo.width * 2, photo.height))
    both.paste(photo, (0, 0))
    both.paste(ImageOps.mirror(photo), (photo.width, 0))
    return both


PHOTOS: dict[str, tuple[How, str]] = {
    "blurred": (lambda photo: photo.filter(ImageFilter.GaussianBlur(photo.width / 300)), "focus"),
    "a thumbnail, enlarged": (lambda photo: scaled(photo, 150).resize(photo.size), "focus"),
    "160 pixels wide": (lambda photo: scaled(photo, 160), "closeness"),
    "lying on its side": (lambda photo: photo.transpose(Image.Transpose.ROTATE_90), "posture"),
    "on its head": (lambda photo: photo.transpose(Image.Transpose.ROTATE_180), "posture"),
    "two side by side": (two, "person"),
    "lower half only": (
        lambda photo: photo.crop((0, photo.height // 2, photo.width, photo.height)),
        "person",
    ),
}
"""What was done to a photo → how, and which check is to tell."""


def body(photo: Image.Image) -> tuple[int, int, int, int]:
    """Return where the upper body is, going by the face; below the middle, without one."""
    seen = Photo(photo)
    if not seen.faces:
        wide, high = photo.size
        return wide * 3 // 8, high // 3, wide * 5 // 8, high * 2 // 3
    left, top, side = seen.faces[0].left, seen.faces[0].top, seen.faces[0].side
    box = (left - side * 0.4, top + side * 1.6, left + side * 1.4, top + side * 4)
    x, y, right, bottom = (round(edge * seen.scale) for edge in box)
    return x, y, min(right, photo.width), min(bottom, photo.height)


def dressed(photo: Image.Image, colour: tuple[int, int, int] = CLOTH) -> Image.Image:
    """Return it with a cloth over the upper body, with the folds of what was there."""
    result, box = photo.copy(), body(photo)
    folds = ImageOps.autocontrast(photo.crop(box).convert("L")).point(lambda value: 90 + value // 3)
    cloth = Image.new("RGB", folds.size, colour)
    result.paste(Image.blend(cloth, ImageOps.colorize(folds, "black", colour), 0.3), box)
    return result


def other_face(photo: Image.Image) -> Image.Image:
    """The face of somebody else: turned round, and lighter."""
    return over_face(photo, lambda face: ImageOps.mirror(ImageOps.flip(face)))


def smooth_face(photo: Image.Image) -> Image.Image:
    """A face without features."""
    return over_face(photo, lambda face: face.filter(ImageFilter.GaussianBlur(face.width / 8)))


def over_face(photo: Image.Image, how: How) -> Image.Image:
    """Return the dressed one with something done to its face."""
    result, seen = dressed(photo), Photo(photo)
    for face in seen.faces[:1]:
        x, y, right, bottom = (round(edge * seen.scale) for edge in face.box)
        result.paste(how(photo.crop((x, y, right, bottom))), (x, y))
    return result


def narrower(photo: Image.Image) -> Image.Image:
    """All below the face squeezed to three quarters, what is beside it drawn out."""
    result = dressed(photo)
    left, top, right, _bottom = body(photo)
    middle = (left + right) // 2
    below = result.crop((0, top, result.width, result.height))
    slim = below.resize((below.width * 3 // 4, below.height))
    wide = below.resize((below.width, below.height))
    wide.paste(slim, (round(middle - middle * 0.75), 0))
    sides = round(middle - middle * 0.75)
    wide.paste(below.crop((0, 0, 2, below.height)).resize((sides, below.height)), (0, 0))
    rest = below.width - sides - slim.width
    edge = below.crop((below.width - 2, 0, below.width, below.height)).resize((rest, below.height))
    wide.paste(edge, (sides + slim.width, 0))
    result.paste(wide, (0, top))
    return result


def bare(photo: Image.Image) -> Image.Image:
    """Skin where the cloth should be."""
    return dressed(photo, SKIN)


RESULTS: dict[str, tuple[How, str]] = {
    "another face": (other_face, "face"),
    "a smooth face": (smooth_face, "face"),
    "violet, not green": (lambda photo: dressed(photo, (150, 40, 160)), "colour"),
    "nothing put on": (lambda photo: photo.copy(), "colour"),
    "squeezed": (narrower, "outline"),
    "bare instead of dressed": (bare, "skin"),
}
"""The fault of a made result → how it is made, and which check is to tell."""


def garment() -> Image.Image:
    """Return the picture of the garment that the made results wear."""
    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).rectangle((150, 150, 450, 650), fill=CLOTH)
    return picture


def face(wide: int = 600, high: int = 800, side: int = 120) -> Image.Image:
    """Return somebody who was drawn, and whom a detector of faces takes for one."""
    picture = Image.new("RGB", (wide, high), (200, 205, 210))
    draw = ImageDraw.Draw(picture)
    x, y = wide // 2, high // 4
    unit = side / 100

    def oval(dx: float, dy: float, half: float, tall: float, fill: tuple[int, int, int]) -> None:
        cx, cy = x + dx * unit, y + dy * unit
        draw.ellipse((cx - half * unit, cy - tall * unit, cx + half * unit, cy + tall * unit), fill)

    oval(0, -15, 62, 75, (60, 40, 30))
    draw.rectangle((x - 150 * unit, y + 85 * unit, x + 150 * unit, high), (90, 60, 140))
    draw.rectangle((x - 22 * unit, y + 50 * unit, x + 22 * unit, y + 95 * unit), (190, 140, 110))
    oval(0, 0, 50, 66, SKIN)
    for eye in (-20, 20):
        oval(eye, -16, 14, 4, (90, 60, 45))
        oval(eye, -6, 11, 6, (240, 235, 230))
        oval(eye, -6, 5, 6, (40, 25, 20))
    oval(0, 12, 6, 10, (235, 190, 160))
    oval(0, 21, 9, 3, (150, 100, 80))
    oval(0, 38, 18, 5, (150, 60, 60))
    return picture.filter(ImageFilter.GaussianBlur(1))
