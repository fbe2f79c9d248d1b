"""The button and what the checks see: asked before anything is paid, told beside the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from django_tryon.services.driving import advance
from tests.browser.shopping import READY, Window, wait_for_job

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_it_asks_before_a_poor_photo_is_used_and_doubts_a_result_later(
    window: Window,
    garment: Garment,
    photo: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {}}
    monkeypatch.setattr(advance, "AT_LEISURE", ())  # a look that takes its time
    window.show(garment.product).click()
    window.step("Try it on")
    window.give(photo)
    window.press("Use this photo")
    window.dialog.get_by_text("No face is seen in it. Use a photo that shows the face").wait_for()
    window.check()
    assert not TryOnJob.objects.exists()
    window.press("Choose another")
    window.step("Try it on")
    window.dialog.get_by_text("Use my last photo").click()  # they know what they do
    job = wait_for_job(window)
    assert job.person == Person.objects.exclude(shopper=None).get()
    services.drive_until_idle()
    window.step(READY)
    doubt = window.dialog.locator(".doubt")
    assert doubt.text_content() == ""
    seen = {"findings": [["colour", "far", {"away": 50}]], "needs_look": True, "judge_at": None}
    TryOnResult.objects.update(**seen)
    window.dialog.get_by_text("Look closely: face, body or garment").wait_for()
    window.check()
