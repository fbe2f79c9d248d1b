from __future__ import annotations

import sys

import pytest

from django_tryon.exceptions import OutputRefused
from django_tryon.videos import ClipLimits, verify_video
from tests.photos.making import corners, encoded
from tests.videos import making
from tests.videos.making import TURNED, clip


@pytest.fixture(params=["with PyAV", "without PyAV"])
def pyav(request, monkeypatch):
    """Take PyAV away after the test has made its clips."""

    def remove() -> None:
        if request.param == "without PyAV":
            monkeypatch.setitem(sys.modules, "av", None)

    return remove


@pytest.mark.parametrize(
    "make",
    [
        clip,
        lambda: clip(sound=True),
        lambda: clip(form="mov"),
        lambda: clip(codec_options={"x264-params": "bframes=0"}),
        lambda: clip(options={"movflags": "faststart"}),
        lambda: making.turned(clip(), TURNED),
    ],
)
def test_says_what_the_clip_is_with_and_without_pyav(make, pyav, tmp_path):
    content = make()
    path = tmp_path / "clip"
    path.write_bytes(content)
    pyav()
    for output in (content, path):
        facts = verify_video(output)
        assert facts.seconds == pytest.approx(2, abs=0.01)
        assert {facts.width, facts.height} == {480, 320}
        assert (facts.width < facts.height) == (making.matrix_of(content) == TURNED)
        assert (facts.frames, facts.codec) == (10, "h264")
        assert facts.container == ("mov" if b"ftypqt" in content else "mp4")
        assert facts.has_audio == (b"soun" in content)


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"<html>Bad gateway</html>",
        lambda: b'{"error": "gone"}' + bytes(1000),
        lambda: encoded(corners()),
        lambda: encoded(corners(), "GIF"),
        lambda: encoded(corners(), "AVIF"),
        lambda: clip()[:-1],
        lambda: clip()[: len(clip()) // 2],
        lambda: clip(options={"movflags": "faststart"})[:-100],
        making.sound_only,
        making.no_frames,
        lambda: making.no_frames() + making.box(b"mdat"),
        lambda: making.box(b"ftyp", b"isom", bytes(4)) + making.box(b"mdat", bytes(99)),
        lambda: b"".join(making.box(kind, bytes(8)) for kind in (b"ftyp", b"moov", b"mdat")),
        lambda: b"".join(
            [
                making.box(b"ftyp", b"isom"),
                making.box(b"moov", making.box(b"trak", making.box(b"mdia", bytes(8)))),
                making.box(b"mdat"),
            ]
        ),
    ],
)
def test_refuses_what_is_not_one(make, pyav):
    content = make()
    pyav()
    with pytest.raises(OutputRefused) as refusal:
        verify_video(content)
    assert refusal.value.code == "not_a_video"
    assert refusal.value.__cause__ is not None


def test_bounds():
    content = clip()
    with pytest.raises(OutputRefused) as refusal:
        verify_video(content, limits=ClipLimits(max_bytes=100))
    assert refusal.value.code == "too_many_bytes"


def test_small_and_long_results_are_welcome():
    content = clip(70, rate=1, paint=lambda number: corners(64, 96))
    assert verify_video(content).seconds == 70


def test_a_fragmented_clip_without_pyav(monkeypatch):
    content = clip(sound=True, options={"movflags": "empty_moov+frag_keyframe"})
    monkeypatch.setitem(sys.modules, "av", None)
    facts = verify_video(content)
    assert (facts.frames, facts.width, facts.height, facts.seconds) == (10, 480, 320, 0.0)


def test_a_swollen_index_is_not_read(monkeypatch):
    content = clip()
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr("django_tryon.videos.verify.MAX_INDEX_BYTES", 100)
    with pytest.raises(OutputRefused, match="index too large"):
        verify_video(content)


def test_times_of_sixty_four_bits_and_none():
    from django_tryon.videos.verify import _seconds

    old = bytes(12) + (1000).to_bytes(4, "big") + (2500).to_bytes(4, "big")
    new = b"\1" + bytes(19) + (1000).to_bytes(4, "big") + (2500).to_bytes(8, "big")
    assert (_seconds(old), _seconds(new), _seconds(bytes(24))) == (2.5, 2.5, 0.0)
