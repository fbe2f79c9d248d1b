"""What the page of a product shows of its try-ons: what is published, what is new, where to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from django_tryon import products
from django_tryon.admin.access import of_house_models
from django_tryon.admin.drawing.figures import Figure, result_figure
from django_tryon.admin.drawing.labels import review_label
from django_tryon.admin.shop_products import shop_url
from django_tryon.models import Garment, TryOnJob, TryOnResult

RECENT = 12
"""How many results the page shows of each kind."""
Shown = list[tuple[Figure, SafeString]]


@dataclass(frozen=True)
class Overview:
    """The try-ons of one product, as far as this member of staff may see them."""

    on_site: str
    """Its page in the shop; empty where it has none."""
    published: Shown
    newest: Shown
    """Those that are not published, the newest first."""
    published_count: int = 0
    waiting_count: int = 0
    board_url: str = ""
    """The review board with this product's alone; empty for those who decide nothing."""


def overview(request: HttpRequest, site: admin.AdminSite, product: models.Model) -> Overview:
    """Return what is shown of a product's results; three queries, however many there are.

    Nothing of them for those who may not see results, and where this site does not show them.
    """
    page: Any = site._registry.get(TryOnResult)
    on_site = shop_url(product)
    if page is None or not page.has_view_permission(request):
        return Overview(on_site, [], [])
    jobs = TryOnJob.objects.filter(garments__in=Garment.objects.for_product(product).values("pk"))
    results = (
        page.get_queryset(request)
        .filter(of_house_models(), job__in=jobs.values("pk"))
        .select_related("job__person", "appointment")
    )
    is_published = Q(published_at__isnull=False)
    waits = Q(review=TryOnResult.Review.PENDING, published_at__isnull=True)
    counted = results.order_by().aggregate(
        published=Count("pk", filter=is_published), waiting=Count("pk", filter=waits)
    )
    return Overview(
        on_site,
        _shown(request, site, results.filter(is_published).order_by("-published_at")),
        _shown(request, site, results.exclude(is_published).order_by("-created_at")),
        counted["published"],
        counted["waiting"],
        _board_url(request, page, product),
    )


def _shown(request: HttpRequest, site: admin.AdminSite, results: Any) -> Shown:
    return [
        (result_figure(request, result, site.name), review_label(result))
        for result in results[:RECENT]
    ]


def _board_url(request: HttpRequest, page: Any, product: models.Model) -> str:
    if not (page.has_review_permission(request) or page.has_publish_permission(request)):
        return ""
    board = reverse("admin:django_tryon_tryonresult_review", current_app=page.admin_site.name)
    return f"{board}?{urlencode({'product': products.reference_to(product)})}"
