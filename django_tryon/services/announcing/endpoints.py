"""Endpoints: what staff do with the addresses that webhooks go to."""

from __future__ import annotations

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import WebhookEndpoint
from django_tryon.models.webhook import OVERLAP, TEST, new_secret
from django_tryon.services.announcing.webhooks import forget_endpoints, write
from django_tryon.services.driving.wake import wake


def rotate(endpoint: WebhookEndpoint) -> str:
    """Give an endpoint a new secret, and return it; the old one signs, too, for a day.

    Raises WrongState if somebody else did so at the same moment.
    """
    secret = new_secret()
    until = timezone.now() + OVERLAP
    won = WebhookEndpoint.objects.filter(pk=endpoint.pk, secret=endpoint.secret).update(
        secret=secret, old_secret=endpoint.secret, old_secret_until=until
    )
    if not won:
        raise WrongState(_("Somebody else has just changed the secret."), code="rotated")
    endpoint.refresh_from_db()
    return secret


def send_test(endpoint: WebhookEndpoint) -> None:
    """Send an event that says nothing, whatever the endpoint wants. Raises WrongState if off."""
    if not endpoint.is_active:
        raise WrongState(_("It is off: switch it on first."), code="endpoint_off")
    write([endpoint], TEST, str(endpoint.pk), uuid.uuid4().hex, {"endpoint": endpoint.pk})


def switch_on(endpoint: WebhookEndpoint) -> None:
    """Send to an endpoint again, at once what still waits for it."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        is_active=True, note="", failing_since=None
    )
    forget_endpoints()
    wake()


def switch_off(endpoint: WebhookEndpoint) -> None:
    """Send nothing to an endpoint any more; what waits, waits."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
    forget_endpoints()
