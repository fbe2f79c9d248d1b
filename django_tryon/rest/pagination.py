"""Lists in pages: ``limit`` and ``offset``."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.utils.urls import remove_query_param, replace_query_param

from django_tryon.rest.base import View

USUAL, MOST = 50, 200


class PageQuery(serializers.Serializer[Any]):
    """Which page."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text="How many."
    )
    offset = serializers.IntegerField(
        min_value=0, max_value=10_000_000, default=0, help_text="After how many."
    )


def page(view: View, rows: QuerySet[Any], query: dict[str, Any], serializer: Any) -> dict[str, Any]:
    """Return one page, how many rows there are, and where its neighbours are."""
    limit, offset = query["limit"], query["offset"]
    count = rows.count()
    shown = list(rows[offset : offset + limit]) if offset < count else []
    return {
        "count": count,
        "next": _neighbour(view, limit, offset + limit) if offset + limit < count else None,
        "previous": _neighbour(view, limit, offset - limit) if offset else None,
        "results": serializer(shown, many=True, context=view.context()).data,
    }


def _neighbour(view: View, limit: int, offset: int) -> str:
    url = replace_query_param(view.request.build_absolute_uri(), "limit", limit)
    if offset <= 0:
        return remove_query_param(url, "offset")
    return replace_query_param(url, "offset", offset)


def paged(serializer: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the shape of a page of these, for the OpenAPI document."""
    name = f"{serializer.__name__}Page"
    return type(
        name,
        (serializers.Serializer,),
        {
            "__doc__": "One page of a list.",
            "count": serializers.IntegerField(help_text="How many there are in all."),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True),
        },
    )
