"""Pre-warm: what is new is dressed once, within the money and the gates."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import OperationalError

from django_tryon import services, tasks
from django_tryon.models import Batch, Garment, Person, Shopper, Status, Tally, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import prewarm as room
from django_tryon.services.driving import gates
from django_tryon.services.outcome import tell
from django_tryon.services.prewarm import Report, prewarm
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = pytest.mark.django_db
TENTH = Decimal("0.1")
Configure = Callable[..., None]


@pytest.fixture(autouse=True)
def configure(settings: Any) -> Configure:
    """Set options of TRYON; a try-on costs ten cents, and a dollar a night is set aside."""

    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | options

    go(PREWARM_BUDGET=Decimal(1), PREWARM_ENGINE="idm-vton", PRICES={"idm-vton": TENTH})
    return go


@pytest.fixture
def ana(person: Person) -> Person:
    """A house model who is chosen."""
    Person.objects.update(prewarm=True)
    person.refresh_from_db()
    return person


@pytest.fixture
def mei(db: None) -> Person:
    """Another one."""
    photo = ContentFile(picture(colour="gray"), name="mei.jpg")
    return Person.objects.create(photo=photo, is_house_model=True, name="Mei", prewarm=True)


def add(name: str) -> Garment:
    """Return a garment of a new product, from the product's own picture."""
    image = ContentFile(picture((768, 1024), "navy"), name="new.jpg")
    product = Product.objects.create(name=name, image=image)
    return Garment.objects.create(product=product, category="upper", name=name)


def words(report: Report) -> list[str]:
    """Return what it says."""
    return list(report.lines())


def spent() -> Decimal:
    """Return what pre-warms took."""
    return sum((row.used for row in Tally.objects.filter(key__contains="prewarm")), Decimal(0))


def test_what_is_new_is_dressed_on_all_who_are_chosen_and_once(
    garment: Garment, ana: Person, mei: Person
) -> None:
    Person.objects.create(photo=ana.photo, is_house_model=True, name="Tom")  # is not
    report = prewarm()
    assert words(report) == ["Launched 2 try-ons, about US$ 0.20."]
    jobs = TryOnJob.objects.all()
    assert {(job.person, job.garments.get(), job.engine) for job in jobs} == {
        (ana, garment, "idm-vton"),
        (mei, garment, "idm-vton"),
    }
    assert {job.batch for job in jobs} == {report.batch} == set(Batch.objects.all())
    assert str(report.batch).startswith("Pre-warm of 2")
    assert spent() == 2 * TENTH
    again = prewarm()
    assert words(again) == ["Launched 0 try-ons.", "Tried on before: 2."]
    assert again.batch is None
    assert TryOnJob.objects.count() == 2


def test_a_shopper_is_never_dressed_at_night(garment: Garment, person: Person) -> None:
    Person.objects.update(prewarm=True, is_house_model=False)
    assert prewarm().stopped.startswith("No house model is chosen.")


def test_what_a_shopper_tried_on_is_theirs(garment: Garment, ana: Person) -> None:
    prewarm()
    TryOnJob.objects.update(shopper=Shopper.objects.create())
    assert words(prewarm()) == ["Launched 1 try-on, about US$ 0.10."]


def test_other_categories_than_the_engines_are_left_alone(
    garment: Garment, ana: Person, configure: Configure
) -> None:
    configure(PREWARM_ENGINE="fashion-ai")
    Garment.objects.update(category="dress")
    assert words(prewarm()) == ["Launched 0 try-ons."]


def test_a_changed_picture_is_dressed_anew_and_a_new_product_too(
    garment: Garment, ana: Person
) -> None:
    prewarm()
    garment.image = ContentFile(picture(colour="navy"), name="other.jpg")
    garment.save()
    new = add("Shirt")
    assert words(prewarm()) == ["Launched 2 try-ons, about US$ 0.20."]
    assert {garment, new} == {job.garments.get() for job in TryOnJob.objects.all()}
    assert words(prewarm())[0] == "Launched 0 try-ons."


def test_what_staff_tried_on_before_is_not_again_however_it_ended(
    garment: Garment, ana: Person
) -> None:
    job = services.launch(garments=[garment], person=ana, engine="idm-vton")
    assert move(job, Status.FAILED)
    assert words(prewarm()) == ["Launched 0 try-ons.", "Tried on before: 1."]


def test_a_night_has_its_budget_and_failures_give_theirs_back(
    garment: Garment, ana: Person, mei: Person, configure: Configure
) -> None:
    configure(PREWARM_BUDGET=TENTH)
    spent_up = "Stopped: The budget of the pre-warm is spent for this day."
    assert words(prewarm()) == ["Launched 1 try-on, about US$ 0.10.", spent_up]
    assert words(prewarm()) == ["Launched 0 try-ons.", "Tried on before: 1.", spent_up]
    job = TryOnJob.objects.get()
    assert move(job, Status.FAILED)
    tell(job)
    assert spent() == 0
    assert prewarm().launched == 1


def test_the_shops_budgets_count_too(garment: Garment, ana: Person, configure: Configure) -> None:
    configure(DAILY_BUDGET=Decimal("0.05"))
    for dry_run in (True, False):
        report = prewarm(dry_run=dry_run)
        assert report.stopped == "The try-on budget of this day is spent."
    assert spent() == 0
    configure(DAILY_BUDGET=Decimal("0.15"))
    prewarm()
    assert set(Tally.objects.values_list("used", flat=True)) == {TENTH}
    assert Tally.objects.count() == 2


def test_a_dry_run_says_the_same_and_does_nothing(
    garment: Garment, ana: Person, mei: Person, configure: Configure
) -> None:
    assert words(prewarm(dry_run=True)) == ["Would launch 2 try-ons, about US$ 0.20."]
    configure(PREWARM_BUDGET=TENTH)
    assert words(prewarm(dry_run=True))[0] == "Would launch 1 try-on, about US$ 0.10."
    assert not TryOnJob.objects.exists()
    assert not Batch.objects.exists()
    assert not Tally.objects.exists()


def test_without_money_people_or_a_gate_that_is_open_nothing_is_launched(
    garment: Garment, person: Person, configure: Configure
) -> None:
    assert prewarm().stopped.startswith("No house model is chosen.")
    Person.objects.update(prewarm=True)
    gates.close("idm-vton", "no_credits")
    assert prewarm().stopped == "IDM-VTON cannot be used now: No credits."
    configure(PREWARM_BUDGET=None)
    assert prewarm().stopped.startswith("No money was set aside for it.")
    assert not TryOnJob.objects.exists()


def test_without_a_key_it_stops_at_once(
    garment: Garment, ana: Person, mei: Person, configure: Configure
) -> None:
    configure(API_KEY="")
    report = prewarm()
    assert report.stopped.startswith("There is no Segmind key.")
    assert not report.left_out


def test_what_cannot_be_done_is_left_out_with_its_reason(
    garment: Garment, ana: Person, mei: Person
) -> None:
    add("Shirt")
    ana.photo.storage.delete(ana.photo.name)
    assert words(prewarm()) == [
        "Launched 2 try-ons, about US$ 0.20.",
        "Left out: 2. “Ana” has no photo.",
    ]


def test_poor_pictures_are_left_out_and_looked_at_first(ana: Person, mei: Person) -> None:
    garment = add("Shirt")
    garment.product.image = ContentFile(picture((150, 200)), name="thumbnail.jpg")
    garment.product.save()
    assert words(prewarm()) == [
        "Launched 0 try-ons.",
        "Left out: 1. The pictures of these garments are poor: see tryon_doctor --garments.",
    ]
    garment.refresh_from_db()
    assert garment.is_assessed


def test_products_that_shoppers_may_not_see_are_not_dressed(
    garment: Garment, ana: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert words(prewarm()) == ["Launched 0 try-ons."]


def test_an_adapter_that_raises_costs_the_others_nothing(
    garment: Garment,
    ana: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    odd = add("Odd")
    read = room.products.product_of

    def faulty(asked: Garment) -> Any:
        if asked == odd:
            raise KeyError("price list of the shop")
        return read(asked)

    monkeypatch.setattr(room.products, "product_of", faulty)
    assert prewarm().launched == 1
    assert [record.event for record in caplog.records if record.levelname == "ERROR"] == [
        "prewarm.fault"
    ]


def test_a_database_that_is_away_is_no_fault_of_a_product(
    garment: Garment, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(asked: Garment) -> None:
        raise OperationalError

    monkeypatch.setattr(room.products, "product_of", away)
    with pytest.raises(OperationalError):
        prewarm()


def test_many_garments_cost_few_queries(
    ana: Person, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        add(f"Shirt {number}")
    prewarm()
    monkeypatch.setattr(room, "AT_ONCE", 2)
    # People, gates; and for each lot: garments, their products, what was tried on.
    with django_assert_max_num_queries(2 + 3 * 3 + 1):
        assert prewarm().there == 5


def test_whoever_comes_second_launches_nothing(
    garment: Garment, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    prewarm()
    there, looks = room.there_of, iter([True])

    def at_first_nothing(wishes: list[str]) -> set[str]:
        return set() if next(looks, False) else there(wishes)

    monkeypatch.setattr(room, "there_of", at_first_nothing)
    report = prewarm()
    assert next(looks, None) is None
    assert (report.launched, report.there) == (0, 1)
    assert TryOnJob.objects.count() == 1
    assert spent() == TENTH


def test_the_storefronts_engine_unless_another_is_named(
    garment: Garment, ana: Person, configure: Configure
) -> None:
    configure(PREWARM_ENGINE="")
    prewarm()
    assert TryOnJob.objects.get().engine == "try-on-diffusion"


def said(capsys: Any, *options: str) -> list[str]:
    """Run the command; return its lines."""
    call_command("tryon_prewarm", *options)
    return capsys.readouterr().out.splitlines()


def test_the_command(garment: Garment, ana: Person, capsys: Any, configure: Configure) -> None:
    assert said(capsys, "--dry-run") == ["Would launch 1 try-on, about US$ 0.10."]
    assert said(capsys)[-1] == "The workers do the rest: python manage.py tryon_worker"
    assert said(capsys, "--verbosity", "0") == []
    configure(PREWARM_ENGINE="dall-e")
    with pytest.raises(CommandError, match="no engine “dall-e”"):
        call_command("tryon_prewarm")


def test_the_task(garment: Garment, ana: Person) -> None:
    assert tasks.prewarm.name == "django_tryon.prewarm"
    tasks.prewarm()
    assert TryOnJob.objects.count() == 1
