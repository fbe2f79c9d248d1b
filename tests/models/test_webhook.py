"""Endpoints: what they may be, whoever writes them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_tryon.models import WebhookEndpoint
from django_tryon.models.webhook import LEAST_BYTES, MOST_BYTES, check_secret, new_secret

URL = "https://hooks.shop.example/tryon"


def secret(size: int) -> str:
    return "whsec_" + base64.b64encode(b"x" * size).decode()


def test_secrets_are_long_and_differ() -> None:
    assert len({new_secret() for _time in range(100)}) == 100
    for good in (new_secret(), secret(LEAST_BYTES), secret(MOST_BYTES)):
        check_secret(good)


@pytest.mark.parametrize(
    "bad",
    ["", "whsec_", secret(LEAST_BYTES - 1), secret(MOST_BYTES + 1), secret(32)[6:], "whsec_%%%"],
)
def test_a_secret_that_nobody_could_read(bad: str) -> None:
    with pytest.raises(ValidationError, match="base64"):
        check_secret(bad)


def test_events_that_do_not_exist() -> None:
    WebhookEndpoint(url=URL, events=["job.failed"]).full_clean()
    WebhookEndpoint(url=URL).full_clean()
    with pytest.raises(ValidationError, match=r"no event “job\.finished”.*job\.succeeded"):
        WebhookEndpoint(url=URL, events=["job.failed", "job.finished"]).full_clean()


def test_this_machine_only_in_development(settings: Any) -> None:
    here = WebhookEndpoint(url="http://localhost:8000/hooks")
    here.full_clean()
    settings.TRYON = settings.TRYON | {"BASE_URL": "https://api.segmind.com"}
    with pytest.raises(ValidationError, match="https://"):
        here.full_clean()
    settings.DEBUG = True
    here.full_clean()
    with pytest.raises(ValidationError, match="user name"):
        WebhookEndpoint(url="http://me@localhost/").full_clean()
    with pytest.raises(ValidationError, match="private"):
        WebhookEndpoint(url="https://192.168.0.1/").full_clean()


def test_it_is_called_by_its_name_or_else_by_its_host() -> None:
    assert str(WebhookEndpoint(url=URL)) == "hooks.shop.example"
    assert str(WebhookEndpoint(url="nonsense")) == "nonsense"
    assert str(WebhookEndpoint(url=URL, name="Storefront")) == "Storefront"
