"""The way to the launch page, and who may go there."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

MOST = 100
"""How many garments or products one launch page takes; more would not fit into an address."""


def has_launch_permission(request: HttpRequest) -> bool:
    """Tell whether this person may spend money on try-ons; nobody may unless told so."""
    return request.user.has_perm("django_tryon.launch_tryonjob")


def launch_link(site: admin.AdminSite, *, garments: Sequence[str] = ()) -> str:
    """Return the address of the launch page, with these garments chosen."""
    url = reverse("admin:django_tryon_tryonjob_launch", current_app=site.name)
    return f"{url}?{urlencode({'garments': ','.join(garments)})}" if garments else url
