"""Tokens, and being forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.utils import timezone

from django_tryon.models import Person, Shopper, TryOnJob
from django_tryon.services.shoppers import ask as asking
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.erase import erase
from tests.rest.conftest import Client, code


def aged(shopper: Shopper, age: timedelta) -> str:
    """Return a token that was issued that long ago."""
    then = (timezone.now() - age).timestamp()
    with patch("django.core.signing.time.time", return_value=then):
        return tokens.issue(shopper)[0]


def with_token(token: str) -> Client:
    """Return a client that sends this token."""
    client = Client(HTTP_AUTHORIZATION=f"Shopper {token}")
    client.default_format = "json"
    return client


def test_nobody_becomes_somebody(nobody: Any) -> None:
    response = nobody.post("shoppers/", {})
    token = response.json()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    left = datetime.fromisoformat(token["expires_at"]) - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    me = with_token(token["token"]).get("shoppers/me/").json()
    assert me["id"] == token["id"]
    assert (me["photos"], me["results"], me["left_today"]) == (0, 0, 20)
    assert me["consent"]["given_at"] is None
    assert "Segmind" in me["consent"]["text"]


@pytest.mark.parametrize("age", [timedelta(minutes=1), timedelta(days=2), timedelta(days=30)])
def test_a_token_renews_itself(ada: Any, age: timedelta) -> None:
    renewed = with_token(aged(ada.shopper, age)).post("shoppers/", {}).json()
    assert renewed["id"] == str(ada.shopper.pk)
    assert with_token(renewed["token"]).get("shoppers/me/").status_code == 200


@pytest.mark.parametrize("how", ["too old", "forged", "erased"])
def test_a_token_that_is_good_for_nothing_gets_a_new_shopper(ada: Any, how: str) -> None:
    token = aged(ada.shopper, timedelta(days=32 if how == "too old" else 0))
    if how == "forged":
        token = token[:-2] + "xx"
    elif how == "erased":
        ada.delete("shoppers/me/")
    got = with_token(token).post("shoppers/", {})
    assert got.status_code == 201
    assert got.json()["id"] != str(ada.shopper.pk)


@pytest.mark.parametrize(
    "path", ["engines/", "people/", "jobs/", "shoppers/me/", "results/?mine=1"]
)
def test_a_bad_token_is_a_401_everywhere(ada: Any, path: str) -> None:
    expired = with_token(aged(ada.shopper, timedelta(days=1, seconds=5))).get(path)
    assert code(expired) == (401, "token_expired", None)
    good = tokens.issue(ada.shopper)[0]
    others = signing.dumps(str(ada.shopper.pk), salt="another")
    nonsense = signing.dumps(7, salt=tokens.SALT)
    for forged in (good[:-1] + ("a" if good[-1] != "a" else "b"), others, nonsense, "x", "ü"):
        refused = with_token(forged).get(path)
        assert code(refused) == (401, "token_invalid", None)
        assert refused.headers["WWW-Authenticate"] == "Shopper"


def test_a_closed_account_is_nobody(ada: Any, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("ada", is_active=False)
    Shopper.objects.filter(pk=ada.shopper.pk).update(user=user)
    assert code(ada.get("jobs/")) == (401, "token_invalid", None)


def test_another_scheme_is_not_ours(nobody: Any) -> None:
    for scheme in ("Bearer x", "Shopper", "Shopper  "):
        assert nobody.get("engines/", HTTP_AUTHORIZATION=scheme).status_code == 200


def test_a_user_is_the_same_shopper_everywhere(django_user_model: Any, nobody: Any) -> None:
    user = django_user_model.objects.create_user("uma")
    nobody.force_login(user)
    first, second = (nobody.post("shoppers/", {}).json()["id"] for _ in range(2))
    assert first == second == nobody.get("shoppers/me/").json()["id"]
    assert Shopper.objects.get().user == user


def test_whoever_logs_in_keeps_what_was_tried_on(ada: Any, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("uma")
    ada.force_login(user)
    token = tokens.issue(ada.shopper)[0]
    ada.credentials(HTTP_AUTHORIZATION=f"Shopper {token}")
    assert ada.post("shoppers/", {}).json()["id"] == str(ada.shopper.pk)
    ada.shopper.refresh_from_db()
    assert ada.shopper.user == user
    other = Client(HTTP_AUTHORIZATION=f"Shopper {tokens.issue(Shopper.objects.create())[0]}")
    other.force_login(user)
    assert other.post("shoppers/", {}, format="json").json()["id"] == str(ada.shopper.pk)


def photos_seen(client: Any) -> int:
    return sum(not one["is_house_model"] for one in client.get("people/").json()["results"])


def test_the_token_from_before_a_login_is_worth_nothing_afterwards(
    ada: Any, nobody: Any, photo: Person, job: Any, django_user_model: Any, committed: Any
) -> None:
    assert photos_seen(ada) == 1
    nobody.force_login(django_user_model.objects.create_user("uma"))
    header = ada._credentials["HTTP_AUTHORIZATION"]
    token = nobody.post("shoppers/", {}, HTTP_AUTHORIZATION=header).json()["token"]
    assert photos_seen(ada) == 0
    assert code(ada.get("jobs/")) == (401, "token_invalid", None)
    assert ada.get(f"jobs/{job.pk}/").status_code == 404
    with committed(execute=True):
        ada.delete("shoppers/me/")
    assert Person.objects.filter(pk=photo.pk).exists()
    assert photos_seen(with_token(token)) == 1
    assert with_token(token).get(f"jobs/{job.pk}/").status_code == 200


def test_a_users_token_ends_with_the_logout(
    nobody: Any, django_user_model: Any, garment: Any
) -> None:
    nobody.force_login(django_user_model.objects.create_user("uma"))
    first, second = (with_token(nobody.post("shoppers/", {}).json()["token"]) for _ in range(2))
    assert [one.get("shoppers/me/").status_code for one in (first, second)] == [200, 200]
    nobody.logout()
    for path in ("shoppers/me/", "people/", "jobs/"):
        assert code(first.get(path)) == (401, "token_invalid", None)
    nobody.force_login(django_user_model.objects.get())
    anew = with_token(nobody.post("shoppers/", {}).json()["token"])
    assert anew.get("shoppers/me/").status_code == 200
    assert first.get("shoppers/me/").status_code == 401


@pytest.mark.parametrize("path", ["jobs/", "jobs/{job}/", "results/{result}/", "people/"])
def test_a_closed_account_is_nobody_anywhere(
    path: str, ada: Any, job: Any, result: Any, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("uma")
    Shopper.objects.filter(pk=ada.shopper.pk).update(user=user)
    ada.shopper.refresh_from_db()
    client = with_token(tokens.issue(ada.shopper)[0])
    path = path.format(job=job.pk, result=result.pk)
    assert client.get(path).status_code == 200
    user.is_active = False
    user.save()
    assert code(client.get(path)) == (401, "token_invalid", None)


def test_a_user_may_erase_twice_with_a_token(ada: Any, django_user_model: Any) -> None:
    Shopper.objects.update(user=django_user_model.objects.create_user("uma"))
    ada.shopper.refresh_from_db()
    client = with_token(tokens.issue(ada.shopper)[0])
    assert [client.delete("shoppers/me/").status_code for _time in range(2)] == [204, 204]
    assert client.get("shoppers/me/").status_code == 401


def test_a_body_that_says_something_is_a_mistake(nobody: Any) -> None:
    assert code(nobody.post("shoppers/", {"name": "Ada"})) == (422, "unknown_key", "name")


def test_erasing_leaves_nothing(
    ada: Any, result: Any, photo: Any, settings: Any, committed: Any
) -> None:
    me = ada.get("shoppers/me/").json()
    assert (me["photos"], me["results"], me["left_today"]) == (1, 1, 19)
    assert me["consent"]["given_at"]
    kept = Path(settings.BASE_DIR) / "tryon_private"
    assert sum(path.is_file() for path in kept.rglob("*")) == 2
    for _time in range(2):
        with committed(execute=True):
            assert ada.delete("shoppers/me/").status_code == 204
    assert sum(path.is_file() for path in kept.rglob("*")) == 0
    assert not Person.objects.exists()
    assert TryOnJob.objects.get().shopper is None
    assert code(ada.get("shoppers/me/")) == (401, "token_invalid", None)
    assert code(ada.get(f"jobs/{result.job_id}/")) == (404, "not_found", None)


def test_a_user_may_begin_anew(django_user_model: Any, nobody: Any) -> None:
    nobody.force_login(django_user_model.objects.create_user("uma"))
    first = nobody.get("shoppers/me/").json()["id"]
    for _time in range(2):
        assert nobody.delete("shoppers/me/").status_code == 204
    assert nobody.get("shoppers/me/").json()["id"] != first


def test_whoever_erases_everything_meanwhile_is_nobody(
    ada: Any, wish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "check_may_see", lambda *_: erase(ada.shopper))
    refused = ada.post("jobs/", wish)
    assert code(refused) == (401, "token_invalid", None)
    assert refused.headers["WWW-Authenticate"] == "Shopper"
    assert not TryOnJob.objects.exists()


def test_what_an_erasure_left_goes_with_the_next(ada: Any, photo: Any, committed: Any) -> None:
    Shopper.objects.update(erased_at=timezone.now())
    with committed(execute=True):
        assert ada.delete("shoppers/me/").status_code == 204
    assert not Person.objects.exists()
