"""The files that the sandbox gives out: outputs for a week, uploaded assets for good."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

OUTPUT_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """One file, held in memory."""

    content: bytes
    content_type: str
    expires_at: datetime | None
    request_id: str = ""
    """The request that it came of."""

    @property
    def tag(self) -> str:
        """What changes when the content does, for `ETag`."""
        return f'"{zlib.crc32(self.content):08x}-{len(self.content)}"'


class FileStore:
    """Files under names that nobody can guess."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(
        self, content: bytes, *, content_type: str, suffix: str, now: datetime, request_id: str
    ) -> str:
        """Keep an output for `OUTPUT_LIFETIME` and return its name; forget what has expired."""
        while (oldest := next(iter(self._files), None)) and self.find(oldest, now=now) is None:
            self.remove(oldest)
        return self._keep(content, content_type, suffix, now + OUTPUT_LIFETIME, request_id)

    def add_for_good(self, content: bytes, *, content_type: str, suffix: str) -> str:
        """Keep an asset and return its name."""
        return self._keep(content, content_type, suffix, None)

    def remove(self, name: str) -> None:
        """Forget a file."""
        self._files.pop(name, None)

    def find(self, name: str, *, now: datetime) -> StoredFile | None:
        """Return the file of this name, unless it has expired."""
        file = self._files.get(name)
        if file is None or (file.expires_at is not None and now >= file.expires_at):
            return None
        return file

    def _keep(
        self,
        content: bytes,
        content_type: str,
        suffix: str,
        expires_at: datetime | None,
        request_id: str = "",
    ) -> str:
        name = f"{token_urlsafe(24)}.{suffix}"
        self._files[name] = StoredFile(
            content=content,
            content_type=content_type,
            expires_at=expires_at,
            request_id=request_id,
        )
        return name
