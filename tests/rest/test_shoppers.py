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
from django_tryon.services import tokens
from tests.rest.conftest import Client
from tests.rest.test_jobs import code


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
