"""The launch page and money: budgets bind staff, and what was tried on is not paid for again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from django_tryon.models import Batch, Garment, Person, Tally, TryOnJob
from tests.admin.conftest import change, page, said, wish


@pytest.fixture
def limit(settings: Any) -> None:
    """A budget for three try-ons."""
    settings.TRYON = settings.TRYON | {
        "PRICES": {"idm-vton": Decimal("0.1")},
        "DAILY_BUDGET": Decimal("0.35"),
    }


def spent() -> Decimal:
    return sum((row.used for row in Tally.objects.all()), Decimal(0))


def launch(admin: Client, garments: list[Garment], people: list[Person], **fields: Any) -> Any:
    data = wish(garments, people, **fields)
    return admin.post(page(garments=garments), data, follow=True)


@pytest.mark.usefixtures("limit")
def test_a_batch_over_the_budget_is_refused_whole(
    admin: Client, garment: Garment, person: Person, mei: Person
) -> None:
    for button in ({"check": "1", "launch": ""}, {"launch": "1"}):
        response = launch(admin, [garment], [person, mei], variations="2", **button)
        (problem,) = response.context["problems"]
        assert problem == (
            "These 4 try-ons cost about $0.40, but of the budget of $0.35 only $0.35 is left "
            "today: enough for 3 of them. Nothing was launched."
        )
        assert "$0.350 of $0.350 left today" in response.content.decode()
        assert not TryOnJob.objects.exists()
        assert not Batch.objects.exists()
        assert spent() == 0


@pytest.mark.usefixtures("limit")
def test_one_that_fits_takes_its_share(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    trousers.product.delete()
    launch(admin, [garment], [person], variations="3")
    assert (TryOnJob.objects.count(), spent()) == (3, Decimal("0.3"))
    assert {len(job.allowances) for job in TryOnJob.objects.all()} == {1}
    assert "$0.050 of $0.350 left today" in admin.get(page()).content.decode()


@pytest.mark.usefixtures("limit")
def test_a_wish_that_fails_after_all_gives_its_share_back(
    admin: Client, garment: Garment, person: Person, mei: Person, monkeypatch: Any
) -> None:
    from django_tryon.admin.launch import plan as launch_plan

    real = launch_plan.launch

    def fails_for_mei(**asked: Any) -> TryOnJob:
        if asked["person"] == mei:
            raise RuntimeError("a bug")
        return real(**asked)

    monkeypatch.setattr(launch_plan, "launch", fails_for_mei)
    launch(admin, [garment], [person, mei])
    assert (TryOnJob.objects.count(), spent()) == (1, Decimal("0.1"))


def test_what_was_tried_on_is_not_paid_for_again(
    admin: Client, garment: Garment, person: Person, mei: Person
) -> None:
    launch(admin, [garment], [person])
    first = TryOnJob.objects.get()
    checked = launch(admin, [garment], [person, mei], check="1", launch="")
    assert checked.context["estimate"].count == 1
    assert "1 was tried on already and is not paid for again:" in checked.content.decode()
    assert change(first) in checked.content.decode()
    done = launch(admin, [garment], [person, mei])
    assert said(done)[0] == "1 try-on is launched."
    assert said(done)[1].startswith("1 was tried on already")
    assert TryOnJob.objects.count() == 2
    again = launch(admin, [garment], [person, mei])
    assert "2 were tried on already" in again.content.decode()
    assert TryOnJob.objects.count() == 2
    assert Batch.objects.count() == 2
    launch(admin, [garment], [person, mei], anew="on")
    assert TryOnJob.objects.count() == 4


@pytest.mark.usefixtures("limit")
def test_what_is_reused_takes_nothing(admin: Client, garment: Garment, person: Person) -> None:
    for _press in range(5):
        launch(admin, [garment], [person])
    assert (TryOnJob.objects.count(), spent()) == (1, Decimal("0.1"))
