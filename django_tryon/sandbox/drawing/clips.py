"""Carry the clothes of an edited first frame over to every frame of a clip."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import av.error
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from .body import Body, find_body
from .figure import Floats
from .label import add_label
from .media import UnusableInput, fit_within, on_white

LONGEST_SECONDS = 50
LONG_SIDE = 960
"""Frames are drawn no larger than this, in pixels."""
MEASURES_A_SECOND = 10
"""The person is sought in so many frames a second; those between follow the last one."""
SMOOTHING = 0.45
"""How much of each frame's own measure counts against the frames before it."""
STRIP = 16


@dataclass(frozen=True)
class _Pose:
    top: float
    height: float
    axis: NDArray[np.float64]
    half: NDArray[np.float64]
    """The silhouette's half width at 24 levels between crown and feet."""

    def blend(self, older: _Pose) -> _Pose:
        new, old = SMOOTHING, 1 - SMOOTHING
        return _Pose(
            self.top * new + older.top * old,
            self.height * new + older.height * old,
            self.axis * new + older.axis * old,
            self.half * new + older.half * old,
        )


LEVELS = np.linspace(0, 1, 24)


def dress_clip(content: bytes, reference: Image.Image, *, name: str) -> bytes:
    """Return the clip as H.264 MP4 with the reference's clothes on; `name` is the parameter."""
    try:
        with av.open(io.BytesIO(content), "r") as container:
            _check(container, name)
            return _encode(container, on_white(reference))
    except (av.error.FFmpegError, StopIteration) as error:  # or not one frame in it
        raise UnusableInput(f"{name} is not a readable MP4 clip") from error


def _check(container: InputContainer, name: str) -> None:
    if "mp4" not in container.format.name or not container.streams.video:
        raise UnusableInput(f"{name} is not an MP4 clip")
    seconds = (container.duration or 0) / av.time_base
    if not 0 < seconds < LONGEST_SECONDS:
        raise UnusableInput(f"{name} must be shorter than {LONGEST_SECONDS} seconds")


def _encode(source: InputContainer, reference: Image.Image) -> bytes:
    rate = source.streams.video[0].average_rate or Fraction(25)
    frames = _dressed_frames(source, reference)
    first = next(frames)
    # A file on disk, because "faststart" reads back what it has written.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        _write(path, first, frames, rate)
        return path.read_bytes()


def _write(path: Path, first: Image.Image, rest: Iterator[Image.Image], rate: Fraction) -> None:
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as target:
        video = target.add_stream("libx264", rate=rate, options={"crf": "23", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = first.width, first.height, "yuv420p"
        for image in chain([first], rest):
            target.mux(video.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        target.mux(video.encode())


def _dressed_frames(source: InputContainer, reference: Image.Image) -> Iterator[Image.Image]:
    patch: Image.Image | None = None
    start: _Pose | None = None
    pose: _Pose | None = None
    step = max(1, round(float(source.streams.video[0].average_rate or 25) / MEASURES_A_SECOND))
    for number, frame in enumerate(source.decode(video=0)):
        image = fit_within(Image.fromarray(frame.to_ndarray(format="rgb24")), LONG_SIDE, LONG_SIDE)
        if number % step == 0:
            body = find_body(image)
            measured, near = _pose_of(body), _around(body)
        if patch is None or start is None or pose is None:
            patch = _changed(image, _align(reference, image))
            start = pose = measured
        pose = measured.blend(pose)
        layer = _follow(patch, start, pose, image.size)
        image.paste(layer, mask=ImageChops.multiply(layer.getchannel("A"), near))
        yield add_label(image)


def _around(body: Body) -> Image.Image:
    """Return the figure with a generous rim, in which skirts and sleeves find room."""
    mask = body.mask().resize((body.size[0] // 4, body.size[1] // 4))
    mask = mask.filter(ImageFilter.MaxFilter(2 * round(body.head / 14) + 1))
    return mask.filter(ImageFilter.GaussianBlur(1.5)).resize(body.size)


def _align(reference: Image.Image, first: Image.Image) -> Image.Image:
    """Return the reference at the first frame's size, whether it was squeezed or cropped."""
    squeezed = reference.resize(first.size, Image.Resampling.BICUBIC)
    scale = min(first.width / reference.width, first.height / reference.height)
    size = (round(reference.width * scale), round(reference.height * scale))
    cropped = first.copy()
    place = ((first.width - size[0]) // 2, (first.height - size[1]) // 2)
    cropped.paste(reference.resize(size, Image.Resampling.BICUBIC), place)
    return min(squeezed, cropped, key=lambda image: _difference(first, image).mean())


def _difference(one: Image.Image, other: Image.Image) -> Floats:
    apart: Floats = np.asarray(ImageChops.difference(one, other), dtype=np.float32).max(axis=-1)
    return apart


def _changed(first: Image.Image, reference: Image.Image) -> Image.Image:
    """Return the reference, opaque only where it differs from the first frame."""
    changed = Image.fromarray(np.where(_difference(first, reference) > 22, 255, 0).astype(np.uint8))
    unit = max(3, round(min(first.size) / 160) * 2 + 1)
    changed = changed.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.MaxFilter(unit))
    changed = changed.filter(ImageFilter.MinFilter(unit)).filter(ImageFilter.GaussianBlur(1.5))
    patch = reference.convert("RGBA")
    patch.putalpha(changed)
    return patch


def _pose_of(body: Body) -> _Pose:
    rows = np.flatnonzero((body.silhouette > 0.5).any(axis=1)) * body.size[1] / len(body.silhouette)
    top, height = float(rows[0]), float(rows[-1] - rows[0])
    at = np.clip(top + LEVELS * height, 0, body.size[1] - 1).astype(int)
    return _Pose(top, height, body.axis[at], (body.right[at] - body.left[at]) / 2)


def _follow(patch: Image.Image, start: _Pose, pose: _Pose, size: tuple[int, int]) -> Image.Image:
    """Move the patch from the first frame's pose to this frame's, strip by strip."""
    width, height = size
    mesh = []
    for upper in range(0, height, STRIP):
        lower = min(height, upper + STRIP)
        corners = [_source(start, pose, x, y) for x, y in
                   ((0, upper), (0, lower), (width, lower), (width, upper))]  # fmt: skip
        mesh.append(((0, upper, width, lower), tuple(v for corner in corners for v in corner)))
    return patch.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def _source(start: _Pose, pose: _Pose, x: float, y: float) -> tuple[float, float]:
    level = (y - pose.top) / pose.height
    axis, half = np.interp(level, LEVELS, pose.axis), np.interp(level, LEVELS, pose.half)
    origin, was = np.interp(level, LEVELS, start.axis), np.interp(level, LEVELS, start.half)
    widening = float(np.clip(half / was, 0.75, 1.3))
    return float(origin + (x - axis) / widening), start.top + level * start.height
