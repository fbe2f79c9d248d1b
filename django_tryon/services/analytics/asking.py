"""Who asks not to be counted: by Do Not Track, or by Global Privacy Control."""

from __future__ import annotations

from collections.abc import Mapping


def asks_not_to_be_counted(headers: Mapping[str, str]) -> bool:
    """Tell whether the headers of a request say so."""
    return headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1"
