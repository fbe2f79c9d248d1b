from __future__ import annotations

import importlib
import io
import socket
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_tryon.exceptions import MissingExtra
from django_tryon.sandbox.app import Sandbox
from django_tryon.sandbox.catalogue import MODELS
from django_tryon.sandbox.serving import Server
from tests.processes import free_port


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sandbox, dict[str, Any]]]:
    seen: list[tuple[Sandbox, dict[str, Any]]] = []

    def run(server: Server) -> None:
        where = {"host": server.config.host, "port": server.config.port}
        seen.append((server._sandbox, where))

    monkeypatch.setattr(Server, "run", run)
    return seen


def test_the_command_serves_and_says_what_to_set(
    served: list[tuple[Sandbox, dict[str, Any]]],
) -> None:
    out, port = io.StringIO(), free_port()
    call_command("tryon_sandbox", "--port", str(port), "--speed", "2", "--balance", "7", stdout=out)
    ((sandbox, options),) = served
    assert (options["host"], options["port"]) == ("127.0.0.1", port)
    assert sandbox.seconds_of(MODELS["idm-vton"]) == 1.6
    assert sandbox.ledger.balance == 7
    (line,) = out.getvalue().splitlines()
    for part in (
        f'"BASE_URL"] = "http://127.0.0.1:{port}"',
        '"OUTPUT_HOSTS"] = ["127.0.0.1"]',
        "SG_",
    ):
        assert part in line


def test_runs_can_be_over_at_once(served: list[tuple[Sandbox, dict[str, Any]]]) -> None:
    call_command(
        "tryon_sandbox", "--port", str(free_port()), "--seconds", "0", stdout=io.StringIO()
    )
    assert served[0][0].seconds_of(MODELS["video-tryon-v2"]) == 0


@pytest.mark.parametrize("wrong", [["--speed", "0"], ["--balance", "much"]])
def test_nonsense_is_refused_with_a_sentence(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match="cannot be made like that"):
        call_command("tryon_sandbox", *wrong)


def test_a_port_that_is_taken_is_named_before_anything_is_promised(
    served: list[tuple[Sandbox, dict[str, Any]]],
) -> None:
    out = io.StringIO()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} of 127\.0\.0\.1 is taken\..*--port"):
            call_command("tryon_sandbox", "--port", str(port), stdout=out)
    assert (out.getvalue(), served) == ("", [])


@pytest.mark.parametrize("where", [["--port", "70000"], ["--host", "192.0.2.1"]])
def test_where_nothing_can_listen_is_said(where: list[str]) -> None:
    with pytest.raises(CommandError, match="The sandbox cannot listen at"):
        call_command("tryon_sandbox", *where)


@pytest.mark.parametrize("missing", ["av", "numpy", "starlette", "uvicorn"])
def test_a_missing_package_names_the_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("django_tryon.sandbox"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=r"The sandbox .*'django-tryon\[sandbox\]'"):
        importlib.import_module("django_tryon.sandbox.app")
    with pytest.raises(CommandError, match=r"pip install 'django-tryon\[sandbox\]'"):
        call_command("tryon_sandbox")
