"""A shop that counts, and its visitors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from django_tryon.models import EventCount

Visitor = Callable[..., HttpRequest]


def new_session(**held: Any) -> Any:
    """Return a session that holds this."""
    session = import_module(django_settings.SESSION_ENGINE).SessionStore()
    for name, value in held.items():
        session[name] = value
    return session


@pytest.fixture
def visitor(db: None) -> Visitor:
    """Make requests of visitors; a basket in the session unless said otherwise."""

    def make(session: Any = None, user: Any = None, **headers: str) -> HttpRequest:
        request = RequestFactory().get("/", headers=headers)
        request.session = new_session(basket=1) if session is None else session
        request.user = user or AnonymousUser()
        return request

    return make


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Do in a test's transaction what follows a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def counts(*fields: str, **only: Any) -> dict[Any, int]:
    """Return all counts by these fields."""
    rows = EventCount.objects.filter(**only).values_list(*fields, "count")
    return {row[:-1] if len(fields) > 1 else row[0]: row[-1] for row in rows}
