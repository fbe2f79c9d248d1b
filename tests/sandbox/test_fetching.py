from __future__ import annotations

import asyncio

import httpx
import pytest

from django_tryon.sandbox import fetching
from django_tryon.sandbox.fetching import CannotFetch, fetch_url


def fetch(url: str = "http://site/a") -> bytes:
    def answer(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/old":
                return httpx.Response(302, headers={"location": "/a"})
            case "/a":
                return httpx.Response(200, content=b"0123456789")
            case "/down":
                raise httpx.ConnectTimeout("too slow")
        return httpx.Response(404)

    return asyncio.run(fetch_url(url, transport=httpx.MockTransport(answer)))


def test_a_file_is_fetched_also_where_it_moved() -> None:
    assert fetch() == fetch("http://site/old") == b"0123456789"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://site/none", "HTTP 404"),
        ("http://site/down", "ConnectTimeout"),
        ("http://site:x/", "InvalidURL"),
    ],
)
def test_what_cannot_be_fetched_says_why(url: str, message: str) -> None:
    with pytest.raises(CannotFetch, match=message):
        fetch(url)


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 9)
    with pytest.raises(CannotFetch, match="larger than 9 bytes"):
        fetch()
