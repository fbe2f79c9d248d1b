"""A database of one's own on a real server, gone afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests import needs


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Create a database on this server, give its URL, and drop it at the end."""
    name = f"tryon_{uuid.uuid4().hex[:12]}"
    execute = {"postgresql": _on_postgresql, "mariadb": _on_mariadb}[server]
    execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(needs.url_of(server))._replace(path=f"/{name}").geturl()
    finally:
        forced = " WITH (FORCE)" if server == "postgresql" else ""
        execute(f"DROP DATABASE {name}{forced}")


def _on_postgresql(statement: str) -> None:
    import psycopg

    with psycopg.connect(needs.url_of("postgresql"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _on_mariadb(statement: str) -> None:
    with needs.connect_mariadb() as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def drop_queue(broker: str, queue: str) -> None:
    """Delete a queue and what is left of it on a broker."""
    import kombu

    with kombu.Connection(broker, connect_timeout=5) as connection:
        channel: Any = connection.default_channel
        channel.queue_delete(queue)
