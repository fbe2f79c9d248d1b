"""Servers of one's own, in a folder that goes with them: they may be killed, and come back."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.processes import HOST, ROOT, answers, free_port, until

START = 90.0
"""Seconds that a server may take to come back on a busy machine."""


REST = 1.0
"""Seconds between two starts: a PostgreSQL waits for its last children to see that it has died."""
TRIES = 60


class Missing(Exception):
    """A program is not installed here."""


def program(name: str, *folders: str) -> str:
    """Return the path of a program; raises Missing."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *folders])
    if found := shutil.which(name, path=places):
        return found
    raise Missing(f"{name} is not installed")


class Part:
    """A process that may be killed with all its children, and started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        env: dict[str, str],
        is_up: Callable[[], bool] = lambda: True,
        user: str | None = None,
    ) -> None:
        self.name, self.kills, self.starts = name, 0, 0
        self._command, self._env, self._is_up, self._user = list(command), env, is_up, user
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -REST

    @property
    def runs(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, if it does not run; ``wait`` tells when it is up."""
        if self.runs or time.monotonic() - self._started < REST:
            return
        self.starts, self._started = self.starts + 1, time.monotonic()
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self._user,
            )

    def wait(self) -> None:
        """Return when it answers; it is started again if it ended by itself meanwhile."""

        begun = self.starts

        def up() -> bool:
            assert self.starts < begun + TRIES, f"{self.name} ends again and again: {self._last()}"
            self.start()
            return self._is_up() and self.runs

        until(up, seconds=START, what=f"answer of {self.name} (see {self._log})", every=0.2)

    def _last(self) -> str:
        return self._log.read_text(errors="replace")[-600:]

    def kill(self) -> None:
        """Kill it, with everything that it started."""
        self.kills += 1
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it in good order."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def owner(name: str) -> str | None:
    """Return the user under whom a server is to run: itself refuses root."""
    if getpass.getuser() != "root":
        return None
    try:
        pwd.getpwnam(name)
    except KeyError as error:
        raise Missing(f"there is no user {name}, and root may not run this server") from error
    return name


def _own(folder: Path, user: str | None) -> Path:
    folder.mkdir()
    if user:
        shutil.chown(folder, user)
    return folder


def _run(command: Sequence[str], user: str | None, env: dict[str, str]) -> None:
    done = subprocess.run(
        command, user=user, env=env, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"


def postgresql(folder: Path, env: dict[str, str]) -> tuple[Part, str]:
    """Return a PostgreSQL that has not been started, and the URL of its database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folders = [str(path) for path in reversed(found)]
    initdb, postgres = program("initdb", *folders), program("postgres", *folders)
    user, port = owner("postgres"), free_port()
    data = _own(folder / "postgresql", user)
    _run([initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"], user, env)
    options = {"port": port, "listen_addresses": HOST, "unix_socket_directories": data}
    command = [postgres, "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgres://postgres@{HOST}:{port}/postgres"

    def is_up() -> bool:
        import psycopg

        with suppress(psycopg.Error), psycopg.connect(url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
            return True
        return False

    part = Part("postgresql", command, folder=folder, env=env, is_up=is_up, user=user)
    return part, url


def mariadb(folder: Path, env: dict[str, str]) -> tuple[Part, str]:
    """Return a MariaDB that has not been started, and the URL of its database."""
    install, server = program("mariadb-install-db"), program("mariadbd")
    user, port = owner("mysql"), free_port()
    data = _own(folder / "mariadb", user)
    _run(
        [
            install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-name-resolve",
        ],
        user,
        env,
    )
    command = [
        server,
        "--no-defaults",
        f"--datadir={data}",
        f"--port={port}",
        f"--bind-address={HOST}",
        f"--socket={data / 'socket'}",
        f"--pid-file={data / 'pid'}",
        "--innodb-buffer-pool-size=64M",
        "--character-set-server=utf8mb4",
    ]

    def is_up() -> bool:
        import pymysql

        try:
            with pymysql.connect(host=HOST, port=port, user="root", connect_timeout=2) as link:
                link.cursor().execute("CREATE DATABASE IF NOT EXISTS tryon")
        except pymysql.Error:
            return False
        return True

    part = Part("mariadb", command, folder=folder, env=env, is_up=is_up, user=user)
    return part, f"mysql://root@{HOST}:{port}/tryon"


def redis(folder: Path, env: dict[str, str]) -> tuple[Part, str]:
    """Return a Redis that has not been started, and its URL."""
    port, data = free_port(), _own(folder / "redis", None)
    options = {"port": port, "bind": HOST, "dir": data, "appendonly": "yes", "save": ""}
    command = [program("redis-server")]
    for name, value in options.items():
        command += [f"--{name}", str(value)]

    def is_up() -> bool:
        import redis as client

        with suppress(client.RedisError), client.Redis(host=HOST, port=port) as link:
            return bool(link.ping())
        return False

    part = Part("redis", command, folder=folder, env=env, is_up=is_up)
    return part, f"redis://{HOST}:{port}/0"


def rabbitmq(folder: Path, env: dict[str, str]) -> tuple[Part, str]:
    """Return a RabbitMQ node that has not been started, and its URL."""
    command = program("rabbitmq-server", "/usr/lib/rabbitmq/bin")
    direct = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # Debian's own calls it by another name
    user, port = owner("rabbitmq"), free_port()
    home = _own(folder / "rabbitmq", user)
    plugins, config = home / "plugins", home / "rabbitmq.conf"
    plugins.write_text("[].\n")
    config.write_text(f"listeners.tcp.own = {HOST}:{port}\n")
    own = {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"tryon{port}@localhost",
        "RABBITMQ_CONFIG_FILE": str(config),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
    }
    url = f"amqp://guest:guest@{HOST}:{port}//"

    def is_up() -> bool:
        import kombu

        if not answers(port):
            return False
        try:
            with kombu.Connection(url, connect_timeout=2) as link:
                link.connect()
        except Exception:
            return False
        return True

    part = Part(
        "rabbitmq",
        [str(direct) if direct.exists() else command],
        folder=folder,
        env=env | own,
        is_up=is_up,
        user=user,
    )
    return part, url


DATABASES = {"postgresql": postgresql, "mariadb": mariadb}
BROKERS = {"redis": redis, "rabbitmq": rabbitmq}


def pause(seconds: float) -> None:
    """Let the processes work."""
    time.sleep(seconds)
