"""Visits: who is drawn, once, and who stays outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template

from django_tryon.models import EventCount, Garment
from django_tryon.services import visit_of
from django_tryon.services.analytics import visits
from django_tryon.services.analytics.visits import KEY, is_held_out, read
from django_tryon.services.days import today
from tests.analytics.conftest import Visitor, counts, new_session


@pytest.fixture(autouse=True)
def _half(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0.5}


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the lowest lot: held out, whatever the share."""
    monkeypatch.setattr(visits.secrets, "randbelow", lambda most: 0)


def test_a_visitor_keeps_the_group(visitor: Visitor, after_commit: Any) -> None:
    request = visitor()
    with after_commit():
        first = is_held_out(request)
        assert {is_held_out(request) for _ in range(20)} == {first}
    group = "held" if first else "button"
    assert counts("kind", "group", "holdout", "day") == {
        ("visitor", group, Decimal("0.5"), today()): 1
    }
    assert visit_of(request).startswith(f"{group}/0.5000/{today()}/")


def test_the_share_is_kept_to(visitor: Visitor, settings: Any, after_commit: Any) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0.2}
    held = sum(is_held_out(visitor()) for _ in range(2000))
    assert 310 < held < 490  # five standard deviations (17.9) around 400


def test_a_share_of_nothing_shows_it_to_everybody(
    visitor: Visitor, settings: Any, low: None
) -> None:
    request = visitor()
    assert is_held_out(request)
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0}
    assert not is_held_out(request)
    assert read(visit_of(request)) is None  # the comparison is over
    assert not is_held_out(visitor())


def test_the_group_outlives_a_login(visitor: Visitor, low: None, staff: Any) -> None:
    request = visitor()
    assert is_held_out(request)
    request.session.cycle_key()
    request.user = User.objects.create(username="ada")
    assert is_held_out(request)


def test_a_users_group_is_the_same_everywhere(visitor: Visitor) -> None:
    users = [User.objects.create(username=str(number)) for number in range(40)]
    first = [is_held_out(visitor(user=user)) for user in users]
    assert [is_held_out(visitor(user=user)) for user in users] == first
    assert set(first) == {True, False}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_gpc": "1"},
        {"dnt": "1"},
        {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ],
)
def test_who_stays_outside(visitor: Visitor, low: None, headers: Any) -> None:
    request = visitor(**headers)
    assert not is_held_out(request)
    assert visit_of(request) == ""


def test_staff_always_see_it(visitor: Visitor, staff: Any, low: None) -> None:
    assert not is_held_out(visitor(user=staff))
    assert not is_held_out(
        visitor(session=new_session(**{KEY: "held/0.5/2026-01-01/x"}), user=staff)
    )


def test_no_session_is_begun_unasked(visitor: Visitor, settings: Any, low: None) -> None:
    newcomer = visitor(session=new_session())
    assert not is_held_out(newcomer)
    assert not newcomer.session.modified
    settings.TRYON = settings.TRYON | {"HOLDOUT_NEWCOMERS": True}
    assert is_held_out(newcomer)
    assert newcomer.session.modified


def test_a_page_without_a_request_or_a_session(visitor: Visitor, low: None) -> None:
    bare = visitor()
    del bare.session
    assert not is_held_out(bare)
    assert not is_held_out(None)
    assert visit_of(bare) == ""


@pytest.mark.parametrize(
    "said", ["", "held", "held/x/2026-01-01/n", "held/0.5/then/n", "king/0.5/2026-01-01/n"]
)
def test_nonsense_in_a_session_is_no_visit(said: str) -> None:
    assert read(said) is None


def test_a_visit_is_read_as_it_was_written(visitor: Visitor) -> None:
    request = visitor()
    is_held_out(request)
    visit = read(visit_of(request))
    assert str(visit) == visit_of(request)


def test_the_tag_shows_nothing_to_those_held_out(
    visitor: Visitor, garment: Garment, low: None, settings: Any
) -> None:
    def render(request: Any, product: Any) -> str:
        context = Context({"request": request, "product": product})
        return Template("{% load tryon %}{% tryon_button product %}").render(context).strip()

    request = visitor()
    assert render(request, []) == ""
    assert visit_of(request) == ""  # nothing to see, nobody drawn
    assert render(request, garment.product) == ""
    assert visit_of(request)
    settings.DEBUG = True
    assert "this visitor is held out" in render(request, garment.product)
    assert "<try-on" in render(None, garment.product)


def test_a_count_that_cannot_be_written_spoils_no_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: Any, after_commit: Any
) -> None:
    from django.db import OperationalError

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no such table: with secrets")

    monkeypatch.setattr(EventCount, "add", refuse)
    with after_commit():
        is_held_out(visitor())
    assert "a count could not be written" in caplog.text
    assert "secrets" not in caplog.text
