"""Where the demo runs: ports, provider, and the environment that settings and children read."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Surroundings:
    """What was found and decided."""

    site_port: int
    wanted_port: int
    provider: str
    """Its root URL."""
    sandbox_port: int | None
    """Where the demo starts a sandbox of its own; None if it does not."""

    @property
    def site(self) -> str:
        """The site's root URL."""
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def costs_money(self) -> bool:
        """Whether the try-ons go to the real Segmind."""
        return urlsplit(self.provider).hostname not in LOOPBACK


def look_around(*, port: int) -> Surroundings:
    """Choose ports and provider, by the environment and by what is taken."""
    site_port = port if is_free(port) else free_port()
    given = os.environ.get("SEGMIND_BASE_URL", "")
    if given or os.environ.get("SEGMIND_API_KEY"):
        return Surroundings(site_port, port, given or "https://api.segmind.com", None)
    sandbox_port = free_port()
    return Surroundings(site_port, port, f"http://127.0.0.1:{sandbox_port}", sandbox_port)


def settle_in(here: Surroundings) -> None:
    """Write into the environment what settings and children have to know."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_project.settings"
    os.environ["SEGMIND_BASE_URL"] = here.provider
    # The demo brings its own worker, whatever else may listen to a broker.
    os.environ["TRYON_RUNNER"] = "django_tryon.runners.embedded"
    if here.costs_money and not os.environ.get("TRYON_PUBLIC_URL"):
        os.environ.setdefault("TRYON_INPUTS", "asset-store")
    os.environ.setdefault("TRYON_PUBLIC_URL", here.site)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port."""
    with socket.socket() as probe:
        # As the site's server does it: a port that was left a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
