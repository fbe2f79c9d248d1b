"""What lists and pages say of endpoints and deliveries."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from django_tryon.admin.drawing import measures
from django_tryon.admin.drawing.labels import label
from django_tryon.models import WebhookDelivery, WebhookEndpoint

TONES: dict[str, str] = {
    WebhookDelivery.State.PENDING: "quiet",
    WebhookDelivery.State.DELIVERED: "good",
    WebhookDelivery.State.FAILED: "bad",
}


def endpoint_label(endpoint: WebhookEndpoint) -> SafeString:
    """Return whether an endpoint is on, and what is wrong with it."""
    if not endpoint.is_active:
        return _with_why(label(_("Off"), "quiet"), endpoint.note)
    if endpoint.failing_since is None:
        return label(_("On"), "good")
    since = {"time": timesince(endpoint.failing_since)}
    if endpoint.is_ailing(timezone.now()):
        why = _("Nothing has arrived for %(time)s. Mend it or switch it off.") % since
        return _with_why(label(_("Not answering"), "bad"), why)
    return _with_why(label(_("Failing"), "odd"), _("For %(time)s.") % since)


def delivery_label(delivery: WebhookDelivery) -> SafeString:
    """Return how a delivery stands."""
    if delivery.state == WebhookDelivery.State.PENDING and delivery.attempts:
        return label(_("Is tried again"), "odd")
    return label(delivery.get_state_display(), TONES[delivery.state])


def _with_why(said: SafeString, why: str) -> SafeString:
    return format_html('{}<span class="tryon-why">{}</span>', said, why) if why else said


def answer(delivery: WebhookDelivery) -> str:
    """Return what the endpoint said last, or why it could not."""
    parts = [str(delivery.response_code or ""), delivery.response_text]
    return " ".join(filter(None, parts)) or measures.NOTHING


def written(body: str) -> SafeString:
    """Return the content of a message, laid out for reading."""
    laid_out = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return format_html('<pre class="tryon-body">{}</pre>', laid_out)


def titled(endpoint: WebhookEndpoint) -> SafeString:
    """Return an endpoint's name with its address beneath, or the address alone."""
    if not endpoint.name:
        return format_html('<span class="tryon-address">{}</span>', endpoint.url)
    return format_html(
        '<span class="tryon-first">{}</span><span class="tryon-quiet tryon-address">{}</span>',
        endpoint.name,
        endpoint.url,
    )


def secret_said(endpoint: WebhookEndpoint) -> str:
    """Say what is known of a secret without showing it."""
    said = _("Shown once, when it was made.")
    until = endpoint.old_secret_until
    if until is not None and until > timezone.now():
        said += " " + _("(The one before it signs, too, until %(moment)s)") % {
            "moment": measures.moment(until)
        }
    return said


def state_and_attempts(delivery: WebhookDelivery) -> SafeString:
    """Return how it stands, how often it was tried, and when the next attempt is due."""
    parts = []
    if delivery.attempts > 1:
        parts.append(_("%(count)d attempts") % {"count": delivery.attempts})
    if delivery.state == WebhookDelivery.State.PENDING and delivery.attempts:
        parts.append(_("next: %(moment)s") % {"moment": measures.moment(delivery.next_attempt_at)})
    return _with_why(delivery_label(delivery), ", ".join(parts))
