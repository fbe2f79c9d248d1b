"""Tables: lines beneath headings, on the page and as a file."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a spreadsheet takes a text for something to reckon with."""


@dataclass(frozen=True)
class Table:
    """Lines beneath headings, as read on the page and in the file."""

    key: str
    title: str
    heads: list[str]
    rows: list[list[str]]


def as_csv(table: Table, days: int) -> HttpResponse:
    """Return a table as a file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"try-ons-{table.key}-{days}-days.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(table.heads)
    for first, *rest in table.rows:
        # A product's name is somebody else's text: a spreadsheet must not reckon with it.
        writer.writerow([f"'{first}" if first.startswith(FORMULA) else first, *rest])
    return response
