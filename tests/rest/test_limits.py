"""Floods, giants and nonsense."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http.request import UnreadablePostError
from rest_framework.exceptions import Throttled

from django_tryon.exceptions import ProviderError
from django_tryon.models import Shopper, TryOnJob
from django_tryon.rest import errors
from tests.rest.conftest import client_of, code, upload


def throttled(response: Any) -> bool:
    """Tell whether it was too often."""
    if response.status_code != 429:
        return False
    assert code(response) == (429, "throttled", None)
    assert int(response.headers["Retry-After"]) >= 1
    return True


def rates(settings: Any, **given: str | None) -> None:
    """Set the shop's rates."""
    settings.TRYON = settings.TRYON | {"THROTTLES": given}


def test_one_shopper_has_a_rate(ada: Any, bob: Any, settings: Any) -> None:
    rates(settings, shopper="3/min")
    assert [throttled(ada.get("jobs/")) for _ in range(4)] == [False, False, False, True]
    assert not throttled(bob.get("jobs/"))


def test_an_office_behind_one_address_gets_in_and_a_flood_does_not(nobody: Any) -> None:
    told = [nobody.post("shoppers/", {}) for _ in range(121)]
    assert [one.status_code for one in told[:120]] == [201] * 120
    assert throttled(told[120])
    assert Shopper.objects.count() == 120


def test_so_has_a_user(nobody: Any, django_user_model: Any, settings: Any) -> None:
    rates(settings, shopper="1/min")
    nobody.force_login(django_user_model.objects.create_user("uma"))
    assert [throttled(nobody.get("jobs/")) for _ in range(2)] == [False, True]


def test_one_address_has_a_rate_whatever_it_sends(nobody: Any, ada: Any, settings: Any) -> None:
    rates(settings, address="3/min")
    asked = [nobody.get("engines/"), ada.get("jobs/"), nobody.get("jobs/")]
    assert [one.status_code for one in asked] == [200, 200, 401]
    assert throttled(nobody.get("schema/", HTTP_AUTHORIZATION="Shopper forged"))
    assert not throttled(nobody.get("engines/", REMOTE_ADDR="203.0.113.7"))
    asked = [nobody.get("engines/", REMOTE_ADDR="") for _time in range(4)]
    assert [throttled(one) for one in asked] == [False, False, False, True]


def test_whoever_says_to_come_from_elsewhere_is_not_believed(nobody: Any, settings: Any) -> None:
    rates(settings, address="1/min")
    asked = [nobody.get("engines/", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(2)]
    assert [throttled(one) for one in asked] == [False, True]
    settings.TRYON = settings.TRYON | {"TRUSTED_PROXIES": 1}
    asked = [nobody.get("engines/", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(2)]
    assert [throttled(one) for one in asked] == [False, False]


def test_photos_and_tokens_have_rates_of_their_own(ada: Any, nobody: Any, settings: Any) -> None:
    rates(settings, upload="1/hour", token="2/hour")
    sent = [ada.post("people/", {"photo": upload()}, format="multipart") for _ in range(2)]
    assert [throttled(one) for one in sent] == [False, True]
    assert ada.get("people/").status_code == 200
    assert [throttled(nobody.post("shoppers/", {})) for _ in range(3)] == [False, False, True]


def test_a_token_of_the_past_makes_no_shoppers_without_end(ada: Any, settings: Any) -> None:
    rates(settings, token="2/hour")
    assert ada.delete("shoppers/me/").status_code == 204
    assert [throttled(ada.post("shoppers/", {})) for _ in range(3)] == [False, False, True]


def test_none_is_no_bound(ada: Any, settings: Any) -> None:
    rates(settings, shopper=None, address=None)
    assert not any(throttled(ada.get("jobs/")) for _ in range(5))


def test_a_giant_is_not_even_read(ada: Any, wish: Any) -> None:
    wish["params"] = {"seed": 1, "prompt": "x" * 70_000}
    assert code(ada.post("jobs/", wish)) == (413, "too_many_bytes", None)
    odd = ada.generic("POST", "jobs/", b"{}", content_type="application/json", CONTENT_LENGTH="x")
    assert code(odd) == (400, "parse_error", None)


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff", b"[" * 60_000, b'{"garments": NaN}', b'{"person": ' + b"9" * 5000 + b"}"],
)
def test_what_cannot_be_read_is_malformed(ada: Any, body: bytes) -> None:
    response = ada.generic("POST", "jobs/", body, content_type="application/json")
    assert response.status_code == (422 if not body else 400)
    assert not TryOnJob.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null"])
def test_what_is_no_object_is_refused(ada: Any, body: bytes) -> None:
    response = ada.generic("POST", "jobs/", body, content_type="application/json")
    assert response.status_code == 422


def test_only_json_is_taken_and_given(ada: Any, wish: Any) -> None:
    xml = ada.generic("POST", "jobs/", b"<a/>", content_type="application/xml")
    assert code(xml) == (415, "unsupported_media_type", None)
    assert code(ada.get("jobs/", HTTP_ACCEPT="text/html")) == (406, "not_acceptable", None)
    assert ada.get("jobs/?format=xml").status_code == 200


def test_other_methods_are_not_allowed(ada: Any) -> None:
    for method in ("put", "options", "trace", "delete"):
        response = getattr(ada, method)("jobs/")
        assert code(response) == (405, "method_not_allowed", None)
        assert response.headers["Allow"] == "GET, HEAD, POST"
    assert ada.head("jobs/").status_code == 200


@pytest.mark.parametrize("path", ["nothing/", "jobs/7/", "jobs", "people/-1/", "jobs/x/y/z"])
def test_what_is_not_there_is_told_in_the_same_shape(nobody: Any, ada: Any, path: str) -> None:
    for method in ("get", "post", "delete", "patch"):
        assert code(getattr(nobody, method)(path)) == (404, "not_found", None)


def test_answers_are_private_unless_they_say_otherwise(ada: Any) -> None:
    assert ada.get("jobs/").headers["Cache-Control"] == "private, no-cache"


def test_a_flood_costs_nothing(settings: Any, wish: Any) -> None:
    rates(settings, shopper="2/min")
    client = client_of(Shopper.objects.create())
    for seed in range(20):
        client.post("jobs/", wish | {"params": {"seed": seed}})
    assert TryOnJob.objects.count() == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PermissionDenied(), 403),
        (RequestDataTooBig("big"), 413),
        (SuspiciousOperation("fields"), 400),
        (UnreadablePostError("gone"), 400),
        (Throttled(), 429),
    ],
)
def test_what_django_raises_has_the_same_shape(error: Exception, status: int) -> None:
    answer = errors.answer(error, {})
    assert answer is not None
    assert answer.status_code == status
    assert set(answer.data["error"]) == {"code", "message", "field"}


@pytest.mark.parametrize("error", [ValueError("x"), ProviderError("x")])
def test_a_fault_of_ours_is_djangos_to_report(error: Exception) -> None:
    assert errors.answer(error, {}) is None
