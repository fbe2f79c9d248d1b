"""The oscar shop has settings of its own, so what is inside it runs in a process of its own."""

from __future__ import annotations

collect_ignore = ["inside"]
