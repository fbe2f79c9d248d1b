"""Where the app stands."""

from __future__ import annotations

from typing import Any

from django.core.checks import run_checks

from django_tryon.contrib.oscar.checks import look

OURS = "django_tryon.contrib.oscar"
ALLOWED = {"catalogue.Product": f"{OURS}.ProductAdapter"}


def test_this_shop_is_fine() -> None:
    assert run_checks(tags=["django_tryon"]) == []


def test_the_check_reads_the_settings(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"auth.Group": {"title": "name"}}}
    [said] = run_checks(tags=["django_tryon"])
    assert said.id == "django_tryon_oscar.W002"
    assert f"'{OURS}.ProductAdapter'" in str(said.hint)


def test_behind_oscar_its_pages_are_found_first() -> None:
    [said] = look(["oscar", OURS, "oscar.apps.catalogue"], ALLOWED)
    assert said.id == "django_tryon_oscar.W001"
    assert "front of INSTALLED_APPS" in str(said.hint)
    assert look([OURS, "oscar"], {label.lower(): how for label, how in ALLOWED.items()}) == []


def test_without_oscar_there_is_nothing_to_do() -> None:
    [said] = look([OURS], ALLOWED)
    assert said.id == "django_tryon_oscar.E001"
    assert "pip install 'django-tryon[oscar]'" in str(said.hint)
