"""Looks: what staff put together, by pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_GET, require_POST

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.board.queue import key_of
from django_tryon.admin.drawing import cells, measures
from django_tryon.admin.filters import LookStateFilter
from django_tryon.admin.looks.drawing import (
    garment_thumbnails,
    look_context,
    look_thumbnail,
    may_review,
    pages_of,
    state_label,
)
from django_tryon.admin.looks.form import LookForm
from django_tryon.admin.looks.picks import found_by, named, newest, picks_of
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Look, TryOnResult
from django_tryon.products import read_all
from django_tryon.services import approve
from django_tryon.services.looks.build import build, check_look
from django_tryon.services.looks.offer_look import keep_look, offer_look
from django_tryon.services.looks.publish_look import publish_look, withdraw_look
from django_tryon.services.looks.troubles import troubles
from django_tryon.services.looks.use_picture import check_picture, use_picture

WITHDRAWN = told(
    _("%(name)s is on no page any more."),
    ngettext_lazy("%(count)d look unpublished.", "%(count)d looks unpublished.", "count"),
)
KEPT = told(
    _("%(name)s is no longer offered."),
    ngettext_lazy(
        "%(count)d look is no longer offered.", "%(count)d looks are no longer offered.", "count"
    ),
)


def told_published(looks: Sequence[Look]) -> str:
    """Say that looks are published; of one with links to the pages that show it."""
    if len(looks) > 1:
        said = ngettext("%(count)d look published.", "%(count)d looks published.", len(looks))
        return said % {"count": len(looks)}
    pages = [(title, url) for title, url in pages_of(looks[0]) if url]
    if not pages:
        said = translated("“%(name)s” is published: it is on its products' pages now.")
        return said % {"name": looks[0]}
    links = format_html_join(", ", '<a href="{1}">{0}</a>', pages)
    return format_html(
        translated("“{name}” is published. See it on the pages of {pages}."),
        name=looks[0],
        pages=links,
    )


def told_offered(looks: Sequence[Look]) -> str:
    """Say that looks are offered; of one, what keeps it back."""
    if len(looks) > 1:
        said = ngettext("%(count)d look is offered.", "%(count)d looks are offered.", len(looks))
        return said % {"count": len(looks)}
    found = troubles(looks[0])
    if not found:
        said = translated("“%(name)s” is offered with each of its products.")
        return said % {"name": looks[0]}
    said = translated("“%(name)s” is offered as soon as this is settled: %(why)s")
    return said % {"name": looks[0], "why": " ".join(found)}


class LookAdmin(TryOnModelAdmin[Look]):
    """Looks, by picture."""

    form = LookForm
    list_display = ["picture_cell", "title", "worn", "state", "created"]
    list_display_links = ["picture_cell", "title"]
    list_filter = [LookStateFilter, "created_at"]
    search_fields = ["name", "note", "parts__name"]
    buttons = ("publish_looks", "withdraw_looks", "offer_looks", "keep_looks")
    actions = buttons
    list_per_page = 50
    change_form_template = "admin/django_tryon/look/change_form.html"
    change_list_template = "admin/django_tryon/look/change_list.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Look]:
        """Return looks with their garments and pictures."""
        return Look.objects.whole().select_related("created_by")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Bring along the products, by one query for each model of the shop."""
        changes = super().get_changelist_instance(request)
        changes.result_list = list(changes.result_list)
        read_all(garment for look in changes.result_list for garment in look.garments)
        return changes

    def get_fields(self, request: HttpRequest, obj: Look | None = None) -> Any:
        """Leave out what is picked where it cannot be changed: it is shown above."""
        may_pick = self.has_add_permission(request)
        if obj is not None:
            may_pick = obj.published_at is None and self.has_change_permission(request, obj)
        return ["name", "note", "garments"] if may_pick else ["name", "note"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may publish see what it is about."""
        return super().has_view_permission(request, obj) or self.has_publish_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what is published: it has to be unpublished first."""
        is_seen = isinstance(obj, Look) and obj.published_at is not None
        return super().has_delete_permission(request, obj) and not is_seen

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may put pictures on the shop's pages."""
        return request.user.has_perm("django_tryon.publish_tryonresult")

    def save_model(self, request: HttpRequest, obj: Look, form: Any, change: bool) -> None:
        """Build the look of what was picked."""
        made = build(
            obj.name,
            form.cleaned_data.get("garments"),
            note=obj.note,
            look=obj if change else None,
            by=request.user,
        )
        obj.pk = made.pk
        obj._state.adding = False

    def response_post_save_add(self, request: HttpRequest, obj: Look) -> HttpResponseRedirect:
        """Go on to the page of a new look: a picture is what it wants next."""
        return HttpResponseRedirect(self.link(obj))

    def get_urls(self) -> list[URLPattern]:
        """Add where garments are found and judged, and where a picture is chosen."""
        wrap = self.admin_site.admin_view
        name = "django_tryon_look"
        return [
            path("find/", wrap(require_GET(self.find_view)), name=f"{name}_find"),
            path("judge/", wrap(require_GET(self.judge_view)), name=f"{name}_judge"),
            path(
                "<path:object_id>/picture/",
                wrap(require_POST(self.picture_view)),
                name=f"{name}_picture",
            ),
            *super().get_urls(),
        ]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the search field with cards of garments."""
        self._check_may_build(request)
        term = request.GET.get("q", "").strip()[:100]
        garments = found_by(request, self.admin_site, term) if term else newest()
        shown = {"picks": picks_of(garments), "name": "garments"}
        return HttpResponse(render_to_string("admin/django_tryon/look/cards.html", shown))

    def judge_view(self, request: HttpRequest) -> JsonResponse:
        """Tell what stands against these garments as a look; an empty text if nothing does."""
        self._check_may_build(request)
        try:
            check_look(named(request.GET.get("garments", "").split(",")))
        except LaunchRefused as error:
            return JsonResponse({"says": error.message})
        return JsonResponse({"says": ""})

    def _check_may_build(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied

    def picture_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a result the picture of a look."""
        look = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, look):
            raise PermissionDenied
        if look is None:  # deleted in another tab
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
                request, self.opts, object_id
            )
        key = key_of(request.POST.get("result", ""))
        results = TryOnResult.objects.select_related("job__person")
        result = results.filter(pk=key).first() if key else None
        if result is None:
            said = translated("This picture was deleted meanwhile.")
            self.message_user(request, said, messages.WARNING)
        else:
            self.perform(
                request,
                [look],
                partial(self._use, request, result),
                told=told(_("This is the picture of %(name)s now."), ""),
                history=translated("Given another picture."),
            )
        return HttpResponseRedirect(self.back(request, look))

    def _use(self, request: HttpRequest, result: TryOnResult, look: Look) -> None:
        """Make a result the picture of a look; pressing so approves it, too, where one may."""
        if result.review == result.Review.PENDING and may_review(request):
            check_picture(look, result, approves=True)
            approve(result, by=request.user, seen=result.review)
        use_picture(look, result)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the look above what is filled in."""
        look = context.get("original")
        if look is not None:
            context |= look_context(request, self, look)
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what somebody else has changed meanwhile, and show how it stands now."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (WrongState, LaunchRefused) as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_looks(self, request: HttpRequest, queryset: models.QuerySet[Look]) -> None:
        """Show looks on the pages of their products."""
        self.perform_if_few(
            request,
            queryset,
            partial(publish_look, by=request.user),
            told=told_published,
            history=translated("Published."),
        )

    @admin.action(description=_("Unpublish"), permissions=["publish"])
    def withdraw_looks(self, request: HttpRequest, queryset: models.QuerySet[Look]) -> None:
        """Take looks off all pages."""
        self.perform_if_few(
            request,
            queryset,
            partial(withdraw_look, by=request.user),
            told=WITHDRAWN,
            history=translated("Unpublished."),
        )

    @admin.action(description=_("Offer in the button"), permissions=["publish"])
    def offer_looks(self, request: HttpRequest, queryset: models.QuerySet[Look]) -> None:
        """Let shoppers try on looks as a whole."""
        self.perform_if_few(
            request, queryset, offer_look, told=told_offered, history=translated("Offered.")
        )

    @admin.action(description=_("Offer no longer"), permissions=["publish"])
    def keep_looks(self, request: HttpRequest, queryset: models.QuerySet[Look]) -> None:
        """Offer looks no longer."""
        self.perform_if_few(
            request, queryset, keep_look, told=KEPT, history=translated("Offered no longer.")
        )

    @admin.display(description=_("picture"))
    def picture_cell(self, look: Look) -> SafeString:
        """Return the small picture."""
        return look_thumbnail(look)

    @admin.display(description=_("look"), ordering="name")
    def title(self, look: Look) -> SafeString:
        """Return its name, and how many garments it has."""
        count = len(look.garments)
        said = ngettext("%(count)d garment", "%(count)d garments", count) % {"count": count}
        return cells.two_lines(look.name, said)

    @admin.display(description=_("garments"))
    def worn(self, look: Look) -> SafeString:
        """Return the small pictures of what it is made of."""
        return garment_thumbnails(look)

    @admin.display(description=_("state"))
    def state(self, look: Look) -> SafeString:
        """Return how it stands, and what stands against it."""
        found = troubles(look)
        why = " ".join(found) if look.is_offered or look.published_at else ""
        said = state_label(look, found)
        return format_html('{}<span class="tryon-why">{}</span>', said, why) if why else said

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, look: Look) -> SafeString:
        """Return when, and by whom."""
        return cells.two_lines(measures.moment(look.created_at), look.created_by or "")
