"""What the page of a result says of looks: whose picture it is, or could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from django_tryon.admin.looks.making import look_url, may_build
from django_tryon.exceptions import WrongState
from django_tryon.models import Look, TryOnResult
from django_tryon.services.looks.use_picture import check_picture, looks_of


@dataclass(frozen=True)
class OfLook:
    """A look that is made of what a result shows."""

    name: str
    url: str
    """Its page in the admin."""
    is_picture: bool
    """Whether this result is its picture."""
    use_url: str
    """Where to make it so; empty where that cannot be, or not by this person."""


def looks_context(
    request: HttpRequest, site: admin.AdminSite, result: TryOnResult
) -> dict[str, Any]:
    """Return the looks of what a result shows, and where another one is made of it."""
    page: Any = site._registry.get(Look)
    worn = list(result.job.garments.all())
    if page is None or len(worn) < 2 or not page.has_view_permission(request):
        return {}
    found = [_of(request, page, look, result) for look in looks_of(result)]
    makes = not found and may_build(request, site)
    return {"found": found, "make_url": look_url(site, worn) if makes else ""}


def _of(request: HttpRequest, page: Any, look: Look, result: TryOnResult) -> OfLook:
    is_picture = look.picture_id == result.pk
    may = look.published_at is None and page.has_change_permission(request, look)
    use = ""
    if may and not is_picture and _fits(look, result):
        use = reverse(
            "admin:django_tryon_look_picture", args=[look.pk], current_app=page.admin_site.name
        )
    return OfLook(look.name, page.link(look), is_picture, use)


def _fits(look: Look, result: TryOnResult) -> bool:
    try:
        check_picture(look, result)
    except WrongState:
        return False
    return True
