"""Forms have the rates of the API: a flood of them is turned away before anything is done."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import Shopper, TryOnJob
from tests.widget.conftest import Browser, upload

pytestmark = pytest.mark.django_db(transaction=True)
RATES: dict[str, str | None] = {"shopper": None, "address": None, "upload": None, "token": None}


@pytest.mark.parametrize("which", ["shopper", "address", "upload"])
def test_a_flood_of_photos(
    which: str, ada: Browser, product: Any, garment: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"THROTTLES": RATES | {which: "2/min"}}
    sent = [
        ada.choose(product, "photo", photo=upload(b"no picture"), consent="1") for _time in range(4)
    ]
    assert which != "upload" or Shopper.objects.count() == 1
    statuses = [answer.status_code for answer in sent]
    assert statuses[:2] == [422, 422]
    assert statuses[-1] == 429
    assert 0 < int(sent[-1]["Retry-After"]) <= 60
    assert "Please wait a little" in sent[-1].content.decode()


def test_a_flood_of_newcomers(product: Any, garment: Any, person: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"THROTTLES": RATES | {"token": "2/min"}}
    sent = [Browser().choose(product, "model", person=person.pk) for _time in range(3)]
    assert [answer.status_code for answer in sent] == [302, 302, 429]
    assert Shopper.objects.count() == 2


def test_trying_again_and_again(
    ada: Browser, product: Any, garment: Any, person: Any, settings: Any
) -> None:
    ada.choose(product, "model", person=person.pk)
    job = services.cancel(TryOnJob.objects.get())
    path = f"/tryon/try/job/{job.pk}/"
    page = ada.read(path)
    settings.TRYON = settings.TRYON | {"THROTTLES": RATES | {"shopper": "1/min"}}
    assert ada.send(f"{path}again/", page).status_code == 302
    assert ada.send(f"{path}again/", page).status_code == 429
