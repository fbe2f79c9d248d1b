"""The way to the launch page, and who may go there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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


def launch_link(site: admin.AdminSite, *, garments: Sequence[str] = (), together: str = "") -> str:
    """Return the address of the launch page, with these garments chosen.

    With a name they are chosen as one outfit, and the batch is called so.
    """
    given = {"garments": ",".join(garments)} if garments else {}
    if together:
        given |= {"together": "1", "name": together}
    return f"{launch_url(site)}?{urlencode(given)}" if given else launch_url(site)


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """Return what the address of the launch page says of the wish, for its form to begin with."""
    if request.GET.get("together") != "1":
        return {}
    return {"together": True, "name": request.GET.get("name", "")[:200]}
