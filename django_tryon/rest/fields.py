"""Fields that take a value for what it is: `"12"` is no number, and 1 is not true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

MAX_ID = 2**63 - 1


class Text(serializers.CharField):
    """A text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Id(serializers.IntegerField):
    """The id of a garment or a person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class YesNo(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Moment(serializers.DateTimeField):
    """A moment, in UTC and ISO 8601, whatever the host prefers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso-8601", default_timezone=UTC, **kwargs)


def in_utc(moment: datetime | None) -> str | None:
    """Return a moment as `Moment` writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


class Body(serializers.Serializer[Any]):
    """A body in which a key that nobody knows is a mistake, and is told."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values."""
        if isinstance(data, Mapping):
            for name in data:
                if name not in self.fields:
                    said = _("There is no such key here. Allowed: %(names)s.")
                    raise serializers.ValidationError(
                        {name: [said % {"names": ", ".join(self.fields)}]}, code="unknown_key"
                    )
        return super().to_internal_value(data)
