"""Schemathesis against the whole OpenAPI document: no 500, and no answer outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from django_tryon.rest.schema import document
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.ask import ask
from tests.clips import in_clip, waiting
from tests.rest.conftest import finish

EXAMPLES = 12
"""For each operation, asker and mode."""

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
LOADED = schemathesis.openapi.from_dict(document("/tryon/api"))
LOADED.app = get_wsgi_application()
OPERATIONS = {found.ok().label: found.ok() for found in LOADED.get_all_operations()}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open at the end of a request, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _counts_events(settings: Any) -> None:
    """Have the shop count events, and make clips: else there is one answer to all of them."""
    settings.TRYON = settings.TRYON | {"EVENTS": True, "STOREFRONT_CLIPS": True}


TAKE_NOTHING = (
    "GET /engines/",
    "GET /engines/{slug}/",  # whose name may be any text
    "GET /schema/",
    "POST /shoppers/",
    "GET /shoppers/me/",
    "DELETE /shoppers/me/",
)
"""Of these operations no request can be made that is wrong."""


class _Undo(Exception):
    """Ends an example as if it had never been."""


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("who", ["nobody", "ada"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_asked_the_answer_is_in_the_document(
    label: str, who: str, mode: GenerationMode, ada: Any, garment: Any, photo: Any
) -> None:
    done = finish(ask(ada.shopper, garments=[garment], person=photo, engine="idm-vton")[0])
    job, _new = ask(ada.shopper, garments=[garment], person=photo, engine="try-on-diffusion")
    upload = in_clip(ada.shopper)
    clip = waiting(ada.shopper, garment, upload)
    there = {"people": photo.pk, "jobs": job.pk, "results": done.pk, "clips": clip.pk}
    if "uploads" in label:
        there["clips"] = upload.pk
    token = tokens.issue(ada.shopper)[0]
    headers = {"Authorization": f"Shopper {token}"} if who == "ada" else {}
    operation = OPERATIONS[label]
    sent: list[str] = []

    @bounds(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def request(case: Any) -> None:
        sent.append(case.id)
        cache.clear()
        case.headers = {
            name: value for name, value in case.headers.items() if name != "Authorization"
        }
        case.cookies = {}
        if case.id[-1] in "02468" and "id" in (case.path_parameters or {}):
            # Else every request would end in a 404.
            case.path_parameters["id"] = str(there[label.split("/")[1]])
        if label == "POST /jobs/" and mode == GenerationMode.POSITIVE:
            case.body |= {"garments": [garment.pk], "person": photo.pk}
        try:
            with transaction.atomic():
                case.call_and_validate(headers=headers, checks=CHECKS)
                raise _Undo
        except _Undo:
            pass

    with suppress(Unsatisfiable):
        request()
    assert bool(sent) != (mode == GenerationMode.NEGATIVE and label in TAKE_NOTHING)
