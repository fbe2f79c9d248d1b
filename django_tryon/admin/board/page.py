"""The board's page: what is before one, what went into it, what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon import products
from django_tryon.admin.access import note_look_at, shows_shopper
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.board.deeds import act, is_mine, may_do, picture_of
from django_tryon.admin.board.queue import MOST_UNDONE, TITLES, Queue, key_of
from django_tryon.admin.drawing import cells, labels, measures
from django_tryon.admin.drawing.figures import Figure, input_figures, result_figure
from django_tryon.admin.drawing.pictures import result_thumbnail
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.admin.looking import flag_words
from django_tryon.engines import all_engines
from django_tryon.models import TryOnResult
from django_tryon.services.hold import hold, is_held
from django_tryon.services.outfits.order import estimate
from django_tryon.services.review import decided


@dataclass(frozen=True)
class Tab:
    """The way to one queue."""

    title: str
    count: str
    url: str
    is_open: bool


@dataclass(frozen=True)
class Next:
    """One of those that come next."""

    key: str
    title: str
    made_by: str
    picture: SafeString
    url: str
    held: str
    """Who has it before them, if anybody else does."""
    flag: str
    """That the checks saw something, if they did."""
    cost: Decimal
    """What another seed costs, US$; 0 where it cannot have one."""


def board(request: HttpRequest, page: Any) -> HttpResponseBase:
    """Show the board, or do what was asked for and go on to what comes next."""
    if not (page.has_review_permission(request) or page.has_publish_permission(request)):
        raise PermissionDenied
    queue = Queue.of(request)
    if request.method != "POST":
        return _show(request, page, queue)
    current, before = request.POST.get("current", ""), _done(request)
    if request.POST.get("do") == "stay":  # Enter in a field, without a script
        return HttpResponseRedirect(queue.link(result=current, done=before))
    what, done = act(request, page, queue)
    keys = [str(result.pk) for result in done]
    if what == "undo":
        where = {"result": keys[0]} if keys else {"after": current}
        return HttpResponseRedirect(queue.link(**where))
    # Where nothing was decided, what was decided before that is still the last.
    return HttpResponseRedirect(queue.link(after=current, done=keys[:MOST_UNDONE] or before))


def _show(
    request: HttpRequest, page: TryOnModelAdmin[TryOnResult], queue: Queue
) -> TemplateResponse:
    ahead = queue.ahead(key_of(request.GET.get("after", "")))
    named = key_of(request.GET.get("result", ""))
    if named:
        current = queue.seen().filter(pk=named).first()
        ahead = queue.ahead(named)
    else:
        current = next((each for each in ahead if not is_held(each, me=request.user)), None)
    ahead = [each for each in ahead if current is None or each.pk != current.pk]
    context = page.admin_site.each_context(request) | {
        "title": _("Review"),
        "opts": page.opts,
        "queue": queue,
        "tabs": _tabs(request, queue),
        "ahead": [_next(request, queue, each) for each in ahead],
        "ticked_words": [_about_ticked(count) for count in range(1, len(ahead) + 1)],
        "undone": _undone(request, queue),
        "is_gone": named is not None and current is None,
        "may_launch": has_launch_permission(request),
        **(_current(request, page, queue, current) if current is not None else {}),
    }
    return TemplateResponse(request, "admin/django_tryon/board.html", context)


def _about_ticked(count: int) -> str:
    """Say on how many the buttons act: the page's script shows the one of all that are ticked."""
    said = ngettext(
        "The buttons act on the %(count)d that is ticked.",
        "The buttons act on the %(count)d that are ticked.",
        count,
    )
    return said % {"count": count}


def _tabs(request: HttpRequest, queue: Queue) -> list[Tab]:
    counts = queue.counts()
    return [
        Tab(
            str(title),
            counts[name],
            replace(queue, name=name).link(),
            name == queue.name,
        )
        for name, title in TITLES.items()
        if name in counts
    ]


def _next(request: HttpRequest, queue: Queue, result: TryOnResult) -> Next:
    return Next(
        key=str(result.pk),
        title=str(result.job),
        made_by=cells.made_by(result.job),
        picture=result_thumbnail(result, hidden=shows_shopper(result)),
        url=queue.link(result=result.pk, done=_done(request)),
        held=str(result.held_by) if is_held(result, me=request.user) else "",
        flag=flag_words(result),
        cost=_cost(result) if "redraw" in _fitting(result) else Decimal(0),
    )


def _done(request: HttpRequest) -> list[str]:
    """Return the keys of what was decided last, which the address carries on."""
    keys = [key for text in request.GET.getlist("done") if (key := key_of(text))]
    return [str(key) for key in keys[:MOST_UNDONE]]


def _undone(request: HttpRequest, queue: Queue) -> list[TryOnResult]:
    """Return what this person decided just now, and may take back."""
    keys = _done(request)
    done = queue.seen().filter(pk__in=keys) if keys else ()
    return [result for result in done if is_mine(result, request.user)]


def _current(
    request: HttpRequest, page: TryOnModelAdmin[TryOnResult], queue: Queue, result: TryOnResult
) -> dict[str, Any]:
    """Return what is shown of the result that is before one, and hold it for them."""
    note_look_at(request, result)
    site, user = page.admin_site.name, request.user
    held = str(result.held_by) if is_held(result, me=user) else ""
    onward = queue.link(after=result.pk, done=_done(request))
    waits = result.review == queue.stands and result.published_at is None
    if waits:
        hold(result, by=user)
    shown, beside = result_figure(request, result, site), input_figures(request, result.job, site)
    person = beside[0]
    may = _fitting(result) & may_do(request, page)
    nowhere = _nowhere(result) if "publish" in may else ""
    if nowhere:
        may -= {"publish"}
    return {
        "current": result,
        "seen": result.review,
        "picture": picture_of(result),
        "figure": shown,
        "before": person if _can_compare(shown, person) else None,
        "beside": beside,
        "made_by": cells.made_by(result.job),
        "label": labels.review_label(result),
        "decided": "" if waits else decided(result),
        "held": held,
        "advice": result.advice,
        "is_doubtful": result.is_doubtful,
        "may": may,
        "price": measures.dollars(_cost(result)) if "redraw" in may else "",
        "reasons": [
            (reason.value, reason.label)
            for reason in TryOnResult.Reason
            if reason != TryOnResult.Reason.SEED
        ],
        "next_url": onward,
        "page_url": page.link(result),
        "options_url": page.do_link(result, "publish_with_options"),
        "then_url": request.path + onward,
        "why_not": nowhere or getattr(getattr(result, "appointment", None), "why", ""),
    }


def _can_compare(shown: Figure, person: Figure) -> bool:
    return bool(shown.url and person.url) and not (shown.is_clip or person.is_clip)


def _fitting(result: TryOnResult) -> set[str]:
    """Return what can be done to a result as it stands."""
    if result.published_at is not None:
        return set()
    fits = {"approve", "reject"}
    if result.review != TryOnResult.Review.PENDING:
        fits -= {"approve"} if result.review == TryOnResult.Review.APPROVED else {"reject"}
    if result.offered_at is not None or not shows_shopper(result):
        fits.add("publish")
    # Where the garments were deleted, there is nothing to draw again.
    if not shows_shopper(result) and result.job.garments.all():
        engine = all_engines().get(result.job.engine)
        if engine is not None and "seed" in engine.params.model_fields and "reject" in fits:
            fits.add("redraw")
    return fits


def _nowhere(result: TryOnResult) -> str:
    """Say why there is no page on which a result could be published; empty where there is one."""
    garments = result.job.garments.all()
    if not garments:
        return _("Its garment was deleted, so there is no page to publish it on.")
    if not any(products.product_of(garment) is not None for garment in garments):
        return _("Its product was deleted, so there is no page to publish it on.")
    return ""


def _cost(result: TryOnResult) -> Decimal:
    """Return about what another seed costs, US$, of a result that can have one."""
    engine = all_engines()[result.job.engine]
    return estimate(engine, list(result.job.garments.all()))
