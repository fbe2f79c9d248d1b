"""What the page of a look shows above its form: pictures, where it is seen, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.drawing.figures import Figure, garment_figure, result_figure
from django_tryon.admin.drawing.labels import label
from django_tryon.admin.drawing.pictures import garment_thumbnail, placeholder, result_thumbnail
from django_tryon.admin.job_page import Button
from django_tryon.admin.launch.links import has_launch_permission, launch_link
from django_tryon.admin.shop_products import shop_url, with_products
from django_tryon.models import Look, TryOnResult
from django_tryon.services.looks.troubles import gone, troubles
from django_tryon.services.looks.use_picture import pictures_of

SHOWN = 12
"""How many of the pictures that were made of a look are there to choose from."""


@dataclass(frozen=True)
class Choice:
    """A picture that can be the look's."""

    figure: Figure
    key: str
    approves: bool
    """Whether choosing it approves it, too."""
    may_choose: bool


def look_context(request: HttpRequest, page: TryOnModelAdmin[Look], look: Look) -> dict[str, Any]:
    """Return figures, pictures to choose from, where it is seen, and buttons."""
    with_products(look.garments)
    found = troubles(look)
    may_choose = page.has_change_permission(request, look) and look.published_at is None
    site = page.admin_site
    launches = has_launch_permission(request) and not gone(look)
    return {
        "look_figure": _picture(request, page, look),
        "figures": [garment_figure(garment, site.name) for garment in look.garments],
        "troubles": found,
        "pages": pages_of(look),
        "label": state_label(look, found),
        "look_buttons": _buttons(request, page, look),
        "choices": _choices(request, page, look, may_choose=may_choose),
        "choose_url": reverse(
            "admin:django_tryon_look_picture", args=[look.pk], current_app=site.name
        ),
        "launch_url": launch_link(
            site, garments=[str(one.pk) for one in look.garments], together=look.name
        )
        if launches
        else "",
    }


def pages_of(look: Look) -> list[tuple[str, str]]:
    """Return title and address of each product's page; the address may be empty."""
    found = {products.product_of(garment): None for garment in look.garments}
    return [(products.title_of(one), shop_url(one)) for one in found if one is not None]


def state_label(look: Look, found: list[str]) -> SafeString:
    """Return how it stands, in coloured words."""
    words = []
    if look.published_at is not None:
        words.append((label(_("Published"), "good" if look.shown_picture else "odd"),))
    if look.is_offered:
        words.append((label(_("Offered"), "odd" if found else "good"),))
    if not words:
        words.append((label(_("Draft"), "quiet"),))
    return format_html_join(" ", "{}", words)


def look_thumbnail(look: Look) -> SafeString:
    """Return the small picture of a look, or a word in its place."""
    if look.picture is not None and look.picture.is_on_house_model:
        return result_thumbnail(look.picture, hidden=False)
    return placeholder(_("No picture"))


def garment_thumbnails(look: Look) -> SafeString:
    """Return the small pictures of its garments."""
    return format_html_join("", "{}", ((garment_thumbnail(one),) for one in look.garments))


def _picture(request: HttpRequest, page: TryOnModelAdmin[Look], look: Look) -> Figure:
    if look.picture is None:
        return Figure(_("Its picture"), instead=_("No picture yet"))
    shown = result_figure(request, look.picture, page.admin_site.name)
    return Figure(look.name, alt=shown.alt, url=shown.url, instead=shown.instead, href=shown.href)


def _choices(
    request: HttpRequest, page: TryOnModelAdmin[Look], look: Look, *, may_choose: bool
) -> list[Choice]:
    """Return the other pictures that were made of exactly this; nothing while none is wanted."""
    if not may_choose or gone(look):
        return []
    pending = TryOnResult.Review.PENDING
    return [
        Choice(
            result_figure(request, result, page.admin_site.name),
            str(result.pk),
            approves=result.review == pending,
            may_choose=result.review != pending or may_review(request),
        )
        for result in pictures_of(look)[: SHOWN + 1]
        if result.pk != look.picture_id
    ][:SHOWN]


def may_review(request: HttpRequest) -> bool:
    """Tell whether this person may approve results."""
    return request.user.has_perm("django_tryon.review_tryonresult")


def _buttons(request: HttpRequest, page: TryOnModelAdmin[Look], look: Look) -> list[Button]:
    whole = not gone(look)
    is_seen = look.shown_picture is not None
    can_be = whole and look.picture is not None
    wanted = [
        ("publish_looks", _("Publish"), "default", can_be and not is_seen),
        ("withdraw_looks", _("Unpublish"), "", look.published_at is not None),
        ("offer_looks", _("Offer in the button"), "", whole and not look.is_offered),
        ("keep_looks", _("Offer no longer"), "", look.is_offered),
    ]
    offered = page.get_actions(request)
    return [
        Button(words, page.do_link(look, action), style)
        for action, words, style, fits in wanted
        if fits and action in offered
    ]
