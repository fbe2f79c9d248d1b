"""What the page of one result shows: the picture large, what went in beside it, the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon import products
from django_tryon.admin.access import note_look, of_house_models, shows_shopper
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.figures import input_figures, result_figure
from django_tryon.admin.job_page import Button
from django_tryon.admin.shop_products import product_of, shop_url
from django_tryon.models import TryOnResult

Review = TryOnResult.Review


def pending(result: TryOnResult) -> Any:
    """Return the other results on house models that wait for a review, the oldest first."""
    waiting = TryOnResult.objects.filter(of_house_models(), review=Review.PENDING)
    return waiting.exclude(pk=result.pk).select_related("job").order_by("created_at", "pk")


def after(result: TryOnResult) -> TryOnResult | None:
    """Return the result to review after this one; round to the first at the end."""
    waiting = pending(result)
    later = Q(created_at__gt=result.created_at) | Q(created_at=result.created_at, pk__gt=result.pk)
    found: TryOnResult | None = waiting.filter(later).first() or waiting.first()
    return found


def result_context(request: HttpRequest, page: TryOnModelAdmin[TryOnResult], result: Any) -> Any:
    """Return figures and buttons of a result, and note who looked at a shopper."""
    site = page.admin_site.name
    if shows_shopper(result):
        note_look(request, result)
    onward = after(result)
    return {
        "result_figure": result_figure(request, result, site),
        "figures": input_figures(request, result.job, site),
        "result_buttons": _buttons(request, page, result),
        "onward": onward,
        "onward_url": page.link(onward) if onward is not None else "",
        "waiting_count": pending(result).count(),
        "shop_pages": shop_pages(result) if result.published_at else [],
    }


def shop_pages(result: TryOnResult) -> list[tuple[str, str]]:
    """Return title and address of the product pages that show this result."""
    found = filter(None, map(product_of, result.job.garments.all()))
    return [(products.title_of(product), url) for product in found if (url := shop_url(product))]


def told_published(results: Sequence[TryOnResult]) -> str:
    """Say what is published; of one result with links to the pages that show it."""
    if len(results) > 1:
        said = ngettext("%(count)d published.", "%(count)d published.", len(results))
        return said % {"count": len(results)}
    pages = shop_pages(results[0])
    if not pages:
        name = {"name": results[0]}
        return _("“%(name)s” is published: it is on the product's page now.") % name
    links = format_html_join(", ", '<a href="{1}">{0}</a>', pages)
    return format_html(
        _("“{name}” is published. See it on the page of {product}."), name=results[0], product=links
    )


def _buttons(
    request: HttpRequest, page: TryOnModelAdmin[TryOnResult], result: TryOnResult
) -> list[Button]:
    published = result.published_at is not None
    wanted = [
        (
            "publish_results",
            _("Publish"),
            "default",
            "p",
            not published and not shows_shopper(result),
        ),
        (
            "approve_results",
            _("Approve"),
            "",
            "a",
            not published and result.review != Review.APPROVED,
        ),
        (
            "reject_results",
            _("Reject"),
            "",
            "r",
            not published and result.review != Review.REJECTED,
        ),
        ("unpublish_results", _("Unpublish"), "", "u", published),
    ]
    offered = page.get_actions(request)
    return [
        Button(label, page.do_link(result, action), style, key, goes_on=key in {"a", "r"})
        for action, label, style, key, fits in wanted
        if fits and action in offered
    ]
