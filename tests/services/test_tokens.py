"""Tokens: who they stand for, for how long, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing
from django.utils import timezone

from django_tryon.models import Shopper
from django_tryon.services.shoppers import tokens
from tests.models.test_tally import at_once

pytestmark = pytest.mark.django_db


def test_a_token_stands_for_its_shopper_for_a_day(ada: Shopper) -> None:
    token, expires_at = tokens.issue(ada)
    assert tokens.read(token) == ada
    left = expires_at - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert str(ada.pk) not in token


def test_an_expired_one_is_good_for_a_new_one_for_a_while(ada: Shopper, settings: Any) -> None:
    token, _at = tokens.issue(ada)
    settings.TRYON = settings.TRYON | {"TOKEN_LIFETIME": timedelta(seconds=-2)}
    assert tokens.read(token) is None
    with pytest.raises(tokens.TokenRefused) as caught:
        tokens.owner_of(token)
    assert caught.value.code == "token_expired"
    assert tokens.read(token, grace=tokens.RENEWABLE) == ada


@pytest.mark.parametrize("said", ["x", 5, None, ["a"]])
def test_a_forged_one_stands_for_nobody(said: Any, ada: Shopper) -> None:
    for token in ("", "x", tokens.issue(ada)[0][:-1], signing.dumps(said, salt=tokens.SALT)):
        assert tokens.read(token) is None
        with pytest.raises(tokens.TokenRefused) as caught:
            tokens.owner_of(token)
        assert caught.value.code == "token_invalid"
    other = signing.dumps(str(ada.pk), salt="django_tryon.share")
    assert tokens.read(other) is None


def test_of_one_who_is_gone_it_stands_for_nobody(ada: Shopper, django_user_model: Any) -> None:
    assert tokens.find(uuid4()) is None
    ada.user = django_user_model.objects.create_user("ada", is_active=False)
    ada.save()
    assert tokens.find(ada.pk) is None
    Shopper.objects.update(user=None, erased_at=timezone.now())
    assert tokens.find(ada.pk) is None


def test_a_user_is_one_shopper_and_strangers_are_many(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("ada")
    assert tokens.shopper_of(user) == tokens.shopper_of(user)
    assert tokens.shopper_of(None) != tokens.shopper_of(AnonymousUser())


def test_a_user_who_never_tried_anything_on_keeps_what_the_visitor_has(
    ada: Shopper, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("ada")
    assert tokens.shopper_of(user, visitor=ada) == ada
    another = Shopper.objects.create()
    assert tokens.shopper_of(user, visitor=another) == ada
    bob = django_user_model.objects.create_user("bob")
    ada.refresh_from_db()
    assert tokens.shopper_of(bob, visitor=ada) != ada  # she has an account of her own


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_who_just_logged_in_make_one_shopper(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("ada")
    visitors = iter([Shopper.objects.create() for _ in range(8)])
    said = at_once(8, lambda: tokens.shopper_of(user, visitor=next(visitors)))  # type: ignore[arg-type]
    assert len(said) == 8
    assert len({shopper.pk for shopper in said}) == 1  # type: ignore[attr-defined]


def test_a_logout_of_nobody_ends_nothing(ada: Shopper) -> None:
    before = Shopper.objects.get(pk=ada.pk).token_mark
    tokens.end_tokens(sender=None, user=None)
    tokens.end_tokens(sender=None, user=User())
    assert Shopper.objects.get(pk=ada.pk).token_mark == before
