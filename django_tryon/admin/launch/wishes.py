"""Launch more than one request can: the wishes are written down, and the workers launch them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.admin.drawing.measures import dollars
from django_tryon.admin.launch.cards import why_not
from django_tryon.admin.launch.plan import MOST_JOBS, Plan, Wish
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Batch, BatchWish
from django_tryon.services import budget
from django_tryon.services.orders import launches

MOST_WISHES = 50_000
"""How many try-ons one batch may have."""


def why_too_many(plan: Plan) -> str:
    """Say why so much cannot be launched at once; nothing if it can."""
    count = len(plan.wishes)
    if count > MOST_WISHES:
        said = _("That would be %(count)d try-ons; at most %(most)d can be launched at once.")
        return said % {"count": count, "most": MOST_WISHES}
    if plan.is_large and plan.dresser is not None:
        said = _(
            "That would be %(count)d try-ons; of clips whose first frame is to be approved at most "
            "%(most)d can be launched at once."
        )
        return said % {"count": count, "most": MOST_JOBS}
    if plan.is_large and plan.reference is not None:
        said = _(
            "That would be %(count)d try-ons; with an uploaded first frame at most %(most)d can "
            "be launched at once."
        )
        return said % {"count": count, "most": MOST_JOBS}
    return ""


def hopeful(plan: Plan) -> list[Wish]:
    """Return the wishes against which nothing stands at first sight; tell the plan of the others.

    Each is checked in full when it is launched. What stands against all of them, such as a missing
    key, is found by the first.
    """
    found = []
    for wish in plan.wishes:
        if why := _at_first_sight(wish):
            plan.refuse(wish, why)
        else:
            found.append(wish)
    firsts = {wish.engine: wish for wish in reversed(found)}
    try:
        for wish in firsts.values():
            plan.check(wish)
    except LaunchRefused as error:
        if not error.field:
            for wish in found:
                plan.refuse(wish, error.message)
            plan.is_stopped = True
            return []
    return found


def _at_first_sight(wish: Wish) -> str:
    """Say why a wish cannot be fulfilled, by what is known of it without a look at the files."""
    person = wish.person
    if person.kind != wish.engine.person_kind:
        names = {"engine": wish.engine.title, "kind": person.get_kind_display().lower()}
        return _("%(engine)s cannot dress this: %(kind)s.") % names
    reasons = (why_not(wish.engine, garment, no_picture="") for garment in wish.garments)
    return next(filter(None, reasons), "")


def money_words(prices: Sequence[Decimal]) -> str:
    """Say for how many the budgets are enough, if not for all; nothing is refused for it."""
    fit = budget.how_many_fit(prices)
    if fit == len(prices):
        return ""
    said = _(
        "The budget is enough for %(fit)d of them. The rest waits in the batch, and goes on by "
        "itself when there is money again: %(cost)s are missing."
    )
    return said % {"fit": fit, "cost": dollars(sum(prices[fit:], Decimal(0)))}


def launched_later(plan: Plan, batch: Batch) -> int:
    """Write down what the workers are to launch; return how much that is.

    Call it inside the transaction that makes the batch.
    """
    due_at = timezone.now()
    wanted = (
        BatchWish(
            garments=[garment.pk for garment in wish.garments],
            person=wish.person,
            engine=wish.engine.slug,
            params=wish.params,
            previous=plan.previous_of(wish),
            reuses=plan.reuses,
            due_at=due_at,
        )
        for wish in hopeful(plan)
    )
    return launches.write_down(batch, wanted)
