"""The page on which staff choose how to publish, and what a result's page says of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon import products
from django_tryon.admin.asking import SHOWN, has_agreed
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.drawing import measures
from django_tryon.admin.drawing.pictures import result_thumbnail
from django_tryon.admin.looking import one_by_one
from django_tryon.admin.publishing.form import PublishForm
from django_tryon.models import Appointment, TryOnResult
from django_tryon.services import publish

PREFIX = "publish"


def publish_as_chosen(
    request: HttpRequest,
    page: TryOnModelAdmin[TryOnResult],
    results: Sequence[TryOnResult],
    told_published: Callable[[Sequence[TryOnResult]], Any],
) -> TemplateResponse | list[TryOnResult]:
    """Return the page that asks how to publish, until that was answered; then do so.

    Then it returns the results with which it went well.
    """
    if not results:
        return []
    data = request.POST if has_agreed(request) else None
    form = PublishForm(data, results=results, prefix=PREFIX)
    if not form.is_valid():
        return _ask(request, page, results, form)
    options = form.options()
    is_later = options["at"] is not None
    went_well: list[TryOnResult] = []

    def do(result: TryOnResult) -> None:
        publish(result, by=request.user, seen=request.POST.get("seen"), **options)
        went_well.append(result)

    page.perform(
        request,
        results,
        one_by_one(do, len(results)),
        told=partial(_told_later, options["at"]) if is_later else told_published,
        history=_("Appointed to be published.") if is_later else _("Published."),
    )
    return went_well


def _told_later(at: Any, results: Sequence[TryOnResult]) -> str:
    if len(results) == 1:
        said = _("“%(name)s” will be published (%(time)s).")
    else:
        said = ngettext(
            "%(count)d will be published (%(time)s).",
            "%(count)d will be published (%(time)s).",
            len(results),
        )
    names = {"name": results[0], "count": len(results), "time": measures.moment(at)}
    return str(said % names)


def _ask(
    request: HttpRequest,
    page: TryOnModelAdmin[TryOnResult],
    results: Sequence[TryOnResult],
    form: PublishForm,
) -> TemplateResponse:
    given = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "agreed"} and not name.startswith(f"{PREFIX}-")
        for value in values
    ]
    context = page.admin_site.each_context(request) | {
        "title": _("Publish"),
        "opts": page.opts,
        "form": form,
        "given": given,
        "results": [
            (str(result.job), result_thumbnail(result, hidden=not _is_house(result)))
            for result in results[:SHOWN]
        ],
        "more": max(0, len(results) - SHOWN),
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/django_tryon/publish.html", context)


def _is_house(result: TryOnResult) -> bool:
    person = result.job.person
    return person is not None and person.is_house_model


def appointment_words(there: Appointment | None) -> str:
    """Say what is to happen to a result by itself; empty for nothing."""
    if there is None:
        return ""
    if there.publish_at is None:
        said = _("It is unpublished by itself (%(until)s).")
    elif there.unpublish_at is None:
        said = _("It is published by itself (%(at)s).")
    else:
        said = _("It is published by itself (%(at)s), and unpublished (%(until)s).")
    if there.is_given_up:
        said = _("It was to be published by itself (%(at)s), and that failed.")
        if there.publish_at is None:
            said = _("It was to be unpublished by itself (%(until)s), and that failed.")
    elif there.why:
        said = _("It is tried again (%(due)s).")
    moments = {"at": there.publish_at, "until": there.unpublish_at, "due": there.due_at}
    return str(said % {name: measures.moment(at) for name, at in moments.items()})


def places_words(result: TryOnResult) -> str:
    """Say where a published result stands."""
    if result.published_at is None:
        return measures.NOTHING
    said = [_("the gallery on the product's page")] if result.in_gallery else []
    for placement in result.placements.all():
        product = placement.product
        name = str(placement) if product is None else products.title_of(product)
        pictures = _("the shop's own pictures of “%(product)s”") % {"product": name}
        said.append(f"{pictures} (“{placement.alt}”)")
    return " · ".join(said) or measures.NOTHING
