"""System checks: whether oscar's pages let the app in, and whether its statuses are oscar's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning

from django_tryon.conf import conf

OURS, OSCARS = "django_tryon.contrib.oscar", "oscar"


def check_all(**kwargs: Any) -> list[CheckMessage]:
    """Look at the apps that are installed, at ``TRYON["PRODUCTS"]`` and ``["OSCAR_RETURNED"]``."""
    found = look([config.name for config in apps.get_app_configs()], conf.PRODUCTS)
    if apps.is_installed(OSCARS) and "order" in apps.app_configs:
        models = (apps.get_model("order", name) for name in ("Order", "Line"))
        known = {status for model in models for status in model.all_statuses()}
        found += look_at_statuses(conf.OSCAR_RETURNED, known)
    return found


def look(installed: list[str], allowed: Any) -> list[CheckMessage]:
    """Say what keeps oscar's pages from showing the button.

    ``installed`` are the names of the apps in their order, ``allowed`` is ``TRYON["PRODUCTS"]``.
    """
    if OSCARS not in installed:
        return [
            Error(
                f"“{OURS}” is in INSTALLED_APPS, but “{OSCARS}” is not.",
                hint="Install it by `pip install 'django-tryon[oscar]'`, and add oscar's apps to "
                "INSTALLED_APPS as its documentation says.",
                id="django_tryon_oscar.E001",
            )
        ]
    found: list[CheckMessage] = []
    if installed.index(OURS) > installed.index(OSCARS):
        found.append(
            Warning(
                f"“{OURS}” stands after “{OSCARS}” in INSTALLED_APPS, so oscar's own pages are "
                "found first and show no try-on.",
                hint=f"Move “{OURS}” to the front of INSTALLED_APPS.",
                id="django_tryon_oscar.W001",
            )
        )
    if "catalogue.product" not in {str(label).lower() for label in allowed}:
        found.append(
            Warning(
                "TRYON['PRODUCTS'] does not name “catalogue.Product”, so nothing of oscar's "
                "catalogue can be tried on.",
                hint="TRYON = {'PRODUCTS': {'catalogue.Product': "
                f"'{OURS}.ProductAdapter'}}, …}}.",
                id="django_tryon_oscar.W002",
            )
        )
    return found


def look_at_statuses(named: Sequence[str], known: set[str]) -> list[CheckMessage]:
    """Say which statuses of ``TRYON["OSCAR_RETURNED"]`` no order and no line can have.

    ``known`` are those that there are.
    """
    return [
        Warning(
            f"TRYON['OSCAR_RETURNED'] names the status {status!r}, which neither "
            "OSCAR_ORDER_STATUS_PIPELINE nor OSCAR_LINE_STATUS_PIPELINE has, so no order gets it.",
            hint="The statuses that there are: " + (", ".join(sorted(known)) or "none") + ".",
            id="django_tryon_oscar.W003",
        )
        for status in ([] if isinstance(named, str) else named)  # of a text another check tells
        if status not in known
    ]
