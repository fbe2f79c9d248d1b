"""Results: look, say what you think, publish."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.access import may_see_shoppers, of_house_models, shows_shopper
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.board.page import board
from django_tryon.admin.drawing import cells, labels, measures
from django_tryon.admin.drawing.pictures import person_thumbnail, result_thumbnail
from django_tryon.admin.filters import JobEngineFilter, OfferedFilter, PublishedFilter
from django_tryon.admin.looking import FlaggedFilter, flag, one_by_one
from django_tryon.admin.person_quality import result_report
from django_tryon.admin.publishing.actions import PublishActions
from django_tryon.admin.result_page import (
    APPROVED,
    REJECTED,
    REOPENED,
    UNPUBLISHED,
    result_context,
    told_published,
)
from django_tryon.models import TryOnResult
from django_tryon.services import approve, publish, reject, reopen, unpublish


class TryOnResultAdmin(PublishActions, TryOnModelAdmin[TryOnResult]):
    """Results, by picture."""

    list_display = [
        "picture",
        "person_picture",
        "what",
        "review_label",
        "created",
    ]
    list_display_links = ["picture", "what"]
    list_filter = [
        "review",
        PublishedFilter,
        OfferedFilter,
        FlaggedFilter,
        "kind",
        JobEngineFilter,
        "created_at",
    ]
    list_select_related = ["job__person", "appointment"]
    search_fields = ["job__title"]
    buttons = (
        "approve_results",
        "reject_results",
        "reopen_results",
        "publish_results",
        "publish_with_options",
        "unpublish_results",
        "cancel_appointments",
    )
    actions = buttons
    list_per_page = 50
    change_form_template = "admin/django_tryon/tryonresult/change_form.html"
    change_list_template = "admin/django_tryon/tryonresult/change_list.html"
    readonly_fields = [
        "review_label",
        "reviewed",
        "why",
        "publication",
        "places",
        "offered",
        "job",
        "engine_title",
        "seen",
        "measures",
        "created_at",
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return every field that is shown; none can be edited."""
        nothing = obj is None or obj.offered_at is None
        return [name for name in self.readonly_fields if name != "offered" or not nothing]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TryOnResult]:
        """Return results on house models; shoppers' too for those who may see them."""
        results = super().get_queryset(request).filter(job__outfit=None)
        return results if may_see_shoppers(request) else results.filter(of_house_models())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may review or publish see what it is about."""
        return (
            super().has_view_permission(request, obj)
            or self.has_review_permission(request)
            or self.has_publish_permission(request)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let only jobs make results."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody type into a result: it is reviewed and published."""
        return False

    def has_review_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may approve and reject."""
        return request.user.has_perm("django_tryon.review_tryonresult")

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may put pictures on the shop's pages."""
        return request.user.has_perm("django_tryon.publish_tryonresult")

    @admin.action(description=_("Approve"), permissions=["review"])
    def approve_results(self, request: HttpRequest, queryset: models.QuerySet[TryOnResult]) -> None:
        """Call results good."""
        self.perform_if_few(
            request,
            queryset.select_related("job"),
            one_by_one(partial(approve, by=request.user), queryset.count()),
            told=APPROVED,
            history=translated("Approved."),
        )

    @admin.action(description=_("Reject"), permissions=["review"])
    def reject_results(self, request: HttpRequest, queryset: models.QuerySet[TryOnResult]) -> None:
        """Call results bad."""
        self.perform_if_few(
            request,
            queryset.select_related("job"),
            partial(reject, by=request.user),
            told=REJECTED,
            history=translated("Rejected."),
        )

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_results(self, request: HttpRequest, queryset: models.QuerySet[TryOnResult]) -> None:
        """Show results on their products' pages."""
        self.perform_if_few(
            request,
            queryset.select_related("job__person"),
            one_by_one(partial(publish, by=request.user), queryset.count()),
            told=told_published,
            history=translated("Published."),
        )

    @admin.action(description=_("Unpublish"), permissions=["publish"])
    def unpublish_results(
        self, request: HttpRequest, queryset: models.QuerySet[TryOnResult]
    ) -> None:
        """Take results off their products' pages."""
        self.perform_if_few(
            request,
            queryset.select_related("job"),
            partial(unpublish, by=request.user),
            told=UNPUBLISHED,
            history=translated("Unpublished."),
        )

    @admin.action(description=_("Back to review"), permissions=["review"])
    def reopen_results(self, request: HttpRequest, queryset: models.QuerySet[TryOnResult]) -> None:
        """Take back what was said of results."""
        self.perform_if_few(
            request,
            queryset.select_related("job"),
            reopen,
            told=REOPENED,
            history=translated("Taken back."),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the review board."""
        view = self.admin_site.admin_view(self.review_view)
        name = "django_tryon_tryonresult_review"
        return [path("review/", view, name=name), *super().get_urls()]

    def review_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the review board."""
        return board(request, self)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the board to those who may decide."""
        may = self.has_review_permission(request) or self.has_publish_permission(request)
        return super().changelist_view(request, {"may_review": may} | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the result large, with what went into it beside it."""
        context |= result_context(request, self, context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("result"))
    def picture(self, result: TryOnResult) -> SafeString:
        """Return the small picture; a shopper's is never shown in a list."""
        return result_thumbnail(result, hidden=shows_shopper(result))

    @admin.display(description=_("person"))
    def person_picture(self, result: TryOnResult) -> SafeString:
        """Return the person's small picture."""
        return person_thumbnail(result.job.person)

    @admin.display(description=_("title"), ordering="job__title")
    def what(self, result: TryOnResult) -> SafeString:
        """Return who wears what, and the engine beneath."""
        return cells.two_lines(result.job, cells.engine_title(result.job.engine))

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, result: TryOnResult) -> str:
        """Return when it was stored, briefly."""
        return measures.moment(result.created_at)

    @admin.display(description=_("engine"), ordering="job__engine")
    def engine_title(self, result: TryOnResult) -> str:
        """Return the engine's name."""
        return cells.engine_title(result.job.engine)

    @admin.display(description=_("review"), ordering="review")
    def review_label(self, result: TryOnResult) -> SafeString:
        """Return what was said of it, or that it is published, and that it is flagged."""
        said = labels.review_label(result)
        return format_html("{} {}", said, flagged) if (flagged := flag(result)) else said

    @admin.display(description=_("reviewed"))
    def reviewed(self, result: TryOnResult) -> str:
        """Return who reviewed it, and when."""
        return cells.by_whom(result.reviewed_at, result.reviewed_by)

    @admin.display(description=_("reason"))
    def why(self, result: TryOnResult) -> str:
        """Return why it was rejected."""
        said = filter(None, [result.get_reason_display(), result.note])
        return " · ".join(map(str, said)) or measures.NOTHING

    @admin.display(description=_("published"))
    def publication(self, result: TryOnResult) -> str:
        """Return who published it, and when."""
        return cells.by_whom(result.published_at, result.published_by)

    @admin.display(description=_("offered by the shopper"))
    def offered(self, result: TryOnResult) -> str:
        """Return since when its shopper lets the shop show it."""
        return measures.moment(result.offered_at)

    @admin.display(description=_("checks"))
    def seen(self, result: TryOnResult) -> Any:
        """Return what the checks saw, in sentences."""
        return result_report(result)

    @admin.display(description=_("size"))
    def measures(self, result: TryOnResult) -> str:
        """Return width and height."""
        return measures.size(result.width, result.height)
