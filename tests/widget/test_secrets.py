"""Neither the key, nor the name of a shopper's file, nor an e-mail address is ever to be read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.core import mail

from django_tryon import services
from django_tryon.models import TryOnJob, TryOnResult
from django_tryon.services.shoppers.share import share
from tests.lifecycle import provider as scripted
from tests.lifecycle.conftest import provider as provider
from tests.services.conftest import FILE_NAME
from tests.widget.conftest import Browser, upload

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "SG_c4n4ryc4n4ryc4n4ry"
ADDRESS = "canary@shop.example"
SECRETS = (KEY, FILE_NAME, FILE_NAME.partition(".")[0], "Lovelace")


@pytest.fixture
def seen(settings: Any, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Collect what is to be read; the log joins it at the end."""
    settings.TRYON = settings.TRYON | {"API_KEY": KEY}
    caplog.set_level(logging.DEBUG)
    return []


class Watched(Browser):
    """A browser whose every answer is kept."""

    seen: list[str]

    def request(self, **request: Any) -> Any:
        """Send a request, and keep what comes back."""
        response = super().request(**request)
        body = b"" if response.streaming else response.content
        self.seen.append(f"{response.headers} {body.decode()}")
        response.close()
        return response


@pytest.fixture
def eve(seen: list[str], db: None) -> Watched:
    browser = Watched()
    browser.seen = seen
    return browser


def test_on_the_whole_way(
    eve: Watched,
    seen: list[str],
    product: Any,
    garment: Any,
    person: Any,
    sandbox: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    eve.choose(product, "photo", photo=upload(b"text"), consent="1")  # refused
    eve.choose(product, "photo", photo=upload(), consent="1", notify=ADDRESS)
    job = TryOnJob.objects.get()
    eve.get(f"/tryon/try/job/{job.pk}/")
    services.drive_until_idle()
    result = TryOnResult.objects.get()
    for path in (
        f"/tryon/try/job/{job.pk}/",
        f"/tryon/mine/results/{result.pk}/share/",
        share(result)[0],
        "/tryon/mine/",
        f"/tryon/mine/photos/{job.person_id}/delete/",
        f"/tryon/mine/results/{result.pk}/delete/",
        result.url,
        "/tryon/files/view/forged/file.jpg",
    ):
        eve.get(path)
    (sent,) = mail.outbox
    everything = "\n".join([*seen, caplog.text, sent.subject, sent.body])
    assert len(seen) > 12
    assert [secret for secret in (*SECRETS, ADDRESS) if secret in everything] == []
    rows = [*TryOnJob.objects.values(), *TryOnResult.objects.values()]
    assert [secret for secret in (*SECRETS, ADDRESS) if secret in str(rows)] == []


@pytest.mark.parametrize(
    "answer",
    [
        scripted.json(401, {"error": f"Invalid API key {KEY}"}),
        scripted.json(406, {"error": f"Not enough credits for {KEY}"}),
        scripted.json(500, {"error": f"x-api-key: {KEY}"}),
        scripted.json(200, {"nonsense": KEY}),
        httpx.ReadError(f"the tunnel for {KEY} broke"),
    ],
    ids=["401", "406", "500", "odd", "broken"],
)
def test_not_even_when_the_provider_shouts_it(
    answer: Any,
    eve: Watched,
    seen: list[str],
    product: Any,
    garment: Any,
    provider: scripted.Provider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    eve.choose(product, "photo", photo=upload(), consent="1")
    provider.answers(submit=answer)
    services.drive_until_idle()
    job = TryOnJob.objects.get()
    assert job.status in {"queued", "failed", "uncertain"}  # queued: until the account is in order
    assert job.error_code
    eve.get(f"/tryon/try/job/{job.pk}/")
    eve.get("/tryon/mine/")
    everything = "\n".join([*seen, caplog.text, job.error_message])
    assert [secret for secret in SECRETS if secret in everything] == []


def test_nor_in_what_is_raised(
    ada: Browser, try_on: Callable[..., TryOnJob], settings: Any
) -> None:
    """A report of a fault shows the exceptions of the whole chain."""
    from django_tryon.exceptions import TryOnError
    from django_tryon.models import Shopper
    from django_tryon.services.shoppers.uploads import take_photo

    settings.TRYON = settings.TRYON | {"API_KEY": KEY}
    try_on()
    for content in (b"text", b"\xff\xd8\xff\xe0", b"%PDF"):
        with pytest.raises(TryOnError) as caught:
            take_photo(Shopper.objects.get(), upload(content), version="1")
        error: BaseException | None = caught.value
        while error is not None:
            assert not [secret for secret in SECRETS if secret in repr(error)]
            error = error.__cause__ or error.__context__
