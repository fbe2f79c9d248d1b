"""A shop that receives webhooks: a real server on this machine, which answers as it is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).parent / "shop.localhost.pem"
"""For shop.localhost and nothing else, signed by itself, with its key; worth nothing."""


@dataclass(frozen=True)
class Got:
    """A request that arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Say:
    """An answer."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    """Whether it keeps silent until the receiver is closed, or told to close."""
    drips: bool = False
    """Whether its body never ends."""


class Receiver:
    """What arrived, and what is to be answered; without a script, always “taken”."""

    def __init__(self, port: int, scheme: str) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}/hooks"
        self.port = port
        self.got: list[Got] = []
        self.script: list[Say] = []
        self.arrived = threading.Semaphore(0)
        self.closing = threading.Event()

    @property
    def ids(self) -> list[str]:
        """The ids of the messages, in the order in which they arrived."""
        return [got.headers["webhook-id"] for got in self.got]


@contextmanager
def receiving(*, tls: bool = False) -> Iterator[Receiver]:
    """Run a receiver until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Got(self.path, headers, self.rfile.read(length)))
            say = receiver.script.pop(0) if receiver.script else Say()
            receiver.arrived.release()
            if say.hangs:
                receiver.closing.wait()
            self.send_response(say.status)
            for name, value in say.headers.items():
                self.send_header(name, value)
            if not say.drips:
                self.send_header("content-length", str(len(say.body)))
            self.end_headers()
            self.wfile.write(say.body)
            self.wfile.flush()
            if say.drips:
                receiver.closing.wait()

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *args: Any) -> None:
            """Keep quiet: a client that goes away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1], "https" if tls else "http")
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
