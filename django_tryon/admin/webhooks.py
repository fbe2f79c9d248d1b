"""Webhooks: the addresses of the shop that are told of what happens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import measures
from django_tryon.admin.job_page import Button
from django_tryon.admin.webhook import cells as webhook_cells
from django_tryon.admin.webhook.form import EndpointForm
from django_tryon.exceptions import WrongState
from django_tryon.models import WebhookDelivery, WebhookEndpoint
from django_tryon.services.announcing.endpoints import rotate, send_test, switch_off, switch_on

TESTED = told(
    _("A test event is on its way to %(name)s."),
    ngettext_lazy(
        "%(count)d test event is on its way.", "%(count)d test events are on their way.", "count"
    ),
)
ON = told(_("%(name)s is on."), ngettext_lazy("%(count)d is on.", "%(count)d are on.", "count"))
OFF = told(_("%(name)s is off."), ngettext_lazy("%(count)d is off.", "%(count)d are off.", "count"))
FACTS = ["state_label", "latest", "waiting", "secret_said", "created_at"]


class WebhookEndpointAdmin(TryOnModelAdmin[WebhookEndpoint]):
    """Endpoints, and how they fare."""

    form = EndpointForm
    list_display = ["title", "state_label", "latest", "waiting"]
    list_display_links = ["title"]
    search_fields = ["name", "url"]
    actions = ["test_endpoints", "rotate_secret", "switch_on_endpoints", "switch_off_endpoints"]
    buttons = ("test_endpoints", "rotate_secret", "switch_on_endpoints", "switch_off_endpoints")
    readonly_fields = FACTS
    change_form_template = "admin/django_tryon/webhook.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WebhookEndpoint]:
        """Bring along how the latest attempt went, and how many deliveries wait."""
        theirs = WebhookDelivery.objects.filter(endpoint=models.OuterRef("pk")).order_by()
        tried = theirs.filter(attempted_at__isnull=False).order_by("-attempted_at")
        waiting = theirs.filter(state=WebhookDelivery.State.PENDING).values("endpoint")
        counted = waiting.annotate(count=models.Count("pk")).values("count")
        return (
            super()
            .get_queryset(request)
            .annotate(
                latest_id=models.Subquery(tried.values("pk")[:1]),
                pending=models.Subquery(counted),
            )
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for what can be changed; of one that exists, show the rest."""
        return [*EndpointForm.Meta.fields, *(FACTS if obj is not None else [])]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the endpoints that go, and only count what was sent to them."""
        endpoints = list(objs)
        deliveries = WebhookDelivery.objects.filter(endpoint__in=endpoints).count()
        counts = {
            self.opts.verbose_name_plural: len(endpoints),
            WebhookDelivery._meta.verbose_name_plural: deliveries,
        }
        return [str(endpoint) for endpoint in endpoints], counts, set(), []

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        return self._show_secret(request, obj, obj.secret)

    def _show_secret(
        self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("The secret of this endpoint"),
            "opts": self.opts,
            "endpoint": endpoint,
            "secret": secret,
            "old_until": measures.moment(endpoint.old_secret_until)
            if endpoint.old_secret_until
            else "",
            "onward": self.link(endpoint),
        }
        response = TemplateResponse(request, "admin/django_tryon/webhook_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Send a test event"), permissions=["change"])
    def test_endpoints(
        self, request: HttpRequest, queryset: models.QuerySet[WebhookEndpoint]
    ) -> None:
        """Send an event that says nothing."""
        history = translated("Sent a test event.")
        self.perform(request, queryset, send_test, told=TESTED, history=history)

    @admin.action(description=_("Make a new secret"), permissions=["change"])
    def rotate_secret(
        self, request: HttpRequest, queryset: models.QuerySet[WebhookEndpoint]
    ) -> HttpResponse | None:
        """Replace the secret of one endpoint, and show the new one, this once."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            said = _("Choose one endpoint: its new secret is shown on the next page.")
            self.message_user(request, said, messages.WARNING)
            return None
        try:
            secret = rotate(chosen[0])
        except WrongState as error:
            self.message_user(request, error.message, messages.WARNING)
            return None
        self.log_change(request, chosen[0], translated("Made a new secret."))
        return self._show_secret(request, chosen[0], secret)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on_endpoints(
        self, request: HttpRequest, queryset: models.QuerySet[WebhookEndpoint]
    ) -> None:
        """Send to endpoints again."""
        history = translated("Switched on.")
        self.perform(request, queryset, switch_on, told=ON, history=history)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off_endpoints(
        self, request: HttpRequest, queryset: models.QuerySet[WebhookEndpoint]
    ) -> None:
        """Send nothing to endpoints any more."""
        history = translated("Switched off.")
        self.perform(request, queryset, switch_off, told=OFF, history=history)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer what can be done to this endpoint."""
        endpoint: WebhookEndpoint | None = context.get("original")
        if endpoint is not None:
            switch = "switch_off_endpoints" if endpoint.is_active else "switch_on_endpoints"
            labels = {
                "test_endpoints": translated("Send a test event"),
                "rotate_secret": translated("Make a new secret"),
                switch: translated("Switch off") if endpoint.is_active else translated("Switch on"),
            }
            context["webhook_buttons"] = [
                Button(said, self.do_link(endpoint, name))
                for name, said in labels.items()
                if name in context["buttons"] and (endpoint.is_active or name != "test_endpoints")
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("endpoint"), ordering="name")
    def title(self, endpoint: WebhookEndpoint) -> SafeString:
        """Return name and address."""
        return webhook_cells.titled(endpoint)

    @admin.display(description=_("state"))
    def state_label(self, endpoint: WebhookEndpoint) -> SafeString:
        """Return whether it is on, and what is wrong with it."""
        return webhook_cells.endpoint_label(endpoint)

    @admin.display(description=_("latest attempt"))
    def latest(self, endpoint: Any) -> str:
        """Return how the latest delivery stands, and when it was tried."""
        found = WebhookDelivery.objects.filter(pk=endpoint.latest_id).first()
        if found is None:
            return measures.NOTHING
        said = webhook_cells.delivery_label(found)
        return format_html("{} {}", said, measures.moment(found.attempted_at))

    @admin.display(description=_("deliveries"))
    def waiting(self, endpoint: Any) -> SafeString:
        """Return how many wait, with a link to all of them."""
        name = "admin:django_tryon_webhookdelivery_changelist"
        url = reverse(name, current_app=self.admin_site.name)
        said = translated("%(count)d waiting") % {"count": endpoint.pending or 0}
        return format_html('<a href="{}?endpoint__id__exact={}">{}</a>', url, endpoint.pk, said)

    @admin.display(description=_("secret"))
    def secret_said(self, endpoint: WebhookEndpoint) -> str:
        """Say where the secret is: it is shown once only."""
        return webhook_cells.secret_said(endpoint)
