"""An outfit over REST is one try-on: one status, one error, one way to go on."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon.models import Garment, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.outcome import tell
from tests.rest.conftest import code


@pytest.fixture
def outfit(ada: Any, wish: dict[str, Any], garment: Garment) -> TryOnJob:
    """Trousers, and a shirt over them."""
    lower = Garment.objects.create(product=garment.product, category="lower", name="Jeans")
    wish["garments"].append(lower.pk)
    told = ada.post("jobs/", wish).json()
    assert told["status"] == "queued"
    return TryOnJob.objects.get(pk=told["id"])


def test_it_is_one_try_on(ada: Any, outfit: TryOnJob) -> None:
    [step] = outfit.steps
    assert [one["id"] for one in ada.get("jobs/").json()["results"]] == [str(outfit.pk)]
    for path in (f"jobs/{step.pk}/", f"jobs/{step.pk}/cancel/"):
        assert (ada.post if "cancel" in path else ada.get)(path).status_code == 404
    first = ada.get(f"jobs/{outfit.pk}/")
    assert move(step, Status.SUBMITTING)
    again = ada.get(f"jobs/{outfit.pk}/", headers={"If-None-Match": first["ETag"]})
    assert (first.json()["status"], again.json()["status"]) == ("queued", "running")
    assert len(again.json()["garments"]) == 2
    assert move(step, Status.FETCHING)
    between = TryOnResult.objects.create(job=step, kind="image", file="a.png")
    assert move(step, Status.SUCCEEDED)
    tell(step)
    assert ada.get(f"results/{between.pk}/").status_code == 404
    assert ada.get("results/").json()["results"] == []


def test_its_error_is_that_of_the_step_and_another_engine_goes_on(
    ada: Any, outfit: TryOnJob
) -> None:
    assert move(outfit.steps[0], Status.FAILED, error_code="invalid_input")
    tell(outfit.steps[0])
    told = ada.get(f"jobs/{outfit.pk}/").json()
    assert (told["status"], told["error"]["code"]) == ("failed", "invalid_input")
    assert told["error"]["free"]
    new = ada.post(f"jobs/{outfit.pk}/retry/", {"engine": "p-image-try-on"}).json()
    assert (new["engine"], new["status"]) == ("p-image-try-on", "queued")
    assert new["id"] != str(outfit.pk)
    refused = ada.post(f"jobs/{outfit.pk}/retry/", {"engine": "fashion-ai"})
    assert code(refused) == (422, "unknown_engine", "engine")


def test_what_clashes_is_told(ada: Any, wish: dict[str, Any], garment: Garment) -> None:
    pair = [
        Garment.objects.create(product=garment.product, category=category)
        for category in ("dress", "lower")
    ]
    wish["garments"] = [each.pk for each in pair]
    assert code(ada.post("jobs/", wish)) == (422, "garments_clash", "garments")
    assert not TryOnJob.objects.exists()
