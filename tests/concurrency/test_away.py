"""The database goes away while paid requests are on their way."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from django_tryon import services
from django_tryon.models import Alarm, TryOnJob
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_what_was_accepted_is_written_down_once_it_is_back(
    fault: type[Exception], provider: Provider, job: TryOnJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> Any:
        raise fault("the server has gone away")

    monkeypatch.setattr(import_module("django_tryon.services.driving.watch"), "look_on", away)
    monkeypatch.setattr(Alarm, "leave", away)
    with pytest.raises(fault):
        services.watch()
    job.refresh_from_db()
    assert provider.asked["submit"] == 1
    assert job.provider_request_id
