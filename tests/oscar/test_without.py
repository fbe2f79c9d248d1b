"""The app for oscar where oscar is not: its check says so, and asks nothing of oscar's models."""

from __future__ import annotations

from django_tryon.contrib.oscar.checks import check_all


def test_without_oscars_orders_no_status_is_asked_for() -> None:
    assert not [found for found in check_all() if found.id == "django_tryon_oscar.W003"]
