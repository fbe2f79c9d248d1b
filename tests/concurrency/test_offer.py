"""A shopper takes a picture back while it is published: no copy of it survives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Consent, DoomedFile, Shopper, TryOnJob, TryOnResult
from django_tryon.services import publish
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_result
from django_tryon.services.shoppers.offer import offer
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.shoppers.withdraw import withdraw
from tests.concurrency.racing import race
from tests.rest.conftest import finish

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
OFFER = Consent.Kind.OFFER
TIMES = 3


@pytest.fixture
def result(wish: Wish) -> TryOnResult:
    """A picture that she offers."""
    return offer(finish(wish()), version="1")


@pytest.fixture
def copies(tmp_path: Path) -> Callable[[], set[str]]:
    """Return the names of the published copies."""
    return lambda: {path.name for path in (tmp_path / "media" / "tryon" / "published").glob("*")}


@pytest.mark.parametrize("attempt", range(TIMES))
@pytest.mark.parametrize("how", [withdraw, forget_result, erase])
def test_no_copy_survives(
    how: Any, attempt: int, ada: Shopper, result: TryOnResult, copies: Any
) -> None:
    mine, also = TryOnResult.objects.get(), TryOnResult.objects.get()
    race(
        lambda: publish(result),
        lambda: how(ada if how is erase else mine),
        lambda: publish(also),
    )
    assert copies() == set()
    assert not TryOnResult.objects.published().exists()
    assert not TryOnResult.objects.offered().exists()
    assert not DoomedFile.objects.exists()
    assert Consent.objects.get(kind=OFFER).withdrawn_at is not None


@pytest.mark.parametrize("attempt", range(TIMES))
def test_a_copy_has_its_row_when_the_day_comes_meanwhile(
    attempt: int, result: TryOnResult, copies: Any
) -> None:
    TryOnResult.objects.update(delete_at=timezone.now() - timedelta(days=1))
    race(lambda: publish(result), lambda: purge(now=timezone.now()))
    named = {Path(one.published_file.name).name for one in TryOnResult.objects.published()}
    assert copies() == named


def test_offered_by_two_windows_it_is_one_consent(ada: Shopper, wish: Wish) -> None:
    result = finish(wish())
    race(*[lambda: offer(TryOnResult.objects.get(pk=result.pk), version="1")] * 3)
    assert Consent.objects.filter(kind=OFFER).count() == 1
