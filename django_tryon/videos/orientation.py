"""Show the pictures of a clip as a player shows them: upright, square pixels, in size."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from django_tryon.videos.opening import import_av

if TYPE_CHECKING:
    from av.filter import Graph
    from av.sidedata.sidedata import SideData
    from av.video.frame import VideoFrame

TURNS: dict[tuple[int, int, int, int], tuple[tuple[str, str], ...]] = {
    (0, 1, -1, 0): (("transpose", "clock"),),
    (-1, 0, 0, -1): (("hflip", ""), ("vflip", "")),
    (0, -1, 1, 0): (("transpose", "cclock"),),
    (-1, 0, 0, 1): (("hflip", ""),),
    (1, 0, 0, -1): (("vflip", ""),),
    (0, 1, 1, 0): (("transpose", "cclock_flip"),),
    (0, -1, -1, 0): (("transpose", "clock_flip"),),
}
"""a, b, c, d of the display matrix → the filters that do what it says; others mean upright."""


def turns_of(frame: VideoFrame) -> tuple[tuple[str, str], ...]:
    """Return the filters that bring a decoded frame upright."""
    matrix = cast("SideData | None", frame.side_data.get("DISPLAYMATRIX"))
    if matrix is None:
        return ()
    a, b, _, c, d, *_ = (round(value / 65536) for value in struct.unpack("=9i", bytes(matrix)))
    return TURNS.get((a, b, c, d), ())


def shown_size(frame: VideoFrame, *, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Return width and height as a player shows them."""
    width, height = round(frame.width * (pixel_aspect or 1)), frame.height
    turned = any(name == "transpose" for name, _ in turns_of(frame))
    return (height, width) if turned else (width, height)


class Shaper:
    """Turn frames upright, scale them and change their pixel format."""

    def __init__(self, *, size: tuple[int, int], pixel_format: str) -> None:
        self.size, self.pixel_format = size, pixel_format
        self._graph: Graph | None = None
        self._made_for: object = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return the frame as it is to be shown."""
        made_for = (frame.width, frame.height, frame.format.name)
        if self._graph is None or made_for != self._made_for:
            self._graph, self._made_for = self._built(frame), made_for
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _built(self, frame: VideoFrame) -> Graph:
        av = import_av()
        graph: Graph = av.filter.Graph()
        nodes = [
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base,
            )
        ]
        nodes += [graph.add(name, args) for name, args in turns_of(frame)]
        width, height = self.size
        nodes += [
            graph.add("scale", f"{width}:{height}:out_color_matrix=bt709:out_range=tv"),
            graph.add("setsar", "1"),
            graph.add("format", self.pixel_format),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*nodes).configure()
        return graph
