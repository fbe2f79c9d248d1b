"""The request history: a host of its own, rows in any wrapper, and the key for nobody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from django_tryon.exceptions import AnswerLost, Refused, TryOnError, UnexpectedReply
from django_tryon.segmind import history
from django_tryon.segmind.history import Row, Search
from tests.segmind.talking import KEY, Recorder, ask, caught, json

DAYS = {"since": date(2026, 1, 1), "until": date(2026, 1, 3)}


def row(number: int = 1, **told: Any) -> dict[str, Any]:
    return {
        "request_id": f"r-{number}",
        "model_name": "idm-vton",
        "model_status": "COMPLETED",
        "credits_deduction": 0.04,
        "request_body": {"steps": 30},
        "generation_url": f"https://images.segmind.com/generations/{number}.jpg",
    } | told


def search(*answers: Any, **options: Any) -> Search:
    found: Search = ask(
        lambda client: history.search(client, model="idm-vton", **DAYS), *answers, **options
    )
    return found


def searched(*answers: Any, **options: Any) -> list[Row]:
    found = search(*answers, **options)
    assert found.is_whole
    return found.rows


def looked_up(*answers: Any) -> Row | None:
    found: Row | None = ask(lambda client: history.find(client, "r-1"), *answers)
    return found


@pytest.fixture(autouse=True)
def _far(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"BASE_URL": "https://api.segmind.com"}


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: {"data": r}, lambda r: {"a": {"b": r}}])
def test_a_search_reads_rows_in_any_wrapper(wrap: Any) -> None:
    transport = Recorder(json(200, wrap([row()])))
    (found,) = searched(transport=transport)
    assert found == Row(
        "r-1",
        "done",
        {"steps": 30},
        ("https://images.segmind.com/generations/1.jpg",),
        Decimal("0.04"),
    )
    (request,) = transport.requests
    assert request.url.host == "api.spotprod.segmind.com"
    assert request.headers["x-api-key"] == KEY
    assert dict(request.url.params) == {
        "page": "1",
        "per_page": "100",
        "from_date": "2026-01-01",
        "to_date": "2026-01-03",
        "model_name": "idm-vton",
        "sort_by": "model_created",
        "sort_order": "desc",
    }


def test_a_search_turns_the_pages() -> None:
    first = [row(number) for number in range(100)]
    transport = Recorder(json(200, {"data": first}), json(200, {"data": [row(100)]}))
    assert len(searched(transport=transport)) == 101
    assert [request.url.params["page"] for request in transport.requests] == ["1", "2"]


def test_a_history_that_repeats_its_page_has_an_end() -> None:
    transport = Recorder(json(200, {"data": [row(number) for number in range(100)]}))
    found = search(transport=transport)
    assert (len(found.rows), found.is_whole) == (100, False)
    assert len(transport.requests) == 2


def test_a_search_has_an_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(history, "MOST_PAGES", 2)
    pages = [json(200, [row(100 * page + n) for n in range(100)]) for page in range(3)]
    found = search(transport=Recorder(*pages))
    assert (len(found.rows), found.is_whole) == (200, False)


def test_a_row_that_is_not_understood_ends_no_page() -> None:
    first = [row(number) for number in range(99)] + [row(99, model_status="DANCING")]
    transport = Recorder(json(200, {"data": first}), json(200, {"data": [row(100)]}))
    assert len(searched(transport=transport)) == 100


def test_a_request_with_several_files_is_one() -> None:
    both = [row(), row(generation_url="https://images.segmind.com/generations/2.jpg")]
    (found,) = searched(json(200, both))
    assert [url[-5:] for url in found.urls] == ["1.jpg", "2.jpg"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"model_status": "PENDING", "generation_url": None}, ("pending", (), "")),
        ({"model_status": "FAILED", "error": "Bad", "generation_url": ""}, ("failed", (), "Bad")),
        ({"generation_url": ["https://a.example/1", 7]}, ("done", ("https://a.example/1",), "")),
    ],
)
def test_what_a_row_says(told: dict[str, Any], expected: Any) -> None:
    (found,) = searched(json(200, [row(**told)]))
    assert (found.state, found.urls, found.error) == expected


def test_rows_that_nobody_can_use_are_left_out() -> None:
    rows = [row(), row(2, model_status="DANCING"), row(3, request_id=7)]
    assert [found.request_id for found in searched(json(200, rows))] == ["r-1"]


def test_nothing_found_is_no_fault() -> None:
    assert searched(json(200, {"data": [], "total": 0})) == []


@pytest.mark.parametrize(
    "answer",
    [
        json(200, {"ok": True}),
        json(200, [row(model_status="DANCING")]),
        httpx.Response(200, html="<h1>no</h1>"),
        httpx.Response(404, html="<h1>no</h1>"),
    ],
)
def test_an_answer_in_no_known_shape_is_not_taken_for_nothing(answer: httpx.Response) -> None:
    with pytest.raises(UnexpectedReply):
        searched(answer)


def test_an_unknown_address_answers_nothing_at_all() -> None:
    with pytest.raises(UnexpectedReply):
        looked_up(httpx.Response(404, html="<h1>no</h1>"))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (json(200, row()), "done"),
        (json(200, {"data": row()}), "done"),
        (json(200, [row(), row(2)]), "done"),
        (json(404, {"error": "Request r-1 not found"}), None),
        (httpx.Response(200, content=b"null"), None),
        (json(200, row(2)), None),
    ],
)
def test_one_request_of_any_age(answer: httpx.Response, state: str | None) -> None:
    found = looked_up(answer)
    assert (found.state if found else None) == state


def test_faults_are_told() -> None:
    assert isinstance(
        caught(lambda client: history.find(client, "r-1"), httpx.ReadTimeout("slow")), AnswerLost
    )
    assert isinstance(caught(lambda client: history.find(client, "r-1"), json(500, {})), TryOnError)


@pytest.mark.parametrize("address", ["http://history.example", "http://127.0.0.1:9"])
def test_the_key_goes_nowhere_else(address: str, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"HISTORY_URL": address}
    transport = Recorder(json(200, []))
    with pytest.raises(Refused) as refused:
        searched(transport=transport)
    assert (refused.value.code, transport.requests) == ("bad_address", [])


def test_the_sandbox_keeps_its_own(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"BASE_URL": "http://127.0.0.1:9/"}
    transport = Recorder(json(200, []))
    searched(transport=transport, base_url="http://127.0.0.1:9/")
    assert transport.requests[0].url.host == "127.0.0.1"


def test_whose_history_is_off_has_no_address(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"HISTORY_URL": ""}
    assert history.address() == ""
