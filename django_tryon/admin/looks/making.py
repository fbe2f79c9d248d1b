"""The way from garments, products and results to a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from django_tryon.models import Garment, Look

MOST = 100
"""How many garments the address of the page names."""


def may_build(request: HttpRequest, site: admin.AdminSite) -> bool:
    """Tell whether this person may make looks, and this site has them."""
    page = site._registry.get(Look)
    return page is not None and page.has_add_permission(request)


def look_url(
    site: admin.AdminSite, garments: Iterable[Garment], besides: Sequence[Garment] = ()
) -> str:
    """Return the address at which a look is made, with these garments picked already.

    ``besides`` stand next to them, to be picked.
    """
    url = reverse("admin:django_tryon_look_add", current_app=site.name)
    keys = {"garments": list(garments)[:MOST], "besides": list(besides)[:MOST]}
    given = {name: ",".join(str(each.pk) for each in some) for name, some in keys.items() if some}
    return f"{url}?{urlencode(given)}" if given else url


def one_of_each(garments: Iterable[Garment]) -> tuple[list[Garment], list[Garment]]:
    """Return the first garment of each product, and then the others."""
    first: dict[tuple[int, str], Garment] = {}
    others = []
    for garment in garments:
        key = (garment.content_type_id, garment.product_id)
        if first.setdefault(key, garment) is not garment:
            others.append(garment)
    return list(first.values()), others
