"""Every way in which a job can end badly has a sentence for its shopper, in every language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

import django_tryon
from django_tryon import exceptions
from django_tryon.exceptions import (
    KeyReused,
    NothingLeft,
    TokenRefused,
    TryOnError,
    UploadRefused,
    WrongState,
)
from django_tryon.models import Person, Status, TryOnJob
from django_tryon.segmind import errors
from django_tryon.services.reasons import CODES, REASONS, reason_for

PACKAGE = Path(django_tryon.__file__).parent
AT_THE_DOOR = (KeyReused, NothingLeft, TokenRefused, UploadRefused, WrongState)
"""What is told to whoever asked, and never written on a job."""
OF_THE_DOOR = {
    *("allowance", "ask", "ask_again", "check_launch", "consent", "forget", "pins", "tokens"),
    *("order", "publish", "places", "appoint", "copies"),
    *("check", "frame", "build", "opening"),
}
"""Services that refuse before there is a job."""
ENDS = {"fail", "uncertain", "end", "move", "Row"}
"""Functions that write a code on a job, or are made from one."""


def kinds() -> dict[str, type[TryOnError]]:
    """Return the exceptions of the whole tree whose code can come to stand on a job."""
    return {
        name: kind
        for name, kind in vars(exceptions).items()
        if isinstance(kind, type)
        and issubclass(kind, TryOnError)
        and not issubclass(kind, AT_THE_DOOR)
    }


def written() -> Iterator[str]:
    """Give each code that the source gives an exception or a job."""
    known = kinds()
    rooms = ("services", "segmind", "engines")
    files = [path for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    files += [PACKAGE / "products.py", PACKAGE / "models" / "files.py"]
    files += [PACKAGE / room / "verify.py" for room in ("photos", "videos")]
    for path in files:
        if "services" in path.parts and path.stem in OF_THE_DOOR:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in known.keys() | ENDS:
                continue
            given = [word.value for word in node.keywords if word.arg in {"code", "error_code"}]
            given += node.args[1:2] if name in ENDS else []
            texts = [part.value for part in given if isinstance(part, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str) and text)


def codes() -> set[str]:
    """Return every error code that a job of ours may have."""
    found = {kind.code for kind in kinds().values()} | set(written())
    found |= {code for _pattern, code, _says in errors.MEANINGS_OF_FAILED}
    return found | {"not_an_image", "too_many_bytes", "too_many_pixels"}  # photos/verify.py


def test_there_is_a_sentence_for_every_code() -> None:
    found = codes()
    assert {"bad_key", "output_host", "worker_died", "category_not_possible"} <= found
    assert not found - set(REASONS)
    assert len(REASONS) == sum(map(len, CODES.values()))  # none stands twice


@pytest.mark.parametrize("language", ["de", "fr", "es"])
@pytest.mark.parametrize("code", sorted(REASONS))
def test_it_is_told_in_the_shoppers_language(code: str, language: str) -> None:
    job = TryOnJob(status=Status.FAILED, error_code=code, error_message="for staff", cost=0)
    english = reason_for(job)
    with translation.override(language):
        told = reason_for(job)
    assert english is not None
    assert told is not None
    assert told.why != english.why
    assert told.then != english.then
    assert told.next == english.next
    assert "staff" not in told.why + told.then + english.why + english.then


def test_a_code_of_a_shops_own_engine_has_a_sentence_too() -> None:
    told: Any = reason_for(TryOnJob(status=Status.FAILED, error_code="made_up", cost=0))
    assert "could not take it" in told.why


def test_an_engine_that_is_no_more_is_no_trouble_where_nobody_knows_what_came_of_it() -> None:
    told: Any = reason_for(TryOnJob(status=Status.UNCERTAIN, engine="no-more"))
    assert "got lost" in told.why


def test_with_a_house_model_nobody_blames_the_photo() -> None:
    job = TryOnJob(status=Status.FAILED, error_code="failed_at_provider", cost=0)
    job.person = Person(name="Ana")
    alone, other = reason_for(job), reason_for(job, has_others=True)
    assert alone is not None
    assert other is not None
    assert "photo." not in alone.why
    assert (alone.why, alone.next) == ("It did not work with this model.", "photo")
    assert (other.then, other.next) == ("Please try another way.", "engine")
    job.person = Person(shopper_id=uuid4())
    own = reason_for(job, has_others=True)
    assert own is not None
    assert "this photo" in own.why
