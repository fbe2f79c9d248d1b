"""Notify: tell a shopper by e-mail that a try-on has ended, once, and forget the address."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.files import absolute
from django_tryon.services.reasons import reason_for
from django_tryon.services.share import share, there

logger = logging.getLogger("django_tryon")
TOLD = frozenset({Status.SUCCEEDED, Status.FAILED, Status.EXPIRED})
"""Of a job that the shopper cancelled there is nothing to tell."""


def notify(job: TryOnJob) -> None:
    """Send the mail that the shopper asked for, and wipe the address, whatever became of it.

    Of several callers one sends. A shop whose mail is slow should use a back end that queues.
    """
    address = job.notify
    if not address or job.status == Status.UNCERTAIN:  # then it has not ended yet
        return
    job.notify = ""
    if not TryOnJob.objects.filter(pk=job.pk).exclude(notify="").update(notify=""):
        return
    if job.status not in TOLD:
        return
    try:
        with override(job.notify_language or settings.LANGUAGE_CODE):
            send_mail(*_words(job), None, [address])
    except Exception as error:  # the mail server's, of any kind; its words may hold the address
        logger.warning("job %s: its e-mail could not be sent (%s)", job.pk, type(error).__name__)


def _words(job: TryOnJob) -> tuple[str, str]:
    """Return subject and text. The link lets in whoever holds it, for a while, and only to see."""
    worn = ", ".join(str(garment) for garment in job.garments.all())
    result: TryOnResult | None = there().filter(job=job).first()
    context: dict[str, Any] = {"worn": worn, "reason": reason_for(job)}
    if result is None:
        subject = _("Your try-on could not be made")
    else:
        subject = _("Your try-on is ready")
        path, until = share(result)
        context |= {"link": absolute(path), "until": until}
    return subject, render_to_string("django_tryon/widget/mail.txt", context)
