"""What is refused on the page of a product, and in which words; and when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Consent, Garment, Person, Tally, TryOnJob
from django_tryon.widget import choosing
from tests.conftest import picture
from tests.widget.conftest import Browser, path_to, upload

pytestmark = pytest.mark.django_db(transaction=True)
Count = Callable[[], int]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"consent": None}, "Please tick the box first"),
        ({"consent": "0"}, "The text has changed"),
        ({"photo": None}, "This field is required"),
        ({"photo": b"text called .jpg"}, "not a picture"),
        ({"photo": b"%PDF-1.7"}, "PDF files are not accepted"),
        ({"photo": picture((200, 200))}, "send a larger one"),
        ({"photo": picture()[:3000]}, "damaged or incomplete"),
        ({"notify": "nonsense"}, "valid email"),
        ({"garment": "999"}, "Select a valid choice"),
        ({"form": "forged"}, "too old"),
        ({"way": None}, ""),
    ],
)
def test_what_is_refused_is_said_in_words_and_leaves_nothing_behind(
    fields: dict[str, Any],
    says: str,
    ada: Browser,
    product: Any,
    garment: Any,
    private_files: Count,
) -> None:
    fields = {"photo": picture(), "consent": "1"} | fields
    if fields["photo"] is not None:
        fields["photo"] = upload(fields["photo"])
    response = ada.choose(product, "photo", **fields)
    if not says:  # the photo's form is the one that is meant where none is named
        assert response.status_code == 302
        return
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert 'role="alert"' in page
    assert private_files() == 0
    assert not TryOnJob.objects.exists()
    assert not Consent.objects.exists()
    assert not Tally.objects.filter(key__startswith="launch", used__gt=0).exists()


def test_after_a_refusal_the_form_works(ada: Browser, product: Any, garment: Any) -> None:
    response = ada.choose(product, "photo", photo=upload(b"text"), consent="1")
    page = response.content.decode()
    again = ada.send(path_to(product), page, "photo", photo=upload(), consent="1")
    assert again.status_code == 302


def test_a_refused_choice_of_a_model_is_kept(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    blue = Garment.objects.create(product=product, category="upper", name="In blue")
    response = ada.choose(product, "model", person=person.pk, garment=blue.pk, notify="nonsense")
    page = response.content.decode()
    assert response.status_code == 422
    assert f'name="person" value="{person.pk}" required checked' in page
    assert f'name="garment" value="{blue.pk}" required checked' in page


def test_anothers_photo_cannot_be_picked(
    photo: Person, bob: Browser, product: Any, person: Any
) -> None:
    response = bob.choose(product, "model", person=photo.pk)
    assert response.status_code == 422
    assert "no longer here" in response.content.decode()
    assert TryOnJob.objects.count() == 1


def test_a_photo_that_went_in_this_very_moment(
    photo: Person, ada: Browser, product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ada.read(path_to(product))
    Person.objects.update(delete_at=timezone.now() - timedelta(seconds=1))
    offered = lambda shopper: list(Person.objects.filter(shopper=shopper))  # noqa: E731
    monkeypatch.setattr(choosing, "own_photos", offered)
    other = Garment.objects.create(product=product, category="lower", name="Jeans")
    response = ada.send(path_to(product), page, "model", person=photo.pk, garment=other.pk)
    assert response.status_code == 422
    assert "This photo was deleted." in response.content.decode()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"SHOPPER_DAILY": 0}, "You have used today"),
        ({"STOREFRONT_DAILY_BUDGET": Decimal(0)}, "taking a break for today"),
        ({"STOREFRONT_MONTHLY_BUDGET": Decimal(0)}, "taking a break for today"),
    ],
)
def test_closed_says_so_before_a_photo_is_asked_for(
    options: dict[str, Any],
    says: str,
    ada: Browser,
    product: Any,
    garment: Any,
    change: Any,
    private_files: Count,
) -> None:
    page = ada.read(path_to(product))
    change(**options)
    closed = ada.read(path_to(product))
    assert says in closed
    assert 'type="file"' not in closed
    response = ada.send(path_to(product), page, "photo", photo=upload(), consent="1")
    assert response.status_code == 429
    assert says in response.content.decode()
    assert 0 < int(response["Retry-After"]) <= 24 * 3600
    assert private_files() == 0


def test_closed_in_this_very_moment_leaves_no_photo_behind(
    ada: Browser, product: Any, garment: Any, change: Any, private_files: Count
) -> None:
    change(ADDRESS_DAILY=0)
    response = ada.choose(product, "photo", photo=upload(), consent="1")
    assert response.status_code == 429
    assert "your network" in response.content.decode()
    assert private_files() == 0
    assert not Person.objects.exists()


def test_what_only_the_shop_can_mend_is_logged_and_not_shown(
    ada: Browser,
    product: Any,
    garment: Any,
    change: Any,
    private_files: Count,
    caplog: pytest.LogCaptureFixture,
) -> None:
    page = ada.read(path_to(product))
    change(API_KEY="")
    closed = ada.read(path_to(product))
    assert "not available at the moment" in closed
    assert 'type="file"' not in closed
    response = ada.send(path_to(product), page, "photo", photo=upload(), consent="1")
    page = response.content.decode()
    assert response.status_code == 503
    assert "not available at the moment" in page
    assert "SEGMIND_API_KEY" not in page
    assert "SEGMIND_API_KEY" in caplog.text
    assert private_files() == 0
