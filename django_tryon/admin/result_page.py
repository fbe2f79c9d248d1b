"""What the page of one result shows: the picture large, what went in beside it, the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from django_tryon import products
from django_tryon.admin.access import note_look_at, shows_shopper
from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing.figures import input_figures, result_figure
from django_tryon.admin.job_page import Button
from django_tryon.admin.looks.of_result import looks_context
from django_tryon.admin.publishing.page import appointment_words
from django_tryon.admin.shop_products import shop_url
from django_tryon.models import TryOnResult

Review = TryOnResult.Review


APPROVED = told(
    gettext_lazy("%(name)s is approved."),
    ngettext_lazy("%(count)d approved.", "%(count)d approved.", "count"),
)
REJECTED = told(
    gettext_lazy("%(name)s is rejected."),
    ngettext_lazy("%(count)d rejected.", "%(count)d rejected.", "count"),
)
REOPENED = told(
    gettext_lazy("%(name)s waits again."),
    ngettext_lazy("%(count)d waits again.", "%(count)d wait again.", "count"),
)
UNPUBLISHED = told(
    gettext_lazy("%(name)s is no longer on the product's page."),
    ngettext_lazy("%(count)d unpublished.", "%(count)d unpublished.", "count"),
)


def result_context(request: HttpRequest, page: TryOnModelAdmin[TryOnResult], result: Any) -> Any:
    """Return figures and buttons of a result, and note who looked at a shopper."""
    site = page.admin_site.name
    note_look_at(request, result)
    there = getattr(result, "appointment", None)
    no_page = "" if result.published_at else why_no_page(result)
    return {
        "appointment": there,
        "appointment_words": appointment_words(there),
        "advice": result.advice,
        "is_doubtful": result.is_doubtful,
        "result_figure": result_figure(request, result, site),
        "figures": input_figures(request, result.job, site),
        "result_buttons": _buttons(request, page, result, no_page),
        "no_page": no_page,
        "board_url": board_link(request, page, result),
        "looks": looks_context(request, page.admin_site, result),
        "shop_pages": shop_pages(result) if result.published_at else [],
    }


def board_link(request: HttpRequest, page: Any, result: TryOnResult) -> str:
    """Return the review board's address, opened at a result; empty for those who may not go."""
    if not (page.has_review_permission(request) or page.has_publish_permission(request)):
        return ""
    board = reverse("admin:django_tryon_tryonresult_review", current_app=page.admin_site.name)
    return f"{board}?{urlencode({'result': str(result.pk)})}"


def why_no_page(result: TryOnResult) -> str:
    """Say why no product's page could show this result; empty if one could."""
    garments = list(result.job.garments.all())
    if not garments:
        return _("Its garment was deleted, so there is no page to publish it on.")
    if all(products.product_of(garment) is None for garment in garments):
        return _("Its product was deleted, so there is no page to publish it on.")
    return ""


def shop_pages(result: TryOnResult) -> list[tuple[str, str]]:
    """Return title and address of the product pages that show this result."""
    found = filter(None, map(products.product_of, result.job.garments.all()))
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
    request: HttpRequest, page: TryOnModelAdmin[TryOnResult], result: TryOnResult, no_page: str
) -> list[Button]:
    published = result.published_at is not None
    may_be_shown = result.offered_at is not None or not shows_shopper(result)
    may_be_shown = may_be_shown and not no_page
    decided = result.review != Review.PENDING
    wanted = [
        ("publish_results", _("Publish"), "default", not published and may_be_shown),
        ("publish_with_options", _("Publish with options…"), "", may_be_shown),
        ("cancel_appointments", _("Cancel what is scheduled"), "", hasattr(result, "appointment")),
        ("approve_results", _("Approve"), "", not published and result.review != Review.APPROVED),
        ("reject_results", _("Reject"), "", not published and result.review != Review.REJECTED),
        ("reopen_results", _("Back to review"), "", not published and decided),
        ("unpublish_results", _("Unpublish"), "", published),
    ]
    offered = page.get_actions(request)
    return [
        Button(label, page.do_link(result, action), style)
        for action, label, style, fits in wanted
        if fits and action in offered
    ]
