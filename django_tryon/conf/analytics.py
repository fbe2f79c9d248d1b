"""What is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django_tryon.conf.option import Option


class Analytics:
    """What is counted."""

    EVENTS = Option(
        False,
        "Count what happens to the button (seen, opened, photo, launched, ready, added to the "
        "basket): a number for each day, product and kind, and nothing of whoever it was.",
    )
    EVENTS_SHARE = Option[float](
        1.0,
        "The share of page views that send events, above 0 and up to 1: 0.1 is every tenth. "
        "Counts are multiplied accordingly.",
    )
    HOLDOUT = Option[float](
        0.0,
        "The share of visitors, drawn at random, who do not get the button, 0 to 0.5, so that "
        "what it does can be told: 0.1 is every tenth. 0 shows it to everybody.",
    )
    HOLDOUT_NEWCOMERS = Option(
        False,
        "Begin a session for visitors who have none, so that they are part of the comparison, "
        "too. That sets your session cookie on the first product page: ask whoever advises you "
        "on privacy first.",
    )
    EVENTS_LIFETIME = Option(
        timedelta(days=400), "How long the counts of a day are kept, and its counted orders."
    )
    RETURNS_LIFETIME = Option(
        timedelta(days=60),
        "How long after an order its return can still be counted; then the hash by which the "
        "order is known is deleted.",
    )
    OSCAR_RETURNED = Option[Sequence[str]](
        (),
        "With django-oscar: which statuses of an order or of its lines mean that it came back, "
        'such as `["Returned"]`. An order that gets one of them, or of which a line does, counts '
        "as sent back. None, unless you name some.",
    )
