"""The way to the launch page, and who may go there."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from django_tryon.models import TryOnJob

MOST = 100
"""How many products or garments are shown to choose from; more would not fit into an address."""
MOST_AT_ALL = 20_000
"""How many products or garments can be chosen at once, to be launched all of them."""


def has_launch_permission(request: HttpRequest) -> bool:
    """Tell whether this person may spend money on try-ons; nobody may unless told so."""
    return request.user.has_perm("django_tryon.launch_tryonjob")


def launch_url(site: admin.AdminSite, products: type[models.Model] | None = None) -> str:
    """Return the address of the launch page, or of its twin for products of this model."""
    meta = products._meta if products else TryOnJob._meta
    tail = "tryon_launch" if products else "launch"
    name = f"admin:{meta.app_label}_{meta.model_name}_{tail}"
    return reverse(name, current_app=site.name)


def launch_link(site: admin.AdminSite, *, garments: Sequence[str] = ()) -> str:
    """Return the address of the launch page, with these garments chosen."""
    url = launch_url(site)
    return f"{url}?{urlencode({'garments': ','.join(garments)})}" if garments else url
