"""Jobs: how each try-on fares. Nothing here is typed in; it is launched, retried or cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from django_tryon.admin import deciding
from django_tryon.admin.access import is_of_shopper, may_see_money
from django_tryon.admin.bakeoff.pins import PinsEngines
from django_tryon.admin.batch.ordered import untried_of
from django_tryon.admin.dashboard.page import dashboard
from django_tryon.admin.drawing import cells, labels, measures
from django_tryon.admin.drawing.pictures import person_thumbnail, result_thumbnail
from django_tryon.admin.filters import EngineFilter, StatusFilter, StepsFilter
from django_tryon.admin.folding import steps_words
from django_tryon.admin.going_on import GoesOn
from django_tryon.admin.job_actions import JobActions
from django_tryon.admin.job_page import job_context
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.admin.notes.gates import closed_gates, gates_waited_at
from django_tryon.admin.notes.workers import workers_missing
from django_tryon.admin.steps import step_cards, whole_of
from django_tryon.models import Dashboard, Status, TryOnJob
from django_tryon.models.transitions import FINISHED


class TryOnJobAdmin(JobActions, PinsEngines, GoesOn):
    """Jobs with their pictures, time, cost and errors."""

    list_display = [
        "person_picture",
        "result_pictures",
        "what",
        "status_and_error",
        "time_and_cost",
        "created",
    ]
    list_display_links = ["person_picture", "what"]
    list_filter = [StatusFilter, EngineFilter, StepsFilter, "created_at"]
    list_select_related = ["person"]
    search_fields = ["title", "provider_request_id", "error_message", "garments__name"]
    date_hierarchy = None
    actions = ["retry_jobs", "cancel_jobs", "go_on_jobs", "pin_engine", *deciding.ACTIONS]
    buttons = ("retry_jobs", "cancel_jobs", "go_on_jobs", "pin_engine", *deciding.ACTIONS)
    list_per_page = 50
    change_form_template = "admin/django_tryon/tryonjob/change_form.html"
    change_list_template = "admin/django_tryon/tryonjob/change_list.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "status_label",
                    "what_went_wrong",
                    "engine_title",
                    "params_said",
                    "batch",
                    "previous",
                ]
            },
        ),
        (
            _("Time and money"),
            {
                "fields": [
                    "created_at",
                    "submitted_at",
                    "finished_at",
                    "time_taken",
                    "cost_said",
                    "attempts",
                    "next_step_at",
                ]
            },
        ),
        (_("Traces"), {"fields": ["id", "provider_request_id", "requested_by"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TryOnJob]:
        """Bring the results along, and the steps of outfits."""
        return super().get_queryset(request).prefetch_related("results", "links")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out what it cost for those who may not know."""
        if may_see_money(request):
            return self.list_display
        return ["time_taken" if name == "time_and_cost" else name for name in self.list_display]

    def get_fieldsets(self, request: HttpRequest, obj: TryOnJob | None = None) -> Any:
        """Leave out what went wrong where nothing did, and money for those who may not know."""
        hidden = set() if may_see_money(request) else {"cost_said"}
        if obj is not None and (not obj.error_code or obj.status == Status.CANCELLED):
            hidden.add("what_went_wrong")
        return [
            (title, {"fields": [name for name in part["fields"] if name not in hidden]})
            for title, part in self.fieldsets or []
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: TryOnJob | None = None) -> Any:
        """Return every field: a job is never edited."""
        return [name for _title, part in self.fieldsets or [] for name in part["fields"]]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may launch see what became of it."""
        return super().has_view_permission(request, obj) or has_launch_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Send everybody to the launch page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: TryOnJob | None = None) -> bool:
        """Let nobody type into a job."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TryOnJob | None = None) -> bool:
        """Keep what is still going on, and may be paid for already."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.status in FINISHED)

    def has_launch_permission(self, request: HttpRequest, obj: TryOnJob | None = None) -> bool:
        """Tell whether this person may spend money on try-ons."""
        return has_launch_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the launch page and the dashboard."""
        launch = self.admin_site.admin_view(self.launch_view)
        overview = self.admin_site.admin_view(self.dashboard_view)
        stop = self.admin_site.admin_view(require_POST(self.stop_retries_view))
        return [
            path("launch/", launch, name="django_tryon_tryonjob_launch"),
            path("dashboard/", overview, name="django_tryon_tryonjob_dashboard"),
            path("stop-retries/", stop, name="django_tryon_tryonjob_stop_retries"),
            *super().get_urls(),
        ]

    def launch_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the launch page for garments that were chosen elsewhere, or none yet."""
        from django_tryon.admin.launch.page import launch_page

        return launch_page(request, self.admin_site)

    def dashboard_view(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to the dashboard's own address, or show it where the site lists no dashboard."""
        if not self.admin_site.is_registered(Dashboard):
            return dashboard(request, self)
        name = "admin:django_tryon_dashboard_changelist"
        entry = reverse(name, current_app=self.admin_site.name)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{entry}?{query}" if query else entry)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say what keeps the jobs, and offer the launch page to those who may use it."""
        extra = {
            "may_launch": has_launch_permission(request),
            "workers_missing": workers_missing(),
            "closed_gates": gates_waited_at(site=self.admin_site.name),
            "untried": untried_of(),
        }
        return super().changelist_view(request, extra | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show person, garments and results side by side."""
        job = context["original"]
        context |= job_context(request, self, job)
        context["job_buttons"] += deciding.decide_buttons(self, job, self.get_actions(request))
        site = self.admin_site.name
        context["step_cards"] = step_cards(request, job, site)
        context["outfit_title"], context["outfit_url"] = whole_of(job, site)
        context["what_is_known"] = deciding.what_is_known(job, money=may_see_money(request))
        context["workers_missing"] = workers_missing([job])
        if job.status == Status.QUEUED:
            context["closed_gates"] = closed_gates([job.engine], site=self.admin_site.name)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("person"))
    def person_picture(self, job: TryOnJob) -> SafeString:
        """Return the person's small picture."""
        return person_thumbnail(job.person)

    @admin.display(description=_("result"))
    def result_pictures(self, job: TryOnJob) -> SafeString:
        """Return the small pictures of what came out, a shopper's ones hidden."""
        hidden = is_of_shopper(job.person)
        drawn = [(result_thumbnail(result, hidden=hidden),) for result in job.results.all()]
        return format_html_join("", "{}", drawn)

    @admin.display(description=_("title"), ordering="title")
    def what(self, job: TryOnJob) -> SafeString:
        """Return who wears what, and the engine beneath, with how many steps it takes."""
        facts = (cells.engine_title(job.engine), steps_words(job))
        return cells.two_lines(job, " · ".join(filter(None, facts)))

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, job: TryOnJob) -> str:
        """Return when it was launched, briefly."""
        return measures.moment(job.created_at)

    @admin.display(description=_("engine"), ordering="engine")
    def engine_title(self, job: TryOnJob) -> str:
        """Return the engine's name."""
        return cells.engine_title(job.engine)

    @admin.display(description=_("status"))
    def status_label(self, job: TryOnJob) -> SafeString:
        """Return the status."""
        return labels.status_label(job)

    @admin.display(description=_("status"), ordering="status")
    def status_and_error(self, job: TryOnJob) -> SafeString:
        """Return the status, with the error beneath where there is one."""
        label = labels.status_label(job)
        if job.error_message and job.status in FINISHED:
            return format_html(
                '{}<span class="tryon-why">{}</span>', label, job.error_message[:160]
            )
        return label

    @admin.display(description=_("what went wrong"))
    def what_went_wrong(self, job: TryOnJob) -> str:
        """Return the error's sentence and its code."""
        return format_html("{} <code>{}</code>", job.error_message, job.error_code)

    @admin.display(description=_("time"))
    def time_taken(self, job: TryOnJob) -> str:
        """Return how long it took."""
        return measures.seconds(job.seconds)

    @admin.display(description=_("time and cost"), ordering="cost")
    def time_and_cost(self, job: TryOnJob) -> SafeString:
        """Return how long it took, and beneath what it cost."""
        return cells.two_lines(measures.seconds(job.seconds), measures.cost_of(job))

    @admin.display(description=_("cost"))
    def cost_said(self, job: TryOnJob) -> str:
        """Return what it cost."""
        return measures.cost_of(job)

    @admin.display(description=_("parameters"))
    def params_said(self, job: TryOnJob) -> str:
        """Return the parameters that were given, one under the other."""
        given = ((name, value) for name, value in job.params.items() if value not in (None, ""))
        return format_html(
            '<dl class="tryon-params">{}</dl>',
            format_html_join("", "<dt>{}</dt><dd>{}</dd>", given),
        )
