from __future__ import annotations

import numpy as np

from django_tryon.sandbox.drawing.regions import (
    fill_holes,
    find_shoulder,
    grow,
    keep_largest,
    regions_of,
    runs_by_row,
    shrink,
    widest_runs,
)


def mask(*lines: str) -> np.ndarray:
    return np.array([[letter == "#" for letter in line] for line in lines])


def test_runs_are_where_a_line_is_true() -> None:
    assert runs_by_row(mask("##..#", ".....", ".###.")) == [[(0, 2), (4, 5)], [], [(1, 4)]]
    assert widest_runs(mask("##..#", ".....", ".###.")) == [2, 0, 3]


def test_masks_grow_and_shrink() -> None:
    dot = mask(".....", ".....", "..#..", ".....", ".....")
    square = mask(".....", ".###.", ".###.", ".###.", ".....")
    assert (grow(dot, 1) == square).all()
    assert (shrink(square, 1) == dot).all()
    assert shrink(mask("##", "##"), 1).all()


def test_arms_that_meet_below_are_one_region() -> None:
    regions = regions_of(mask("#.#.", "#.#.", "###.", "....", "...#"))
    assert sorted(map(len, regions)) == [1, 5]


def test_the_heaviest_region_is_kept() -> None:
    given = mask("##..", "....", "...#")
    flat = np.ones(given.shape, dtype=np.float32)
    assert (keep_largest(given, weights=flat) == mask("##..", "....", "....")).all()
    flat[2, 3] = 9
    assert (keep_largest(given, weights=flat) == mask("....", "....", "...#")).all()
    assert not keep_largest(np.zeros((2, 2), dtype=bool), weights=flat[:2, :2]).any()


def test_only_small_enclosed_holes_are_filled() -> None:
    given = mask("#####", "#.#.#", "###.#", "#.###")
    assert (fill_holes(given, share=0.1) == mask("#####", "###.#", "###.#", "#.###")).all()


def test_shoulders_are_where_the_breadth_is_reached() -> None:
    assert find_shoulder(np.array([2, 3, 8, 10, 9])) == 2
