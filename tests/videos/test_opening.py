"""Clips that have to open whatever version of PyAV reads them."""

from __future__ import annotations

import pytest

from django_tryon.videos import inspect_clip
from django_tryon.videos.opening import _leniency
from tests.videos.making import clip


def test_a_title_that_is_no_text_does_not_matter():
    content = clip(metadata={"title": "abcd"})
    assert content.count(b"abcd") == 1
    assert inspect_clip(content.replace(b"abcd", b"\xff\xfe\xfa\xfb")).seconds == 2


@pytest.mark.parametrize(
    ("version", "options"),
    [("14.2.0", {"metadata_errors": "replace"}), ("19.0.2", {}), ("20.1", {})],
)
def test_the_option_is_given_where_there_is_one(version, options):
    assert _leniency(version) == options
