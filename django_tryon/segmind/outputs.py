"""Find the files that an answer names, in any of the shapes that have been met."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

KEYS = (
    "url",
    # A clip before the still that may come with it.
    "video_url",
    "image_url",
    "media_url",
    "videos",
    "video",
    "images",
    "image",
    "data",
    "value",
)
"""Where an object keeps its file or files; the first that has any wins."""

DEEPEST = 8
"""How far shapes may be nested in each other."""

SHORTEST_BASE64 = 64
"""Shorter texts are words, not pictures."""


@dataclass(frozen=True)
class Output:
    """One file that a request produced: a link, or the bytes themselves."""

    url: str = ""
    content: bytes = field(default=b"", repr=False)


def read_outputs(body: dict[str, Any]) -> list[Output]:
    """Return every file that a completed body names, in order, each once.

    ``output`` is there for all models; some back ends have only ``images`` or ``video``. A bare
    text under those other names is not taken: models repeat their inputs in the answer.
    """
    for key in ("output", "images", "video", "videos", "image"):
        value = body.get(key)
        if key != "output" and isinstance(value, str):
            continue
        if found := dict.fromkeys(_files(value)):
            return list(found)
    return []


def _files(value: Any, depth: int = 0) -> Iterator[Output]:
    """Yield the files in a value: link, data URI, base64, JSON in a string, list or object."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _files(item, depth + 1)
    elif isinstance(value, dict):
        for key in KEYS:
            if found := list(_files(value.get(key), depth + 1)):
                yield from found
                return
    elif isinstance(value, str):
        text = value.strip()
        if re.match(r"https?://", text, re.IGNORECASE):
            yield Output(url=text)
        elif text[:1] in {"[", "{", '"'}:
            yield from _files(_parse(text), depth + 1)
        elif content := decode(text):
            yield Output(content=content)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def decode(text: str) -> bytes:
    """Return the bytes of a data URI or of base64 (line breaks, URL-safe and unpadded too).

    Returns nothing for any other text.
    """
    head, _comma, data = text.partition(",")
    if head[:5].lower() == "data:":
        content = unquote_to_bytes(data)
        return _from_base64(content) if head.lower().endswith(";base64") else content
    if len(text) < SHORTEST_BASE64 or not text.isascii():
        return b""
    return _from_base64(text.encode())


def _from_base64(data: bytes) -> bytes:
    bare = data.translate(bytes.maketrans(b"-_", b"+/"), delete=b"\r\n").rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return b""
