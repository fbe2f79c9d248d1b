"""The scripted provider, and jobs that are on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import TryOnJob
from django_tryon.segmind.loop import network
from tests.lifecycle import provider as scripted


@pytest.fixture
def provider(settings: Any) -> Iterator[scripted.Provider]:
    """A provider to script; everything goes well unless a test says otherwise."""
    scripted.current[:] = [scripted.Provider()]
    settings.TRYON = settings.TRYON | {
        "HTTP_TRANSPORT": "tests.lifecycle.provider.transport",
    }
    network.reset()
    yield scripted.current[0]
    network.reset()


@pytest.fixture
def job(garment: Any, person: Any) -> TryOnJob:
    """A queued job."""
    return services.launch(garments=[garment], person=person, engine="idm-vton")


@pytest.fixture
def drive(job: TryOnJob) -> Callable[..., TryOnJob]:
    """Drive that job some rounds (or to its end), and return it as it is then."""

    def go(rounds: int = 50) -> TryOnJob:
        services.drive_until_idle(rounds=rounds)
        job.refresh_from_db()
        return job

    return go
