"""The OpenAPI document: made without a warning, and kept to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS

from django_tryon.rest import schema
from django_tryon.rest.urls import urlpatterns

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document, made anew, with what was complained of."""
    schema._made.cache_clear()
    GENERATOR_STATS.reset()
    return schema.document("/tryon/api")


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return path, method and operation of each."""
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_it_is_made_without_a_warning(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_it_names_every_endpoint(document: dict[str, Any]) -> None:
    ours = {one.name for one in urlpatterns} - {"api-nothing"}
    assert len(document["paths"]) == len(ours)


def test_every_operation_tells_what_it_is_for_and_how_it_fails(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(document):
        assert operation["description"], (path, method)
        codes = set(operation["responses"])
        assert {"400", "406", "413", "429"} <= codes
        assert ("404" in codes) >= ("{" in path)
        for code in codes - {"200", "201", "202", "204", "302", "304"}:
            shape = operation["responses"][code]["content"]["application/json"]["schema"]
            assert shape == {"$ref": "#/components/schemas/Error"}


def test_it_names_both_ways_to_say_who_one_is(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["shopperToken"]["name"] == "Authorization"
    assert schemes["siteSession"]["in"] == "cookie"


def test_it_is_served_and_says_where_the_api_is_mounted(nobody: Any) -> None:
    response = nobody.get("schema/")
    assert response.status_code == 200
    assert response.json()["servers"] == [{"url": "/tryon/api"}]
    assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_the_reference_names_every_request(document: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "rest.md").read_text("utf-8")
    told = re.findall(r"^\| `([A-Z]+ [^`?]+)(?:\?[^`]*)?` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(
        f"{method.upper()} {path.lstrip('/')}" for path, method, _ in operations(document)
    )
