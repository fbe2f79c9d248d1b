"""Launching from the shell."""

from __future__ import annotations

import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_tryon.models import Garment, Person, TryOnJob
from tests.shop.models import Product

pytestmark = pytest.mark.django_db


def launch(*arguments: Any) -> str:
    """Run the command, and return what it said."""
    out = io.StringIO()
    call_command("tryon_launch", *(str(argument) for argument in arguments), stdout=out)
    return out.getvalue()


def test_garment_and_person(garment: Garment, person: Person) -> None:
    said = launch(
        *("--engine", "idm-vton", "--garment", garment.pk, "--person", person.pk),
        *("--param", "steps=21", "--param", "crop=true"),
    )
    job = TryOnJob.objects.get()
    assert said.splitlines() == [
        f"{job.pk} queued Coral tee · Ana",
        "The workers do the rest: python manage.py tryon_worker",
    ]
    assert (job.params["steps"], job.params["crop"]) == (21, True)
    assert list(job.garments.all()) == [garment]
    again = launch(
        "--engine",
        "idm-vton",
        "--garment",
        garment.pk,
        "--person",
        person.pk,
        "--param",
        "steps=21",
        "--param",
        "crop=true",
        "--reuse",
    )
    assert str(job.pk) in again
    assert TryOnJob.objects.count() == 1


def test_a_product_on_several_people(
    product: Product, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.inline"}
    said = launch(
        "--engine",
        "idm-vton",
        "--product",
        f"shop.product:{product.pk}",
        "--person",
        person.pk,
        "--person",
        person.pk,
    )
    assert TryOnJob.objects.count() == 2
    assert said.endswith("Done.\n")


def test_the_price_alone(garment: Garment, person: Person, settings: Any) -> None:
    arguments = (
        "--engine",
        "idm-vton",
        "--garment",
        garment.pk,
        "--person",
        person.pk,
        "--person",
        person.pk,
        "--dry-run",
    )
    assert launch(*arguments).splitlines() == [
        "IDM-VTON: Coral tee on Ana, about US$ 0.0443",
        "IDM-VTON: Coral tee on Ana, about US$ 0.0443",
        "In all about US$ 0.0886. Nothing was launched.",
    ]
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.05")}
    assert launch(*arguments).endswith("The budgets allow 1 of these 2.\n")
    assert not TryOnJob.objects.exists()


def test_the_price_knows_what_is_there_already(garment: Garment, person: Person) -> None:
    other = Person.objects.create(photo=person.photo, is_house_model=True, name="Bo")
    usual = ("--engine", "idm-vton", "--garment", garment.pk, "--person", person.pk)
    launch(*usual)
    job = TryOnJob.objects.get()
    both = (*usual, "--person", other.pk, "--dry-run")
    assert launch(*both).splitlines()[2:] == [
        "1 of 2 are there already and cost nothing with --reuse.",
        "In all about US$ 0.0886. Nothing was launched.",
    ]
    assert launch(*both, "--reuse").splitlines() == [
        f"IDM-VTON: Coral tee on Ana, nothing: it is there already, {job.pk}",
        "IDM-VTON: Coral tee on Bo, about US$ 0.0443",
        "1 of 2 are there already and cost nothing.",
        "In all about US$ 0.0443. Nothing was launched.",
    ]
    assert TryOnJob.objects.count() == 1


def test_one_that_starts_from_another(garment: Garment, person: Person) -> None:
    launch("--engine", "idm-vton", "--garment", garment.pk, "--person", person.pk)
    first = TryOnJob.objects.get()
    launch(
        "--engine",
        "idm-vton",
        "--garment",
        garment.pk,
        "--person",
        person.pk,
        "--previous",
        first.pk,
    )
    assert first.followers.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--engine": "idm"}, "idm"),
        ({"--person": 999}, "There is no person 999."),
        ({"--garment": 999}, "There is no garment 999."),
        ({"--param": "steps"}, "“steps” is no parameter: write --param steps=30."),
        ({"--param": "=3"}, "“=3” is no parameter"),
        ({"--param": "steps=many"}, "steps"),
        ({"--param": "stpes=30"}, "stpes"),
        ({"--previous": "x"}, "There is no job x."),
        ({"--previous": uuid.uuid4()}, "There is no job"),
        ({"--garment": None, "--product": "shop.product:999"}, "shop.product:999"),
    ],
)
def test_what_cannot_be_launched(
    change: dict[str, Any], words: str, garment: Garment, person: Person
) -> None:
    usual = {"--engine": "idm-vton", "--garment": garment.pk, "--person": person.pk}
    given = [
        part
        for name, value in (usual | change).items()
        if value is not None
        for part in (name, value)
    ]
    with pytest.raises(CommandError) as refused:
        launch(*given)
    assert words in str(refused.value)
    assert not TryOnJob.objects.exists()


def test_a_product_without_a_garment(product: Product, person: Person) -> None:
    with pytest.raises(CommandError, match="has no garment yet"):
        launch(
            "--engine", "idm-vton", "--product", f"shop.product:{product.pk}", "--person", person.pk
        )


def test_a_budget_for_some_of_them_launches_none(
    garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.06")}
    both = ["--person", person.pk, "--person", person.pk]
    with pytest.raises(CommandError, match=r"enough for 1 of them\. Nothing was launched\."):
        launch("--engine", "idm-vton", "--garment", garment.pk, *both)
    assert not TryOnJob.objects.exists()
    with pytest.raises(CommandError, match="enough for 1"):
        launch("--engine", "idm-vton", "--garment", garment.pk, *both, *both)
    again = launch("--engine", "idm-vton", "--garment", garment.pk, *both, "--reuse")
    assert again.count(" queued ") == 2
    assert TryOnJob.objects.count() == 1
