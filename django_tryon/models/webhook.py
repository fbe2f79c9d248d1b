"""Webhooks: the shop's endpoints, and what was or will be sent to them."""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_tryon.conf import conf
from django_tryon.hosts import host_of, is_loopback, why_malformed, why_not_public

PREFIX = "whsec_"
"""What a secret begins with, as Standard Webhooks has it."""
LEAST_BYTES, MOST_BYTES = 24, 64
"""Of a secret, decoded; as Standard Webhooks has it."""
OVERLAP = timedelta(days=1)
"""How long the old secret stays valid beside a new one."""
AILING = timedelta(days=5)
"""An endpoint at which nothing arrived for so long is shown with a warning."""
TEST = "webhook.test"
"""The event that staff send by hand, to whatever the endpoint wants."""


class Event(models.TextChoices):
    """What a shop may be told of."""

    JOB_LAUNCHED = "job.launched", _("A try-on was launched")
    JOB_SUBMITTED = "job.submitted", _("The provider took a try-on")
    JOB_SUCCEEDED = "job.succeeded", _("A try-on is ready")
    JOB_FAILED = "job.failed", _("A try-on failed")
    JOB_CANCELLED = "job.cancelled", _("A try-on was cancelled")
    JOB_EXPIRED = "job.expired", _("The provider has forgotten a try-on")
    JOB_UNCERTAIN = "job.uncertain", _("Nobody knows whether the provider took a try-on")
    RESULT_PUBLISHED = "result.published", _("A result was published")
    RESULT_UNPUBLISHED = "result.unpublished", _("A result was taken off the shop's pages")


def new_secret() -> str:
    """Return a new secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(value: str) -> None:
    """Raise ValidationError for a secret that receivers could not read."""
    try:
        size = len(base64.b64decode(value.removeprefix(PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not (value.startswith(PREFIX) and LEAST_BYTES <= size <= MOST_BYTES):
        raise ValidationError(
            gettext(
                "A secret is “whsec_” and then %(least)d to %(most)d random bytes in base64. "
                "Leave it out, and one is made."
            )
            % {"least": LEAST_BYTES, "most": MOST_BYTES},
            code="secret",
        )


def may_be_local() -> bool:
    """Tell whether webhooks may go to this machine: in development, and beside the sandbox."""
    return settings.DEBUG or is_loopback(str(conf.BASE_URL))


def why_not_sendable(url: str) -> str:
    """Return why nothing is sent to an address, as a clause; empty if it may be."""
    if may_be_local() and is_loopback(url):
        return why_malformed(url, schemes=("https", "http"))
    return why_not_public(url)


def check_url(value: str) -> None:
    """Raise ValidationError for an address to which nothing would be sent."""
    if why := why_not_sendable(value):
        raise ValidationError(
            gettext("Nothing can be sent there: %(why)s.") % {"why": why}, code="address"
        )


class WebhookEndpoint(models.Model):
    """An address of the shop that wants to be told."""

    name = models.CharField(
        _("name"),
        max_length=100,
        blank=True,
        help_text=_("For staff; the address's host if empty."),
    )
    url = models.CharField(
        _("address"),
        max_length=500,
        validators=[check_url],
        help_text=_("https, and public: a private address is never asked."),
    )
    events = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("None chosen: all of them.")
    )
    secret = models.CharField(
        _("secret"), max_length=100, default=new_secret, validators=[check_secret], editable=False
    )
    old_secret = models.CharField(max_length=100, blank=True, default="", editable=False)
    old_secret_until = models.DateTimeField(
        _("old secret valid until"), null=True, blank=True, editable=False
    )
    is_active = models.BooleanField(
        _("on"), default=True, help_text=_("What happens while it is off is not sent later.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="", editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["pk"]

    def __str__(self) -> str:
        # An address may hold a token of the shop's in its path.
        return self.name or host_of(self.url) or self.url

    def clean(self) -> None:
        """Refuse events that do not exist."""
        unknown = [str(name) for name in self.events or [] if name not in Event.values]
        if unknown:
            raise ValidationError(
                {
                    "events": gettext("There is no event “%(name)s”. There are: %(known)s.")
                    % {"name": unknown[0], "known": ", ".join(Event.values)}
                }
            )

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that are valid at that moment, the newest first."""
        old = self.old_secret_until is not None and now < self.old_secret_until
        return (self.secret, self.old_secret) if old and self.old_secret else (self.secret,)

    def is_ailing(self, now: datetime) -> bool:
        """Tell whether nothing has arrived there for days."""
        return self.failing_since is not None and self.failing_since <= now - AILING


class WebhookDelivery(models.Model):
    """One event for one endpoint, sent until it is taken."""

    class State(models.TextChoices):
        """How it stands."""

        PENDING = "pending", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No constraint: a process may remember for some seconds an endpoint that was deleted, and a
    # launch must not fail for it. Such a row is never sent, and goes with the others.
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        verbose_name=_("endpoint"),
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,  # the unique constraint begins with it
    )
    event = models.CharField(_("event"), max_length=40, editable=False)
    subject = models.CharField(_("about"), max_length=36, db_index=True, editable=False)
    """The id of the job or result."""
    run = models.CharField(max_length=60, editable=False)
    """Which of several times: an event that is told twice is sent once."""
    body = models.TextField(_("content"), editable=False)
    """What is sent, to the letter: the signature is over it."""
    state = models.CharField(
        _("state"), max_length=9, choices=State, default=State.PENDING, editable=False
    )
    claim = models.CharField(max_length=32, blank=True, default="", editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    response_code = models.PositiveIntegerField(_("answer"), null=True, editable=False)
    response_text = models.CharField(_("what it said"), max_length=200, blank=True, default="")
    attempted_at = models.DateTimeField(_("last attempt"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-created_at"]
        permissions = [("resend_webhookdelivery", _("Can send webhooks again"))]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="django_tryon_delivery_due"),
            models.Index(fields=["endpoint", "next_attempt_at"], name="django_tryon_delivery_turn"),
            models.Index(fields=["claim"], name="django_tryon_delivery_claim"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event", "subject", "run"], name="django_tryon_delivery_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject[:8]}"
