"""Events: what a page view's button tells, and nothing of whose it is."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from django_tryon.models.event import BROWSER
from django_tryon.rest.fields import Body, Text
from django_tryon.rest.serializers.garments import PRODUCT

MOST = 20
"""Events that one page view may tell at once."""


class EventIn(Body):
    """One event."""

    kind = serializers.ChoiceField([kind.value for kind in BROWSER])
    product = Text(max_length=200, help_text=PRODUCT)


class EventsIn(Body):
    """Some events of one page view; the same twice is one."""

    events: Any = serializers.ListField(child=EventIn(), min_length=1, max_length=MOST)
