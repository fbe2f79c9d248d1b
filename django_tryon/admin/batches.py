"""Batches: what one staff action launched together, and how far it is."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from django_tryon.admin.bakeoff.page import compare_page
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.batch.ordered import unserved_garments
from django_tryon.admin.batch.page import batch_context, progress_response, snapshot_of
from django_tryon.admin.cancelling import ask_first, cancel_and_look, told_cancelled
from django_tryon.admin.drawing import cells, measures
from django_tryon.admin.job_page import RETRIABLE, TRIED_AGAIN
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.admin.many import cancel_many, keys_of_many, order_retries, stop_retries
from django_tryon.models import Batch, BatchWish, PendingRetry, Status, TryOnJob
from django_tryon.models.ordered import Ordered
from django_tryon.models.transitions import FINISHED, sources
from django_tryon.services import retry
from django_tryon.services.orders import launches, retries


def count(*statuses: str) -> models.Count:
    """Return how many jobs of a batch are in one of these statuses."""
    return models.Count("jobs", filter=models.Q(jobs__status__in=statuses))


def to_do(orders: type[BatchWish | PendingRetry]) -> Coalesce:
    """Return how many of a batch's rows of that kind are still to be done."""
    waiting = orders._default_manager.filter(
        batch=models.OuterRef("pk"), state=Ordered.WAITING
    ).order_by()
    counted = waiting.values("batch").annotate(count=models.Count("pk")).values("count")
    return Coalesce(models.Subquery(counted), 0)


class BatchAdmin(TryOnModelAdmin[Batch]):
    """Batches with their progress."""

    list_display = ["title", "progress_bar", "waiting", "done", "failed", "created"]
    list_display_links = ["title"]
    list_filter = ["created_at"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
    buttons = (
        "retry_failed",
        "stop_retries",
        "cancel_rest",
        "launch_left_out",
        "launch_otherwise",
    )
    actions = buttons
    change_form_template = "admin/django_tryon/batch/change_form.html"
    fields = ["name", "created_by", "created_at"]
    readonly_fields = ["created_by", "created_at"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Batch]:
        """Count each batch's jobs in the same query."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                total=models.Count("jobs") + to_do(BatchWish),
                succeeded=count(Status.SUCCEEDED),
                ended=count(*FINISHED, Status.UNCERTAIN) - to_do(PendingRetry),
            )
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may launch see what became of it."""
        return super().has_view_permission(request, obj) or has_launch_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Send everybody to the launch page."""
        return False

    def has_launch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may spend money on try-ons."""
        return has_launch_permission(request)

    @admin.action(description=_("Try the failed ones again"), permissions=["launch"])
    def retry_failed(self, request: HttpRequest, queryset: models.QuerySet[Batch]) -> None:
        """Do what ended without a result once more; of one reason, if one is named."""
        jobs = TryOnJob.objects.filter(batch__in=queryset.values("pk"), status__in=RETRIABLE)
        if reason := request.POST.get("reason"):
            jobs = jobs.filter(error_code=reason)
        jobs = jobs.exclude(retries.still_to_be())
        if keys := keys_of_many(jobs):
            order_retries(request, self, keys)
            return
        self._each_job(
            request,
            jobs,
            retry,
            told=TRIED_AGAIN,
            history=translated("Tried again."),
        )

    @admin.action(description=_("Stop trying again"), permissions=["launch"])
    def stop_retries(self, request: HttpRequest, queryset: models.QuerySet[Batch]) -> None:
        """Leave what the workers have not tried again yet as it is."""
        stop_retries(request, self, queryset)

    @admin.action(description=_("Cancel the rest"), permissions=["launch"])
    def cancel_rest(
        self, request: HttpRequest, queryset: models.QuerySet[Batch]
    ) -> HttpResponseBase | None:
        """Stop what has not ended; ask first where that saves no money."""
        going_on = sources(Status.CANCELLED)
        jobs = TryOnJob.objects.filter(batch__in=queryset.values("pk"), status__in=going_on)
        everything = TryOnJob.objects.filter(batch__in=queryset.values("pk"))
        if question := ask_first(request, self, everything):
            return question
        dropped = launches.drop(queryset)
        if dropped:
            said = ngettext(
                "%(count)d will not be launched.", "%(count)d will not be launched.", dropped
            )
            self.message_user(request, said % {"count": dropped})
        if PendingRetry.objects.filter(batch__in=queryset.values("pk")).exists():
            stop_retries(request, self, queryset)
            dropped += 1
        # Only now: what a worker launched or tried again until here is among them.
        if keys := keys_of_many(jobs):
            cancel_many(request, self, keys)
            return None
        if dropped and not jobs.exists():
            return None
        history = translated("Cancelled.")
        self._each_job(request, jobs, cancel_and_look, told=told_cancelled, history=history)
        return None

    @admin.action(description=_("Launch after all what was left out"), permissions=["launch"])
    def launch_left_out(self, request: HttpRequest, queryset: models.QuerySet[Batch]) -> None:
        """Have the workers try once more what could not be launched."""
        count = launches.wish_again(queryset)
        said = ngettext("%(count)d is launched again.", "%(count)d are launched again.", count)
        self.message_user(
            request,
            said % {"count": count} if count else translated("Nothing was left out."),
        )

    @admin.action(description=_("Launch with another engine…"), permissions=["launch"])
    def launch_otherwise(
        self, request: HttpRequest, queryset: models.QuerySet[Batch]
    ) -> HttpResponseBase | None:
        """Open the launch page with what was left out, or failed as its engine was retired."""
        from django_tryon.admin.launch.page import open_launch_page

        if keys := unserved_garments(queryset):
            return open_launch_page(request, self.admin_site, keys=keys)
        self.message_user(request, translated("Nothing was left out."))
        return None

    def _each_job(self, request: HttpRequest, jobs: Any, do: Any, **said: Any) -> None:
        found = list(jobs)
        if not found:
            self.message_user(request, translated("There is nothing to do in this batch."))
        self.perform(request, found, do, **said)

    def get_urls(self) -> list[URLPattern]:
        """Add the address that the page asks for news."""
        view = self.admin_site.admin_view(require_safe(self.progress_view))
        name = "django_tryon_batch_progress"
        compare = self.admin_site.admin_view(require_safe(self.compare_view))
        return [
            path("<path:object_id>/progress/", view, name=name),
            path("<path:object_id>/compare/", compare, name="django_tryon_batch_compare"),
            *super().get_urls(),
        ]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show side by side what several engines made of the same."""
        batch = self.get_object(request, object_id)
        if batch is None:
            raise Http404
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        jobs_admin = cast("TryOnModelAdmin[TryOnJob]", self.admin_site._registry[TryOnJob])
        return compare_page(request, self.admin_site, jobs_admin, batch)

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Answer with what has changed, or 304."""
        batch = self.get_object(request, object_id)
        if batch is None or not self.has_view_permission(request, batch):
            return JsonResponse({"error": translated("There is no such batch.")}, status=404)
        return progress_response(request, self, batch)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show how far the batch is and a card for each job."""
        batch: Batch = context["original"]
        snapshot = snapshot_of(batch, self.admin_site.name)
        context |= batch_context(request, self, snapshot)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("batch"), ordering="name")
    def title(self, batch: Batch) -> str:
        """Return its name."""
        return str(batch)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, batch: Batch) -> SafeString:
        """Return when, and by whom."""
        return cells.two_lines(measures.moment(batch.created_at), batch.created_by or "")

    @admin.display(description=_("progress"))
    def progress_bar(self, batch: Any) -> SafeString:
        """Return a bar, and the numbers for those who cannot see it."""
        return format_html(
            '<progress class="tryon-bar" value="{ended}" max="{total}">{ended}/{total}</progress>',
            ended=batch.ended,
            total=batch.total or 1,
        )

    @admin.display(description=_("under way"))
    def waiting(self, batch: Any) -> int:
        """Return how many have not ended."""
        return int(batch.total - batch.ended)

    @admin.display(description=_("done"), ordering="succeeded")
    def done(self, batch: Any) -> int:
        """Return how many have a result."""
        return int(batch.succeeded)

    @admin.display(description=_("without result"))
    def failed(self, batch: Any) -> int:
        """Return how many ended without one."""
        return int(batch.ended - batch.succeeded)
