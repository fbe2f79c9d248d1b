"""Waiting clips: first frames to be looked at, before their clips are paid for."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from django_tryon.admin.asking import ask, has_agreed
from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import cells, measures
from django_tryon.admin.drawing.figures import Figure, input_figures, page_of, result_figure
from django_tryon.admin.drawing.pictures import result_thumbnail
from django_tryon.admin.job_page import Button, awaited
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.engines import GarmentInput, all_engines
from django_tryon.exceptions import WrongState
from django_tryon.models import WaitingClip
from django_tryon.services import approve_frame, reject_frame
from django_tryon.services.approve_frame import check_frame
from django_tryon.services.driving.pace import minutes_of, typical_seconds

APPROVED = told(
    _("The clip of %(name)s is launched."),
    ngettext_lazy("%(count)d clip is launched.", "%(count)d clips are launched.", "count"),
)
REJECTED = told(
    _("%(name)s: no clip is made of this frame."),
    ngettext_lazy(
        "%(count)d frame is rejected: no clip is made of it.",
        "%(count)d frames are rejected: no clips are made of them.",
        "count",
    ),
)


class WaitingClipAdmin(TryOnModelAdmin[WaitingClip]):
    """First frames by their pictures, with what a yes costs. Nothing here is typed in."""

    list_display = ["picture", "__str__", "standing", "price_and_time", "created"]
    list_display_links = ["picture", "__str__"]
    list_filter = ["state", "created_at"]
    list_select_related = ["frame", "frame__person", "person", "clip"]
    actions = ["approve_frames", "reject_frames"]
    buttons = ("approve_frames", "reject_frames")
    list_per_page = 50
    change_form_template = "admin/django_tryon/waitingclip/change_form.html"
    readonly_fields = [
        "standing",
        "engine_title",
        "prompt",
        "price_and_time",
        "requested_by",
        "decided_by",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WaitingClip]:
        """Return those of house models, with their frames."""
        own = super().get_queryset(request).filter(shopper=None, person__is_house_model=True)
        return own.prefetch_related("frame__results", "frame__garments")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let the page of a batch lead to its own."""
        return lookup == "frame__batch" or super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return every field that is shown; none can be edited."""
        return self.readonly_fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may launch see what waits."""
        return super().has_view_permission(request, obj) or has_launch_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Send everybody to the launch page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody type into what was ordered."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let it go along with what it is about; on its own pages, leave that to the purge."""
        asked_at = request.resolver_match
        own_pages = f"{self.opts.app_label}_{self.opts.model_name}_"
        return bool(obj and asked_at and not str(asked_at.url_name).startswith(own_pages))

    def has_launch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may spend money on try-ons."""
        return has_launch_permission(request)

    @admin.action(description=_("Approve, and make the clip"), permissions=["launch"])
    def approve_frames(
        self, request: HttpRequest, queryset: models.QuerySet[WaitingClip]
    ) -> HttpResponseBase | None:
        """Launch the clips of these frames; of several, after a question that names the sum."""
        if self.is_too_much(request, queryset):
            return None
        chosen = list(queryset)
        if len(chosen) > 1 and not has_agreed(request):
            cost = sum((each.estimated_cost for each in chosen), Decimal(0))
            question = ngettext(
                "%(count)d clip costs about %(cost)s. Have you looked at its first frame?",
                "%(count)d clips cost about %(cost)s. Have you looked at their first frames?",
                len(chosen),
            ) % {"count": len(chosen), "cost": measures.dollars(cost)}
            title = translated("Make clips")
            return ask(request, self, title=title, question=question, agree=title)
        history = translated("Approved: the clip is made.")
        do = partial(self._approve, request)
        self.perform(request, chosen, do, told=APPROVED, history=history)
        return None

    @admin.action(description=_("Reject: make no clip"), permissions=["launch"])
    def reject_frames(self, request: HttpRequest, queryset: models.QuerySet[WaitingClip]) -> None:
        """Say that no clips are to be made of these frames."""
        do = partial(reject_frame, by=request.user)
        history = translated("Rejected: no clip is made.")
        self.perform_if_few(request, queryset, do, told=REJECTED, history=history)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the frame beside the clip and the garments, and what can be done."""
        waiting: WaitingClip = context["original"]
        site, frame = self.admin_site.name, waiting.frame
        person, *worn = input_figures(request, frame, site)
        results = [result_figure(request, result, site) for result in frame.results.all()]
        if not results:
            instead = Figure(translated("First frame"), instead=awaited(frame))
            results = [instead]
        if waiting.clip is not None:
            results += [result_figure(request, each, site) for each in waiting.clip.results.all()]
        context |= {"figures": [person, *results], "small_figures": worn}
        context |= self._deeds(waiting, context)
        return super().render_change_form(request, context, *args, **kwargs)

    def _approve(self, request: HttpRequest, waiting: WaitingClip) -> None:
        """Launch a clip, with the prompt that was typed in on its frame's page, if any was."""
        typed = " ".join(request.POST.get("prompt", "").split())
        is_new = typed and typed != self.prompt(waiting)
        approve_frame(waiting, by=request.user, params={"prompt": typed} if is_new else None)

    def _deeds(self, waiting: WaitingClip, context: dict[str, Any]) -> dict[str, Any]:
        """Return what can be done of what this person may do."""
        if waiting.state != WaitingClip.State.WAITING or not context["buttons"]:
            return {}
        reject = self.do_link(waiting, "reject_frames")
        deeds: dict[str, Any] = {"no": [Button(translated("Reject: make no clip"), reject)]}
        if not why_not(waiting):
            said = translated("Make the clip: %(price)s") % {"price": self.price_and_time(waiting)}
            deeds["yes"] = Button(said, self.do_link(waiting, "approve_frames"))
            deeds["prompt"] = self.prompt(waiting)
            deeds["prompt_is_asked"] = "prompt" in waiting.params
        return deeds

    @admin.display(description=_("first frame"))
    def picture(self, waiting: WaitingClip) -> SafeString | str:
        """Return the dressed frame."""
        results = list(waiting.frame.results.all())
        return result_thumbnail(results[0], hidden=False) if results else measures.NOTHING

    @admin.display(description=_("state"))
    def standing(self, waiting: WaitingClip) -> SafeString | str:
        """Return how it stands, and why it cannot be approved."""
        if waiting.clip is not None:
            url = page_of(waiting.clip, self.admin_site.name)
            return format_html('<a href="{}">{}</a>', url, waiting.clip.get_status_display())
        said = waiting.get_state_display()
        if waiting.state != WaitingClip.State.WAITING:
            return said
        until = translated("until %(time)s") % {"time": measures.moment(waiting.lapses_at)}
        return cells.two_lines(said, why_not(waiting) or until)

    @admin.display(description=_("price and time of the clip"))
    def price_and_time(self, waiting: WaitingClip) -> str:
        """Return about what the clip costs, and how long it takes."""
        return translated("about %(amount)s, %(count)d min") % {
            "amount": measures.dollars(waiting.estimated_cost),
            "count": minutes_of(typical_seconds(waiting.engine)),
        }

    @admin.display(description=_("engine"))
    def engine_title(self, waiting: WaitingClip) -> str:
        """Return the engine that makes the clip."""
        return cells.engine_title(waiting.engine)

    @admin.display(description=_("prompt"))
    def prompt(self, waiting: WaitingClip) -> str:
        """Return what the engine is told."""
        garments = waiting.frame.garments.all()
        words = [GarmentInput(each.category, each.words).words for each in garments]  # type: ignore[arg-type]
        engine = all_engines().get(waiting.engine)
        usual = engine.prompt_for(words) if engine else ""
        return waiting.params.get("prompt") or usual or measures.NOTHING

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, waiting: WaitingClip) -> SafeString:
        """Return when, and by whom."""
        return cells.two_lines(measures.moment(waiting.created_at), waiting.requested_by or "")


def why_not(waiting: WaitingClip) -> str:
    """Say why a frame cannot be approved now; empty if it can."""
    try:
        check_frame(waiting)
    except WrongState as error:
        return error.message
    return ""
