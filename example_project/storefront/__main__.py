"""``python -m example_project.storefront [--port 8001] [--shop http://127.0.0.1:8000]``."""

from __future__ import annotations

import argparse
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django_tryon

HERE = Path(__file__).resolve().parent
COMPONENT = Path(django_tryon.__file__).parent / "static" / "django_tryon"
FILES = {
    "/": HERE / "index.html",
    "/storefront.css": HERE / "storefront.css",
    "/storefront.js": HERE / "storefront.js",
    # A storefront of one's own would keep copies of these.
    "/events.js": COMPONENT / "events.js",
    **{f"/{path.name}": path for path in COMPONENT.glob("try-on*")},
}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {shop}; connect-src {shop}; "
    "base-uri 'none'; form-action 'none'"
)


class Handler(SimpleHTTPRequestHandler):
    """Serves these files, and nothing else."""

    def __init__(self, *args: Any, shop: str, **kwargs: Any) -> None:
        self.shop = shop
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        """Answer with a file; the page is told where the shop is."""
        path = FILES.get(self.path.partition("?")[0])
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            body = body.replace("SHOP", self.shop)
        content = body.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{TYPES[path.suffix]}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY.format(shop=self.shop))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def server(*, port: int, shop: str) -> ThreadingHTTPServer:
    """Return a server for the storefront of this shop, at a port of this machine (0: any)."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, shop=shop.rstrip("/")))


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(prog="python -m example_project.storefront")
    options.add_argument("--port", type=int, default=8001)
    options.add_argument("--shop", default="http://127.0.0.1:8000")
    given = options.parse_args()
    with server(port=given.port, shop=given.shop) as serving:
        print(f"http://127.0.0.1:{given.port} shows what {given.shop} sells. Stop: Ctrl-C")
        serving.serve_forever()


if __name__ == "__main__":
    main()
