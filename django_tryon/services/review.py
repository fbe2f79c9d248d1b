"""Review: what staff say of a result."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Appointment, TryOnResult

Review = TryOnResult.Review


def approve(result: TryOnResult, *, by: Any = None, seen: str | None = None) -> TryOnResult:
    """Call a result good.

    ``seen`` is the review that stood there when whoever decides looked at it: where somebody else
    has decided since, this one does not count. Raises WrongState, which names them.
    """
    return _say(result, Review.APPROVED, seen, {}, reviewed_by=by)


def reject(
    result: TryOnResult,
    *,
    by: Any = None,
    reason: str = "",
    note: str = "",
    seen: str | None = None,
) -> TryOnResult:
    """Call a result bad, for one of ``TryOnResult.Reason`` or in words; ``seen`` as in ``approve``.

    Raises WrongState for a published one: unpublish it first.
    """
    said = {"reviewed_by": by, "reason": reason, "note": note[:200]}
    return _say(result, Review.REJECTED, seen, {"published_at": None}, **said)


def reopen(result: TryOnResult, *, seen: str | None = None) -> TryOnResult:
    """Take back what was said of a result, so that it waits for a review again.

    Raises WrongState for a published one, and as ``approve`` does.
    """
    return _say(result, Review.PENDING, seen, {"published_at": None})


def _say(
    result: TryOnResult, review: str, seen: str | None, only_if: dict[str, Any], **said: Any
) -> TryOnResult:
    said = {"reviewed_by": None, "reason": "", "note": ""} | said | {"review": review}
    said |= {"reviewed_at": None if review == Review.PENDING else timezone.now()}
    said |= {"held_by": None, "held_until": None}
    rows = TryOnResult.objects.filter(pk=result.pk, **only_if)
    won = (rows if seen is None else rows.filter(review=seen)).update(**said)
    try:
        result.refresh_from_db()
    except TryOnResult.DoesNotExist as error:
        raise WrongState(_("That result is not there any more."), code="gone") from error
    if not won and seen is not None and result.review != seen:
        raise WrongState(decided(result), code="already_decided")
    if not won and review == Review.PENDING:
        raise WrongState(_("This result is published. Unpublish it before you take that back."))
    if not won:
        raise WrongState(_("This result is published. Unpublish it before you reject it."))
    if review != Review.APPROVED:  # and a worker that is just about to publish it sees that, too
        Appointment.objects.filter(result=result).delete()
    return result


def decided(result: TryOnResult) -> str:
    """Return a sentence that says what was decided of a result, and by whom."""
    if result.review == Review.PENDING:
        return _("It waits for a review again: somebody took back what was said of it.")
    if result.published_at is not None:
        who, said = result.published_by, _("%(who)s has published it already.")
    elif result.review == Review.APPROVED:
        who, said = result.reviewed_by, _("%(who)s has approved it already.")
    else:
        who, said = result.reviewed_by, _("%(who)s has rejected it already.")
    return said % {"who": who or _("Somebody")}
