"""More than one request can do: the workers go on with it, and it is said how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.cancelling import said_cancelled
from django_tryon.models import TryOnJob
from django_tryon.services.cancel import cancel_all
from django_tryon.services.chunks import chunks
from django_tryon.services.orders import retries

FEW = 50
"""Jobs that are tried again or cancelled within the request, one by one."""
MOST = 50_000
"""Jobs that can be ordered at once."""
IN_ONE_INSERT = 500

Page = TryOnModelAdmin[Any]


def keys_of_many(jobs: QuerySet[TryOnJob]) -> list[Any]:
    """Return the keys of these jobs, the oldest first, if they are many; else nothing."""
    keys = jobs.order_by("created_at", "pk").values_list("pk", flat=True)
    return list(keys) if len(keys[: FEW + 1]) > FEW else []


def is_too_much(request: HttpRequest, page: Page, keys: Sequence[Any]) -> bool:
    """Tell whether more was chosen than can be ordered at once, and say so."""
    if len(keys) <= MOST:
        return False
    said = _(
        "%(count)d were chosen; at most %(most)d can be done at once. Nothing was done: narrow the "
        "list down by its filters."
    )
    page.message_user(request, said % {"count": len(keys), "most": MOST}, messages.WARNING)
    return True


def order_retries(request: HttpRequest, page: Page, keys: Sequence[Any]) -> None:
    """Have the workers try these jobs again, bit by bit."""
    if is_too_much(request, page, keys):
        return
    with transaction.atomic():
        count = retries.write_down(keys)
        _log(request, keys, _("Ordered to be tried again."))
    # The first at once: should nobody be at work, they wait in vain, and the page says so.
    retries.retries.do_due(timezone.now())
    said = ngettext(
        "%(count)d will be tried again. The workers do it, bit by bit.",
        "%(count)d will be tried again. The workers do it, bit by bit.",
        count,
    )
    page.message_user(request, said % {"count": count}, messages.SUCCESS)


def stop_retries(request: HttpRequest, page: Page, *batches: Any) -> None:
    """Leave what was not tried again yet as it is; without batches, wherever it belongs."""
    count = retries.drop(*batches)
    said = ngettext(
        "%(count)d will not be tried again.", "%(count)d will not be tried again.", count
    )
    page.message_user(request, said % {"count": count})


def cancel_many(request: HttpRequest, page: Page, keys: Sequence[Any]) -> None:
    """Cancel these jobs at once; the workers tell of them."""
    if is_too_much(request, page, keys):
        return
    done = cancel_all(keys)
    _log(request, keys, _("Cancelled."))
    count = done.paid + done.unpaid
    page.message_user(request, said_cancelled(count, done.paid), messages.SUCCESS)
    if count < len(keys):
        said = _("%(count)d could not be cancelled: they had ended, or were just being sent.")
        page.message_user(request, said % {"count": len(keys) - count}, messages.WARNING)


def _log(request: HttpRequest, keys: Sequence[Any], said: str) -> None:
    """Note in each job's history who did this."""
    for some in chunks(keys, IN_ONE_INSERT):
        jobs = TryOnJob.objects.filter(pk__in=some).only("title", "engine")
        LogEntry.objects.log_actions(cast(int, request.user.pk), jobs, CHANGE, said)
