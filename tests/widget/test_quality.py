"""Quality without JavaScript: what may not come out well is said before anything is launched."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon.models import Person, TryOnJob, TryOnResult
from tests.widget.conftest import Browser, path_to, upload

pytestmark = pytest.mark.django_db(transaction=True)
SAYS = "No face is seen in it. Use a photo that shows the face from the front"


@pytest.fixture
def with_all_checks(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {}}


@pytest.mark.usefixtures("with_all_checks")
def test_a_photo_that_may_not_do_is_asked_about_first(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    garments = {"garment": str(garment.pk)}
    answer = ada.choose(product, "photo", photo=upload(), consent="1", **garments)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert SAYS in page
    assert "Nothing is made of it yet." in page
    assert not TryOnJob.objects.exists()
    taken = Person.objects.exclude(shopper=None).get()
    chosen = f'<input type="radio" name="person" value="{taken.pk}" required checked>'
    assert chosen in page
    sent = ada.send(path_to(product), page, "model", person=str(taken.pk), **garments)
    assert sent.status_code == 302  # they use it all the same
    assert TryOnJob.objects.get().person == taken


def test_one_that_the_shop_refuses_is_not_kept(
    ada: Browser, product: Any, garment: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "refuse"}}}
    fields = {"photo": upload(), "consent": "1", "garment": str(garment.pk)}
    answer = ada.choose(product, "photo", **fields)
    assert answer.status_code == 422
    assert SAYS in answer.content.decode()
    assert not Person.objects.exists()


def test_a_result_to_look_at_closely_says_so(
    ada: Browser, result: TryOnResult, with_all_checks: None
) -> None:
    path = f"/tryon/try/job/{result.job_id}/"
    TryOnResult.objects.update(findings=[["colour", "near", {}]], needs_look=False)
    assert "Look closely" not in ada.read(path)
    TryOnResult.objects.update(findings=[["colour", "far", {"away": 50}]], needs_look=True)
    assert "Look closely" in ada.read(path)
