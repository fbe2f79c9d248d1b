"""The request history: what the account has paid for, for requests whose answer never reached us.

It lies on a host of its own, and keeps requests of any age. A row may come late: what is not there
yet may have been accepted all the same. Source: the segmind package, 1.3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlencode

from django_tryon.conf import conf
from django_tryon.exceptions import RequestGone, UnexpectedReply
from django_tryon.hosts import is_loopback
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.errors import message_of
from django_tryon.segmind.replies import price, read_id

PATH = "/inference-request/request-history"
PER_PAGE = 100
MOST_PAGES = 20
"""Pages of one search: a shop with more requests of one engine a day looks by hand."""
DEEPEST = 3
"""How far the rows may lie below the top of the answer; nobody says under which names."""

STATES: dict[str, Literal["pending", "done", "failed"]] = {
    "PENDING": "pending",
    "QUEUED": "pending",
    "PROCESSING": "pending",
    "COMPLETED": "done",
    "FAILED": "failed",
}


@dataclass(frozen=True)
class Row:
    """One request that the account made."""

    request_id: str
    state: Literal["pending", "done", "failed"]
    body: Any = field(default=None, repr=False)
    """The parameters as they were sent."""
    urls: tuple[str, ...] = field(default=(), repr=False)
    """Where its files lie, for seven days."""
    cost: Decimal | None = None
    """US$; unknown is None."""
    error: str = ""


@dataclass(frozen=True)
class Search:
    """What a search came to."""

    rows: list[Row]
    is_whole: bool
    """Whether these are all: of very many only the newest are read, so one may be missing."""


def address() -> str:
    """Return where the history is asked for; empty if nowhere.

    The sandbox keeps its own: what is tried there never asks the account.
    """
    return conf.BASE_URL if is_loopback(conf.BASE_URL) else conf.HISTORY_URL


async def around(model: str, sent_at: datetime, client: SegmindClient) -> Search:
    """Return the requests to one model from the day before this moment to the day after.

    So whatever time zone the history's days are in, it is among them. Raises ProviderError.
    """
    day = timedelta(days=1)
    return await search(
        client, model=model, since=(sent_at - day).date(), until=(sent_at + day).date()
    )


async def search(client: SegmindClient, *, model: str, since: date, until: date) -> Search:
    """Return the requests to one model between two days, both included, the newest first.

    Raises ProviderError.
    """
    found: dict[str, Row] = {}
    for page in range(1, MOST_PAGES + 1):
        query = {
            "page": page,
            "per_page": PER_PAGE,
            "from_date": since.isoformat(),
            "to_date": until.isoformat(),
            "model_name": model,
            "sort_by": "model_created",
            "sort_order": "desc",
        }
        rows, is_last = _read_page(await client.history(f"{_root()}?{urlencode(query)}"))
        before = len(found)
        for row in rows:
            known = found.get(row.request_id)
            # A request with several files has a row for each of them.
            found[row.request_id] = replace(known, urls=known.urls + row.urls) if known else row
        if is_last or len(found) == before:
            return Search(list(found.values()), is_whole=is_last)
    return Search(list(found.values()), is_whole=False)


async def knows(request_id: str, client: SegmindClient) -> bool:
    """Tell whether a request is known, as a record or in the history. Raises ProviderError."""
    try:
        await client.status(request_id)
    except RequestGone:
        return bool(address()) and await find(client, request_id) is not None
    return True


async def find(client: SegmindClient, request_id: str) -> Row | None:
    """Return one request, of whatever age; None if the account made none of this id.

    Raises ProviderError.
    """
    try:
        body = await client.history(f"{_root()}/{quote(request_id, safe='')}")
    except RequestGone:
        return None
    rows = [row for row in map(_read_row, _objects(body)) if row and row.request_id == request_id]
    if not rows:
        return None
    return replace(rows[0], urls=tuple(dict.fromkeys(url for row in rows for url in row.urls)))


def _root() -> str:
    return address().rstrip("/") + PATH


def _read_page(body: Any) -> tuple[list[Row], bool]:
    """Return the rows of a page that can be read, and whether no page follows."""
    objects = list(_objects(body))
    rows = [row for row in map(_read_row, objects) if row is not None]
    if not rows and (objects or not _holds_list(body)):
        raise UnexpectedReply("Segmind's request history answered in no shape that we know.")
    return rows, len(objects) < PER_PAGE


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects with a request id, wherever the answer keeps them."""
    if isinstance(value, dict) and "request_id" in value:
        yield value
    elif isinstance(value, dict | list) and depth < DEEPEST:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _objects(part, depth + 1)


def _holds_list(value: Any, depth: int = 0) -> bool:
    """Tell whether an answer holds a list at all, be it empty: then nothing was found."""
    if isinstance(value, dict) and depth < DEEPEST:
        return any(_holds_list(part, depth + 1) for part in value.values())
    return isinstance(value, list)


def _read_row(told: dict[str, Any]) -> Row | None:
    """Return what a row says; None for one without an id or a known status."""
    request_id, state = read_id(told), STATES.get(str(told.get("model_status")).upper())
    if not request_id or state is None:
        return None
    url = told.get("generation_url")
    urls = url if isinstance(url, list) else [url]
    return Row(
        request_id=request_id,
        state=state,
        body=told.get("request_body"),
        urls=tuple(each for each in urls if isinstance(each, str) and each.startswith("http")),
        cost=price(told.get("credits_deduction")),
        error=message_of(told) if state == "failed" else "",
    )
