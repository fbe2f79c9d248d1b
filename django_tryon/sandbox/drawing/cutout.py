"""Cut a garment out of its picture and tell what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .figure import Floats, find_figure
from .regions import find_shoulder, keep_largest, widest_runs

WORK_SIDE = 640
SEEK_SIDE = 320
"""The garment is sought at this size and drawn from the other, in pixels of the long side."""


class Kind(StrEnum):
    """Where a garment goes; in the order in which one dresses."""

    LOWER = "lower"
    DRESS = "dress"
    UPPER = "upper"


@dataclass(frozen=True)
class Garment:
    """A garment without its background, cropped to what is left."""

    image: Image.Image
    kind: Kind

    @property
    def alpha(self) -> NDArray[np.bool_]:
        """Where the garment is."""
        return np.asarray(self.image.getchannel("A")) > 127

    @property
    def shoulder(self) -> float:
        """How far down the sleeves begin, as a share of the height."""
        mask = self.alpha
        return find_shoulder(mask[: max(3, len(mask) * 2 // 5)].sum(axis=1)) / len(mask)

    def run_at(self, share: float) -> tuple[float, float]:
        """Return the garment's outer edges, in pixels, so far down its height (0 to 1)."""
        return _outer(self.alpha, share)

    def width_at(self, share: float) -> float:
        """Return the outer width, in pixels, so far down its height."""
        left, right = self.run_at(share)
        return right - left


def cut_out(image: Image.Image, kind: Kind | None = None) -> Garment:
    """Cut the garment out; find out its kind by its shape where none is given."""
    image = _smaller(image, WORK_SIDE)
    alpha = _own_alpha(image)
    found = alpha is None
    if alpha is None:
        alpha = _found_alpha(image.convert("RGB"), kind)
    mask = keep_largest(alpha > 0.5, weights=alpha)
    if mask.sum() < 0.01 * mask.size:  # nothing stands out: take the middle of the picture
        mask = np.zeros_like(mask)
        height, width = mask.shape
        mask[height // 8 : -height // 8, width // 8 : -width // 8] = True
        alpha = mask.astype(np.float32)
    soft = Image.fromarray((np.where(mask, alpha, 0) * 255).astype(np.uint8))
    # A found outline holds a rim of backdrop and shadow, an outline that was sent does not.
    soft = soft.filter(ImageFilter.MinFilter(5 if found else 3)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    cut = image.convert("RGBA")
    cut.putalpha(soft)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    cropped = cut.crop(box)
    return Garment(cropped, kind or _kind_of(np.asarray(cropped.getchannel("A")) > 127))


def _smaller(image: Image.Image, side: int) -> Image.Image:
    scale = side / max(image.size)
    if scale >= 1:
        return image
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _own_alpha(image: Image.Image) -> Floats | None:
    if image.mode != "RGBA":
        return None
    alpha = np.asarray(image.getchannel("A"), dtype=np.float32) / 255
    return np.clip(alpha * 2 - 1, 0, 1) if (alpha < 0.1).mean() > 0.05 else None


def _found_alpha(image: Image.Image, kind: Kind | None) -> Floats:
    small = _smaller(image, SEEK_SIDE)
    sure = find_figure(
        small, _expected(small.width, small.height), open_bottom=False, hole_share=0.03
    )
    if _leaves_the_picture(sure > 0.5):  # then somebody wears it
        sure = _without_skin(small, sure)
    grown = Image.fromarray((sure * 255).astype(np.uint8)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    return np.asarray(grown, dtype=np.float32) / 255


def _expected(width: int, height: int) -> Floats:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    result: Floats = (0.08 + 0.82 * np.exp(-((x / 0.72) ** 4) - (y / 0.85) ** 4)).astype(np.float32)
    return result


def _leaves_the_picture(mask: NDArray[np.bool_]) -> bool:
    return bool(max(mask[0].mean(), mask[-1].mean()) > 0.06)


def _without_skin(image: Image.Image, sure: Floats) -> Floats:
    """Take arms, necks and legs away."""
    _, blue, red = (np.asarray(band, dtype=np.int16) for band in image.convert("YCbCr").split())
    skin = (blue > 95) & (blue < 126) & (red > 136) & (red < 168) & (red - blue > 12)
    inside = sure > 0.5
    share = float(skin[inside].mean()) if inside.any() else 0.0
    if not 0.04 < share < 0.5:  # none, or the garment itself has the colour of skin
        return sure
    grown = Image.fromarray((skin * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(3))
    rest: Floats = np.where(np.asarray(grown) > 127, 0, sure).astype(np.float32)
    return rest


def _outer(mask: NDArray[np.bool_], share: float) -> tuple[float, float]:
    row = int(np.clip(round(share * (mask.shape[0] - 1)), 0, mask.shape[0] - 1))
    columns = np.flatnonzero(mask[max(0, row - 1) : row + 2].any(axis=0))
    return (float(columns[0]), float(columns[-1]) + 1) if len(columns) else (0, mask.shape[1])


def _kind_of(mask: NDArray[np.bool_]) -> Kind:
    """Tell trousers by the gap between the legs, dresses by length and flare, skirts by the top."""
    height, width = mask.shape

    def outer(share: float) -> float:
        left, right = _outer(mask, share)
        return (right - left) / float(width)

    legs = mask[round(height * 0.65) : round(height * 0.97)]
    middle = legs[:, round(width * 0.45) : round(width * 0.55)]
    if (middle.mean(axis=1) < 0.7).mean() > 0.5:
        return Kind.LOWER
    waist = min(widest_runs(mask[round(height * 0.3) : round(height * 0.6)])) / width
    aspect = height / width
    if aspect > 1.55:
        return Kind.LOWER if waist > 0.8 and outer(0.03) > 0.38 else Kind.DRESS
    if aspect > 1.15 and outer(0.92) > 1.4 * outer(0.3):
        return Kind.DRESS
    waistband = waist > 0.75 and outer(0.03) > 0.6
    tilted = waist > 0.84 and outer(0.12) > 0.7  # the same, lying askew
    return Kind.LOWER if waistband or tilted else Kind.UPPER
