"""Notify: tell a shopper by e-mail that a try-on has ended, once, and forget the address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.models import Status, TryOnJob, TryOnResult, WaitingClip
from django_tryon.models.files import absolute
from django_tryon.models.transitions import FINISHED, rows
from django_tryon.services.driving.pace import minutes_of, typical_seconds
from django_tryon.services.driving.wake import wake
from django_tryon.services.reasons import reason_for
from django_tryon.services.shoppers.share import share, there

TOLD = frozenset({Status.SUCCEEDED, Status.FAILED, Status.EXPIRED})
"""Of a job that the shopper cancelled there is nothing to tell."""


def write_to(job: TryOnJob, address: str) -> None:
    """Write down where to write when a job has ended; at once, if it has ended already.

    A job is told of by one mail only, however often one asks for it. A worker sends it: whoever
    asks need not wait for a mail server.
    """
    waiting = rows().filter(pk=job.pk, notified_at=None)
    if waiting.update(notify=address, notify_language=get_language() or ""):
        transaction.on_commit(lambda: _if_ended(job), robust=True)


def _if_ended(job: TryOnJob) -> None:
    # The address is written before this is asked, and whoever has told of a job's end leaves it due
    # while there is an address: so one of the two sees the other.
    ended = rows().filter(pk=job.pk, status__in=FINISHED, next_step_at=None)
    if ended.update(next_step_at=timezone.now()):
        wake()


def notify(job: TryOnJob) -> None:
    """Send the mail that the shopper asked for, and wipe the address, whatever became of it.

    Of several callers one sends.
    """
    if job.shopper_id is None or job.status == Status.UNCERTAIN:  # the latter has not ended yet
        return
    # It may have been given since this instance was read.
    asked = rows().filter(pk=job.pk).exclude(notify="").values_list("notify", "notify_language")
    address, language = asked.first() or ("", "")
    job.notify = ""
    once = {"notify": "", "notified_at": timezone.now() if job.status in TOLD else None}
    if not address or not rows().filter(pk=job.pk, notify=address).update(**once):
        return
    if job.status not in TOLD:
        return
    try:
        with override(language or settings.LANGUAGE_CODE):
            send_mail(*_words(job), None, [address])
    except Exception as error:  # the mail server's, of any kind; its words may hold the address
        logs.warning("mail.not_sent", "its e-mail could not be sent", job=job, error=error)


def _words(job: TryOnJob) -> tuple[str, str]:
    """Return subject and text. The link lets in whoever holds it, for a while, and only to see."""
    worn = ", ".join(str(garment) for garment in job.garments.all())
    result: TryOnResult | None = there().filter(job=job).first()
    context: dict[str, Any] = {"worn": worn, "reason": reason_for(job)}
    if result is None:
        subject = _("Your try-on could not be made")
        return subject, render_to_string("django_tryon/widget/mail.txt", context)
    subject = _("Your try-on is ready")
    path, until = share(result)
    waiting = _clip_that_waits(job)
    if waiting is not None:
        subject = _("Your look is ready: shall we make the clip?")
        asks = reverse("django_tryon:clip", args=[waiting.pk])
        context |= {"asks": absolute(asks), "minutes": minutes_of(typical_seconds(waiting.engine))}
    elif result.kind == TryOnResult.Kind.VIDEO:
        subject = _("Your clip is ready")
        context["is_clip"] = True
    context |= {"link": absolute(path), "until": until}
    return subject, render_to_string("django_tryon/widget/mail.txt", context)


def _clip_that_waits(job: TryOnJob) -> WaitingClip | None:
    """Return the clip whose first frame this is, if its shopper has not said yes or no yet."""
    waits = WaitingClip.objects.filter(frame=job, shopper=job.shopper_id)
    waiting = waits.filter(state=WaitingClip.State.WAITING).select_related("person").first()
    return waiting if waiting is not None and not waiting.has_lapsed else None
