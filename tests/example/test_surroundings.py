"""Where the demo runs: ports and provider."""

from __future__ import annotations

import os
import socket

import pytest

from example_project.demo.surroundings import free_port, look_around, settle_in


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (
        "SEGMIND_API_KEY",
        "SEGMIND_BASE_URL",
        "TRYON_INPUTS",
        "TRYON_PUBLIC_URL",
        "TRYON_RUNNER",
        "DJANGO_SETTINGS_MODULE",
    )
    for name in names:  # set first, so that what the demo writes is undone, too
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_without_a_key_the_demo_brings_its_own_sandbox() -> None:
    port = free_port()
    here = look_around(port=port)
    assert here.site == f"http://127.0.0.1:{port}"
    assert here.provider == f"http://127.0.0.1:{here.sandbox_port}"
    assert not here.costs_money
    settle_in(here)
    assert os.environ["SEGMIND_BASE_URL"] == here.provider
    assert os.environ["TRYON_PUBLIC_URL"] == here.site
    assert os.environ["TRYON_RUNNER"] == "django_tryon.runners.embedded"
    assert "TRYON_INPUTS" not in os.environ


def test_a_taken_port_is_not_taken_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        here = look_around(port=port)
    assert here.site_port != port
    assert here.wanted_port == port


def test_with_a_key_pictures_go_through_the_asset_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMIND_API_KEY", "SG_real")
    here = look_around(port=free_port())
    assert here.provider == "https://api.segmind.com"
    assert here.sandbox_port is None
    assert here.costs_money
    settle_in(here)
    assert os.environ["TRYON_INPUTS"] == "asset-store"


def test_a_site_that_segmind_can_reach_needs_no_asset_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEGMIND_API_KEY", "SG_real")
    monkeypatch.setenv("TRYON_PUBLIC_URL", "https://shop.example")
    settle_in(look_around(port=free_port()))
    assert "TRYON_INPUTS" not in os.environ
    assert os.environ["TRYON_PUBLIC_URL"] == "https://shop.example"


def test_a_stand_in_that_runs_already_is_used_and_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEGMIND_BASE_URL", "http://127.0.0.1:8900")
    here = look_around(port=free_port())
    assert (here.sandbox_port, here.costs_money) == (None, False)
