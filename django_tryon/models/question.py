"""Questions: what is asked of the database so often that its words are put together only once.

Most of what a small query costs a process is to work out its words, which are the same each time.
A question is an ordinary queryset with blanks in it; when it is asked, only these are filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models.expressions import Expression
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=models.Model)


class Blank(Expression):
    """A place in a question whose value is given when it is asked."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Stand among the parameters oneself."""
        return "%s", (self,)

    def filled(self, values: dict[str, Any], connection: Any) -> Any:
        """Return the value as this database takes it."""
        return self.output_field.get_db_prep_value(values[self.name], connection)


@dataclass(frozen=True)
class _Words:
    """A question in the words of one database."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]
    """Of the columns, as ``from_db`` takes them."""
    converters: tuple[tuple[int, list[Any], Any], ...]
    """By the column's position: what turns its values into Python's."""


class Question(Generic[Row]):
    """A queryset with blanks, for ``rows()`` if it gives values, or else for ``objects()``."""

    def __init__(self, asked: models.QuerySet[Row, Any], *, as_written: bool = False) -> None:
        """``as_written`` asks the database to which the rows are written, not a copy of it."""
        self._asked, self._as_written = asked, as_written
        self._words: dict[str, _Words] = {}

    def rows(self, **values: Any) -> list[Any]:
        """Ask, with a value for each blank; return a tuple, or list, for each row."""
        return self._ask(self._db, values)

    def objects(self, **values: Any) -> list[Row]:
        """Ask, with a value for each blank; return the instances."""
        using, model = self._db, self._asked.model
        rows = self._ask(using, values)
        return [model.from_db(using, self._words[using].names, row) for row in rows]

    @property
    def _db(self) -> str:
        return router.db_for_write(self._asked.model) if self._as_written else self._asked.db

    def _ask(self, using: str, values: dict[str, Any]) -> list[Any]:
        connection: Any = connections[using]
        words = self._words.get(using) or self._put_together(using)
        if self._asked.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("A lock lasts until the end of its transaction.")
        params = [
            one.filled(values, connection) if isinstance(one, Blank) else one
            for one in words.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(words.sql, params)
            rows = cursor.fetchall()
        if not words.converters:
            return list(rows)
        return [_converted(row, words, connection) for row in rows]

    def _put_together(self, using: str) -> _Words:
        compiler: Any = self._asked.query.chain().get_compiler(using)
        sql, params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)
        names = (getattr(getattr(one, "target", None), "attname", "") for one in columns)
        words = _Words(
            sql,
            tuple(params),
            tuple(names),
            tuple((place, how, column) for place, (how, column) in converters.items()),
        )
        self._words[using] = words
        return words


def _converted(row: Any, words: _Words, connection: Any) -> list[Any]:
    values = list(row)
    for place, converters, column in words.converters:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return values
