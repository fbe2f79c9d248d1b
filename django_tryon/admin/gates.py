"""Gates: why nothing is submitted at the moment, since when, and a button to try again now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import labels, measures
from django_tryon.admin.job_page import Button
from django_tryon.admin.notes.gates import of_whom, opening
from django_tryon.exceptions import WrongState
from django_tryon.models import Gate
from django_tryon.services.driving.gates import open_gate, waiting

OPENED = told(
    _("%(name)s is open: whatever waited is submitted now."),
    ngettext_lazy("%(count)d gate is open.", "%(count)d gates are open.", "count"),
)


class GateAdmin(TryOnModelAdmin[Gate]):
    """Gates, the closed ones first."""

    list_display = ["whom", "state", "why", "since", "waiting_jobs"]
    list_display_links = ["whom"]
    actions = ["open_gates"]
    buttons = ("open_gates",)
    fields = ("whom", "state", "why", "since", "opens", "waiting_jobs")
    readonly_fields = ("whom", "state", "why", "since", "opens", "waiting_jobs")
    change_list_template = "admin/django_tryon/gate/change_list.html"
    change_form_template = "admin/django_tryon/gate/change_form.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Gate]:
        """Put the closed ones first, the latest of them on top."""
        return super().get_queryset(request).order_by(models.F("opened_at").desc(nulls_first=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody write one: they close by themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Gate | None = None) -> bool:
        """Let nobody type into one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Gate | None = None) -> bool:
        """Keep them: how often one closed says how long to wait."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may open or launch see them."""
        may = ("django_tryon.open_gate", "django_tryon.launch_tryonjob")
        return super().has_view_permission(request, obj) or any(map(request.user.has_perm, may))

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may let waiting jobs go."""
        return request.user.has_perm("django_tryon.open_gate")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer to open it."""
        gate: Gate = context["original"]
        may = "open_gates" in self.get_actions(request) and gate.is_closed(timezone.now())
        link = self.do_link(gate, "open_gates")
        context["gate_buttons"] = [Button(translated("Open now"), link, "default")] if may else []
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=_("Open now"), permissions=["open"])
    def open_gates(self, request: HttpRequest, queryset: models.QuerySet[Gate]) -> None:
        """Open gates, and have what waits at them submitted."""
        self.perform(request, queryset, _open, told=OPENED, history=translated("Opened."))

    @admin.display(description=_("of"))
    def whom(self, gate: Gate) -> str:
        """Return what it stops."""
        return of_whom(gate)

    @admin.display(description=_("state"))
    def state(self, gate: Gate) -> SafeString:
        """Return whether it is closed."""
        if gate.is_closed(timezone.now()):
            return labels.label(gate.get_reason_display(), "bad")
        return labels.label(translated("Open"), "good")

    @admin.display(description=_("why"))
    def why(self, gate: Gate) -> str:
        """Return what the provider said, when it closed last."""
        return gate.says

    @admin.display(description=_("since"))
    def since(self, gate: Gate) -> str:
        """Return since when it is as it is."""
        now = timezone.now()
        return measures.moment(
            gate.closed_at if gate.is_closed(now) else gate.opened_at or gate.opens_at
        )

    @admin.display(description=_("then"))
    def opens(self, gate: Gate) -> str:
        """Return when it opens."""
        return opening(gate) if gate.is_closed(timezone.now()) else measures.NOTHING

    @admin.display(description=_("jobs that wait"))
    def waiting_jobs(self, gate: Gate) -> SafeString | str:
        """Return how many jobs wait at it."""
        if not gate.is_closed(timezone.now()):
            return measures.NOTHING
        jobs = reverse("admin:django_tryon_tryonjob_changelist", current_app=self.admin_site.name)
        return format_html('<a href="{}?status=queued">{}</a>', jobs, waiting(gate).count())


def _open(gate: Gate) -> None:
    if not open_gate(gate.key):
        raise WrongState(translated("It is open already."))
