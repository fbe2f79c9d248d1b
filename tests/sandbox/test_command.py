from __future__ import annotations

import importlib
import io
import sys
from typing import Any

import pytest
import uvicorn
from django.core.management import CommandError, call_command

from django_tryon.exceptions import MissingExtra
from django_tryon.sandbox.app import Sandbox
from django_tryon.sandbox.catalogue import MODELS


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sandbox, dict[str, Any]]]:
    seen: list[tuple[Sandbox, dict[str, Any]]] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: seen.append((app, options)))
    return seen


def test_the_command_serves_and_says_what_to_set(
    served: list[tuple[Sandbox, dict[str, Any]]],
) -> None:
    out = io.StringIO()
    call_command("tryon_sandbox", "--port", "8123", "--speed", "2", "--balance", "7", stdout=out)
    ((sandbox, options),) = served
    assert (options["host"], options["port"]) == ("127.0.0.1", 8123)
    assert sandbox.seconds_of(MODELS["idm-vton"]) == 1.6
    assert sandbox.ledger.balance == 7
    (line,) = out.getvalue().splitlines()
    for part in ('"BASE_URL"] = "http://127.0.0.1:8123"', '"OUTPUT_HOSTS"] = ["127.0.0.1"]', "SG_"):
        assert part in line


def test_runs_can_be_over_at_once(served: list[tuple[Sandbox, dict[str, Any]]]) -> None:
    call_command("tryon_sandbox", "--seconds", "0", stdout=io.StringIO())
    assert served[0][0].seconds_of(MODELS["video-tryon-v2"]) == 0


@pytest.mark.parametrize("wrong", [["--speed", "0"], ["--balance", "much"]])
def test_nonsense_is_refused_with_a_sentence(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match="cannot be made like that"):
        call_command("tryon_sandbox", *wrong)


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
