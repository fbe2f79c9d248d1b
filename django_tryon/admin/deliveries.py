"""Deliveries: what was sent to the shop's endpoints, and what they answered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import cells, measures
from django_tryon.admin.filters import EventFilter
from django_tryon.admin.job_page import Button
from django_tryon.admin.webhook import cells as webhook_cells
from django_tryon.models import TryOnJob, TryOnResult, WebhookDelivery
from django_tryon.services.announcing.deliver import resend

AGAIN = told(
    _("%(name)s is sent again."),
    ngettext_lazy("%(count)d is sent again.", "%(count)d are sent again.", "count"),
)


class WebhookDeliveryAdmin(TryOnModelAdmin[WebhookDelivery]):
    """Deliveries, the newest first. Nothing here is typed in."""

    list_display = ["what", "state_and_attempts", "answered", "endpoint", "created"]
    list_display_links = ["what"]
    list_filter = ["state", EventFilter, "endpoint", "created_at"]
    list_select_related = ["endpoint"]
    search_fields = ["subject"]
    search_help_text = _("The id of a job or a result")
    actions = ["resend_deliveries"]
    buttons = ("resend_deliveries",)
    list_per_page = 50
    change_form_template = "admin/django_tryon/webhook.html"
    readonly_fields = [
        "state_label",
        "endpoint",
        "event",
        "about",
        "answered",
        "attempts",
        "attempted_at",
        "next_attempt_at",
        "delivered_at",
        "created_at",
        "id",
        "content",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WebhookDelivery]:
        """Leave out those of endpoints that are no more."""
        return super().get_queryset(request).filter(endpoint__url__gt="")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return every field that is shown; none can be edited."""
        return self.readonly_fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may send again see what."""
        return super().has_view_permission(request, obj) or self.has_resend_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let only events make deliveries."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody type into what was sent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep the record; the purge deletes it in time."""
        return False

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell whether this person may send again."""
        return request.user.has_perm("django_tryon.resend_webhookdelivery")

    @admin.action(description=_("Send again"), permissions=["resend"])
    def resend_deliveries(
        self, request: HttpRequest, queryset: models.QuerySet[WebhookDelivery]
    ) -> None:
        """Send once more, under the same ids."""
        history = translated("Sent again.")
        self.perform(request, queryset, resend, told=AGAIN, history=history)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer to send it again."""
        if "resend_deliveries" in context["buttons"]:
            delivery: WebhookDelivery = context["original"]
            url = self.do_link(delivery, "resend_deliveries")
            context["webhook_buttons"] = [Button(translated("Send again"), url)]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("event"), ordering="event")
    def what(self, delivery: WebhookDelivery) -> SafeString:
        """Return the event, and beneath what it is about."""
        return cells.two_lines(delivery.event, delivery.subject[:8])

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, delivery: WebhookDelivery) -> SafeString:
        """Return how it stands."""
        return webhook_cells.delivery_label(delivery)

    @admin.display(description=_("answer"), ordering="response_code")
    def answered(self, delivery: WebhookDelivery) -> str:
        """Return what the endpoint said last, or why it could not."""
        return webhook_cells.answer(delivery)

    @admin.display(description=_("state"), ordering="state")
    def state_and_attempts(self, delivery: WebhookDelivery) -> SafeString:
        """Return how it stands, and how often it was tried."""
        return webhook_cells.state_and_attempts(delivery)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, delivery: WebhookDelivery) -> str:
        """Return when it happened, briefly."""
        return measures.moment(delivery.created_at)

    @admin.display(description=_("about"))
    def about(self, delivery: WebhookDelivery) -> str:
        """Return the id of the job or result, with a link to its page where that is still there."""
        kind, _dot, _what = delivery.event.partition(".")
        model = {"job": TryOnJob, "result": TryOnResult}.get(kind)
        if model is None or not model._default_manager.filter(pk=delivery.subject).exists():
            return delivery.subject
        name = f"admin:django_tryon_{model._meta.model_name}_change"
        url = reverse(name, args=[delivery.subject], current_app=self.admin_site.name)
        return format_html('<a href="{}">{}</a>', url, delivery.subject)

    @admin.display(description=_("content"))
    def content(self, delivery: WebhookDelivery) -> SafeString:
        """Return what is sent, laid out for reading."""
        return webhook_cells.written(delivery.body)
