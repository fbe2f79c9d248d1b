"""What the button offers besides the same once more."""

from __future__ import annotations

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.models.transitions import move
from tests.browser.shopping import FAILED, READY, Window, first_steps, launch, wait_for_job

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_another_engine_does_what_the_first_cannot(
    window: Window, garment: Garment, person: Person
) -> None:
    job = launch(window, garment)
    assert move(job, Status.FAILED, error_code="engine_retired", cost=0)
    window.step(FAILED)
    assert "Please try another way." in window.dialog.get_by_role("status").inner_text()
    assert first_steps(window) == ["Try another way", "Another photo or model"]
    window.press("Try another way")
    other = wait_for_job(window)
    assert (other.engine != job.engine, other.person) == (True, job.person)
    services.drive_until_idle()
    window.step(READY)
    window.tells("open", "launched", "error", "launched", "ready")
    assert window.detail("ready")["job"] == str(other.pk)
    assert TryOnJob.objects.count() == 2
