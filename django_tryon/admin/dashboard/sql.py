"""Days and durations, put so that the database itself reckons them.

On SQLite Django has them reckoned by Python, row by row: of 100,000 rows that is most of the time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

HOUR = timedelta(hours=1)
SQLITE = "sqlite"


def day_of(name: str, since: datetime, connection: Any) -> Any:
    """Return on which day of the shop's time zone a moment lies that is not before ``since``.

    Where the database knows no zones (SQLite, a MariaDB whose table of them was never filled), by
    the offsets from UTC of that time.
    """
    zone = timezone.get_default_timezone()
    if connection.features.has_zoneinfo_database and connection.vendor != SQLITE:
        return TruncDate(name, tzinfo=zone)
    shifted = _shifted_sqlite if connection.vendor == SQLITE else _shifted
    (_until, first), *others = reversed(list(offsets(zone, since, timezone.now())))
    whens = [When(**{f"{name}__lt": until}, then=shifted(name, by)) for until, by in others[::-1]]
    return Case(*whens, default=shifted(name, first), output_field=DateField())


def offsets(zone: tzinfo, since: datetime, until: datetime) -> Any:
    """Yield until when each offset from UTC holds, and the offset; the last holds on."""
    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    offset = at.astimezone(zone).utcoffset()
    while at < until:
        at += HOUR
        if (new := at.astimezone(zone).utcoffset()) != offset:
            yield at, offset
            offset = new
    yield at, offset


def _shifted(name: str, by: timedelta) -> Any:
    return TruncDate(ExpressionWrapper(F(name) + by, output_field=DateTimeField()), tzinfo=UTC)


def _shifted_sqlite(name: str, by: timedelta) -> Any:
    seconds = Value(f"{by.total_seconds():+.0f} seconds")
    return Func(F(name), seconds, function="DATE", output_field=DateField())


class Tenths(Func):
    """The time from one moment to another in tenths of a second, rounded."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return it by SQLite's own reckoning of days."""
        template = "CAST(ROUND((%(expressions)s) * 864000) AS INTEGER)"
        return self._between(compiler, connection, template, "JULIANDAY({1}) - JULIANDAY({0})")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return it by PostgreSQL's intervals."""
        template = "CAST(ROUND(EXTRACT(EPOCH FROM (%(expressions)s)) * 10) AS INTEGER)"
        return self._between(compiler, connection, template, "{1} - {0}")

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return it as MariaDB and MySQL have it."""
        template = "CAST(ROUND((%(expressions)s) / 100000) AS SIGNED)"
        inner = "TIMESTAMPDIFF(MICROSECOND, {0}, {1})"
        return self._between(compiler, connection, template, inner)

    def _between(self, compiler: Any, connection: Any, template: str, inner: str) -> Any:
        first, second = (compiler.compile(each) for each in self.source_expressions)
        # Both are columns: their order in the text need not be that of parameters.
        sql = inner.format(first[0], second[0])
        return template % {"expressions": sql}, [*first[1], *second[1]]
