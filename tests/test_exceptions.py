"""Errors travel through queues and say what they mean."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from django_tryon import exceptions as e


def all_errors(base: type[e.TryOnError] = e.TryOnError) -> list[type[e.TryOnError]]:
    found = [base]
    for error in base.__subclasses__():
        found += all_errors(error)
    return found


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_survives_a_queue(kind: type[e.TryOnError]) -> None:
    error = kind("What happened.", code="special")
    if isinstance(error, e.LaunchRefused):
        error.field = "params.steps"
    if isinstance(error, e.NotAccepted):
        error.retry_at = datetime(2026, 1, 1, tzinfo=UTC)
    same = pickle.loads(pickle.dumps(error))
    assert (type(same), same.message, vars(same)) == (kind, "What happened.", vars(error))
    assert same.code == "special"


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = str(e.__doc__)
    for kind in all_errors():
        assert kind.code
        if kind.__module__ == e.__name__:  # others never leave their room
            assert kind.__name__ in drawn


def test_a_missing_extra_names_its_install_line() -> None:
    error = e.MissingExtra("The sandbox", "sandbox")
    assert str(error) == "The sandbox needs an extra: pip install 'django-tryon[sandbox]'"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert not isinstance(error, e.TryOnError)
