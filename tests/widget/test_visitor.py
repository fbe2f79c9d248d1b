"""Who is who: another's things are unknown things; logging in takes one's things along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from django_tryon.models import Person, Shopper, TryOnJob, TryOnResult
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.ask import ask
from django_tryon.widget import visitor
from tests.widget.conftest import Browser, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paths(result: TryOnResult, photo: Person) -> list[str]:
    """Every page that shows or changes something of Ada's."""
    job, one = f"/tryon/try/job/{result.job_id}/", f"/tryon/mine/results/{result.pk}/"
    return [
        job,
        f"{job}cancel/",
        f"{job}again/",
        f"{one}like/",
        f"{one}share/",
        f"{one}delete/",
        f"/tryon/mine/photos/{photo.pk}/delete/",
    ]


def unknown(path: str, result: TryOnResult, photo: Person) -> str:
    """Return the same path with ids that nobody has."""
    for key in (str(result.pk), str(result.job_id)):
        path = path.replace(key, str(uuid4()))
    return path.replace(f"photos/{photo.pk}/", "photos/99999/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["nobody", "another", "staff"])
def test_anothers_are_like_unknown_ones(
    method: str,
    who: str,
    paths: list[str],
    product: Any,
    person: Person,
    staff: Any,
    result: TryOnResult,
    photo: Person,
) -> None:
    browser = Client(HTTP_ACCEPT="text/html")
    if who == "staff":
        browser.force_login(staff)  # their way to shoppers' pictures is the admin, and is logged
    if who == "another":
        bob = Shopper.objects.create()
        ask(bob, garments=[result.job.garments.get()], person=person, engine="idm-vton")
        session = browser.session
        session[visitor.KEY] = str(bob.pk)
        session.save()
    for path in paths:
        theirs = getattr(browser, method)(path)
        if theirs.status_code == 405:
            continue
        nobodys = getattr(browser, method)(unknown(path, result, photo))
        assert theirs.status_code == nobodys.status_code == 404, path
        same = theirs.content.decode().replace(path, "")
        assert "This is not here" in same
    result.refresh_from_db()
    photo.refresh_from_db()
    assert result.liked is None


UNKNOWN = "07254370-4da4-4b6a-8b6f-453d63cd72d7"


@pytest.mark.parametrize("said", ["", "nonsense", 5, None, UNKNOWN])
def test_a_session_that_says_something_odd_stands_for_nobody(said: Any, ada: Browser) -> None:
    session = ada.session
    session[visitor.KEY] = said
    session.save()
    assert "Nothing here yet" in ada.read("/tryon/mine/")


def test_logging_in_takes_ones_things_along(
    ada: Browser, result: TryOnResult, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("ada")
    ada.force_login(user)
    assert str(result.pk) in ada.read("/tryon/mine/")
    assert Shopper.objects.get().user == user
    ada.logout()
    assert "Nothing here yet" in ada.read("/tryon/mine/")
    elsewhere = Browser()
    elsewhere.force_login(user)
    assert str(result.pk) in elsewhere.read("/tryon/mine/")


def test_whoever_logs_out_and_keeps_the_session_is_nobody(
    ada: Browser, result: TryOnResult, django_user_model: Any
) -> None:
    Shopper.objects.update(user=django_user_model.objects.create_user("ada"))
    assert "Nothing here yet" in ada.read("/tryon/mine/")


def test_a_user_who_is_known_already_stays_who_they_are(
    ada: Browser, result: TryOnResult, django_user_model: Any, product: Any, person: Person
) -> None:
    user = django_user_model.objects.create_user("ada")
    own = Shopper.objects.create(user=user)
    ada.force_login(user)
    assert "Nothing here yet" in ada.read("/tryon/mine/")
    ada.choose(product, "model", person=person.pk)
    job = TryOnJob.objects.get(shopper=own)
    assert job.requested_by == user


def test_a_user_who_is_new_is_made_a_shopper_by_the_first_try_on(
    ada: Browser, garment: Any, django_user_model: Any, product: Any, person: Person
) -> None:
    user = django_user_model.objects.create_user("ada")
    ada.force_login(user)
    ada.choose(product, "model", person=person.pk)
    assert Shopper.objects.get().user == user


def test_an_old_form_of_somebody_who_has_an_account_now_is_not_theirs(
    ada: Browser, product: Any, garment: Any, person: Person, django_user_model: Any
) -> None:
    path = f"/tryon/try/shop.product:{product.pk}/"
    page = ada.read(path)
    ada.send(path, page, "model", person=person.pk)
    Shopper.objects.update(user=django_user_model.objects.create_user("ada"))
    stranger = Browser()
    stranger.cookies["csrftoken"] = ada.cookies["csrftoken"].value
    stranger.send(path, page, "model", person=person.pk)
    assert Shopper.objects.filter(user=None).count() == 1


def test_a_form_from_another_site_is_refused(ada: Browser, product: Any, garment: Any) -> None:
    path = f"/tryon/try/shop.product:{product.pk}/"
    fields = {"way": "photo", "consent": "1", "photo": upload()}
    assert ada.post(path, fields).status_code == 403
    assert not Shopper.objects.exists()


# --- Known by the button's token ------------------------------------------------------------------


@pytest.fixture
def knock(ada: Browser) -> Callable[..., bool]:
    """Hand a token over, as the script of “My try-ons” does."""

    def go(token: str, scheme: str = "Shopper") -> bool:
        response = ada.post("/tryon/try/enter/", headers={"authorization": f"{scheme} {token}"})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        changed: bool = response.json()["changed"]
        return changed

    return go


@pytest.fixture
def elsewhere(garment: Any, person: Person) -> TryOnJob:
    """What she tried on with the button."""
    return ask(Shopper.objects.create(), garments=[garment], person=person, engine="idm-vton")[0]


def test_a_token_opens_my_try_ons(ada: Browser, knock: Any, elsewhere: TryOnJob) -> None:
    token = tokens.issue(elsewhere.shopper)[0]  # type: ignore[arg-type]
    assert knock(token)
    assert str(elsewhere.pk) in ada.read("/tryon/mine/")
    assert not knock(token)  # it tells nothing new


def test_one_that_expired_lately_will_do(knock: Any, elsewhere: TryOnJob, settings: Any) -> None:
    token = tokens.issue(elsewhere.shopper)[0]  # type: ignore[arg-type]
    settings.TRYON = settings.TRYON | {"TOKEN_LIFETIME": timedelta(seconds=-5)}
    assert knock(token)


def test_nothing_else_opens_it(knock: Any, elsewhere: TryOnJob, django_user_model: Any) -> None:
    shopper = elsewhere.shopper
    assert shopper is not None
    token = tokens.issue(shopper)[0]
    assert not knock("forged")
    assert not knock("")
    assert not knock(token, scheme="Bearer")
    Shopper.objects.update(user=django_user_model.objects.create_user("ada"))
    assert not knock(token)
    Shopper.objects.update(user=None, erased_at=timezone.now())
    assert not knock(token)


def test_a_session_that_has_something_keeps_it(
    ada: Browser, result: TryOnResult, knock: Any, elsewhere: TryOnJob
) -> None:
    assert not knock(tokens.issue(elsewhere.shopper)[0])  # type: ignore[arg-type]
    assert str(result.pk) in ada.read("/tryon/mine/")


def test_whoever_is_logged_in_is_known(
    ada: Browser, knock: Any, elsewhere: TryOnJob, django_user_model: Any
) -> None:
    ada.force_login(django_user_model.objects.create_user("ada"))
    assert not knock(tokens.issue(elsewhere.shopper)[0])  # type: ignore[arg-type]


def test_an_empty_session_gives_way(
    ada: Browser, product: Any, garment: Any, knock: Any, elsewhere: TryOnJob
) -> None:
    session = ada.session
    session[visitor.KEY] = str(Shopper.objects.create().pk)
    session.save()
    assert knock(tokens.issue(elsewhere.shopper)[0])  # type: ignore[arg-type]
