"""What the tests of the engines share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused

Refusing = Callable[[type[Engine], Mapping[str, Any]], LaunchRefused]


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    """Take every option of ``TRYON`` at its default: the provider is a public one."""
    settings.TRYON = {}


@pytest.fixture
def refused() -> Refusing:
    """Return a function that gives the refusal which parameters meet, and checks its form."""

    def refuse(engine: type[Engine], params: Mapping[str, Any]) -> LaunchRefused:
        (name,) = params
        with pytest.raises(LaunchRefused) as caught:
            engine.read_params(params)
        assert caught.value.field == f"params.{name}"
        assert f"“{name}”" in caught.value.message
        assert engine.slug in caught.value.message
        return caught.value

    return refuse
