"""What the system checks see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks

FAR = {"BASE_URL": "https://api.segmind.com", "PUBLIC_URL": "https://shop.example"}


def found(settings: Any, **changes: Any) -> list[Any]:
    settings.TRYON = settings.TRYON | changes
    return [
        said
        for said in run_checks(tags=["django_tryon"])
        if str(said.id).startswith("django_tryon.")
    ]


def test_a_good_installation(settings: Any) -> None:
    assert found(settings) == []
    assert found(settings, **FAR) == []


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"BASEURL": "x"}, "E002", "BASEURL"),
        ({"API_KEY": ""}, "W001", "is not set"),
        ({"API_KEY": "sk-123"}, "W001", "does not look like"),
        ({"BASE_URL": "http://api.segmind.com"}, "E003", "https"),
        ({"BASE_URL": "https://10.0.0.7"}, "E003", "private address"),
        (FAR | {"PUBLIC_URL": ""}, "W002", "is not set"),
        (FAR | {"PUBLIC_URL": "https://localhost"}, "W002", "only known on this machine"),
        ({"ENGINES": ["nowhere.Engine"]}, "E004", "nowhere"),
        ({"PRODUCTS": {"shop.Nothing": {}}}, "E005", "no such model"),
        ({"PRODUCTS": {"shop.Product": {"picture": "x"}}}, "E005", "unknown keys: picture"),
        ({"RUNNER": "django_tryon.runners.rabbit"}, "E006", "rabbit"),
        ({"RUNNER": "django_tryon.conf"}, "E006", "wake"),
        ({"PRIVATE_STORAGE": "vault"}, "E007", "vault"),
        ({"PUBLIC_STORAGE": "nowhere"}, "E007", "nowhere"),
        ({"INPUTS": "post"}, "E008", "asset-store"),
        ({"LEASE": 600}, "E009", "timedelta"),
        ({"OUTPUT_HOSTS": "images.segmind.com"}, "E012", "must be a list"),
        ({"BATCH_SIZE": "many"}, "E012", "a whole number above 0, not 'many'"),
        ({"DOWNLOAD_ATTEMPTS": 0}, "E012", "a whole number above 0"),
        ({"BATCH_SIZE": True}, "E012", "a whole number above 0"),
        ({"PRODUCTS": {"shop.Product": {"title": "nmae"}}}, "E005", "no attribute “nmae”"),
        ({"LEASE": timedelta(seconds=60)}, "E010", "at least"),
    ],
)
def test_faults(changes: dict[str, Any], code: str, words: str, settings: Any) -> None:
    [said] = found(settings, **changes)
    assert said.id == f"django_tryon.{code}"
    assert words in f"{said.msg} {said.hint}"


def test_moments_need_a_time_zone(settings: Any) -> None:
    settings.USE_TZ = False
    [said] = found(settings)
    assert said.id == "django_tryon.E011"


def test_a_misspelt_name_gets_a_suggestion(settings: Any) -> None:
    [said] = found(settings, OUTPUT_HOST=[])
    assert said.hint == "Did you mean “OUTPUT_HOSTS”?"


def test_forgotten_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.shop.urls"
    [said] = found(settings)
    assert said.id == "django_tryon.E013"
    assert "include('django_tryon.urls')" in said.hint


def test_no_urls_at_all(settings: Any) -> None:
    del settings.ROOT_URLCONF
    assert "django_tryon.E013" in {said.id for said in found(settings)}


def test_something_else_than_a_dict(settings: Any) -> None:
    settings.TRYON = ["API_KEY"]
    [said] = run_checks(tags=["django_tryon"])
    assert said.id == "django_tryon.E001"


def test_the_asset_store_needs_no_public_url(settings: Any) -> None:
    assert found(settings, **FAR | {"PUBLIC_URL": "", "INPUTS": "asset-store"}) == []
