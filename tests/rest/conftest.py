"""Shoppers with clients of their own, and what each of them has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from django_tryon.models import Person, Shopper, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.uploads import take_photo
from tests.conftest import picture
from tests.shop.models import Product

API = "/tryon/api/"


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> Iterator[None]:
    """Forget what the throttles counted."""
    cache.clear()
    yield
    cache.clear()


class Client(APIClient):
    """A client that knows where the API is."""

    shopper: Shopper

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        """Send a request below the API's root, or to a whole URL."""
        if not path.startswith(("/", "http")):
            path = API + path
        return super().generic(method, path, *args, **kwargs)


def client_of(shopper: Shopper) -> Client:
    """Return a client that sends this shopper's token."""
    client = Client(raise_request_exception=True)
    client.shopper = shopper
    client.credentials(HTTP_AUTHORIZATION=f"Shopper {tokens.issue(shopper)[0]}")
    client.default_format = "json"
    return client


@pytest.fixture
def nobody(db: None) -> Client:
    """A client without a token."""
    client = Client()
    client.default_format = "json"
    return client


@pytest.fixture
def ada(db: None) -> Client:
    """A shopper."""
    return client_of(Shopper.objects.create())


@pytest.fixture
def bob(db: None) -> Client:
    """Another shopper."""
    return client_of(Shopper.objects.create())


def upload(name: str = "me.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """Return a photo to send."""
    return SimpleUploadedFile(name, picture() if content is None else content, "image/jpeg")


@pytest.fixture
def photo(ada: Client) -> Person:
    """Ada's photo."""
    return take_photo(ada.shopper, upload(), version="1")


@pytest.fixture
def job(ada: Client, photo: Person, garment: Any) -> TryOnJob:
    """Ada's job."""
    return ask(ada.shopper, garments=[garment], person=photo, engine="idm-vton")[0]


def finish(job: TryOnJob) -> TryOnResult:
    """Bring a job to its good end, and return its result."""
    if job.status == TryOnJob.Status.QUEUED:
        assert move(job, TryOnJob.Status.SUBMITTING)
    assert move(job, TryOnJob.Status.FETCHING)
    result = TryOnResult.objects.create(
        job=job,
        kind="image",
        file=ContentFile(picture(), name="r.jpg"),
        content_type="image/jpeg",
        width=384,
        height=512,
    )
    assert move(job, TryOnJob.Status.SUCCEEDED)
    return result


@pytest.fixture
def result(job: TryOnJob) -> TryOnResult:
    """Ada's result."""
    return finish(job)


@pytest.fixture
def wish(garment: Any, person: Any) -> dict[str, Any]:
    """The body of a request for a try-on on a house model."""
    return {"garments": [garment.pk], "person": person.pk}


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Do in a test's transaction what follows a commit."""
    return django_capture_on_commit_callbacks


def code(response: Any) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal."""
    error = response.json()["error"]
    assert error["message"]
    return response.status_code, error["code"], error["field"]


def read(response: Any) -> bytes:
    """Return the file that a link leads to."""
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def hide(settings: Any) -> None:
    """Have the shop show no product any more: the description, empty, says so."""
    Product.objects.update(description="")
    settings.TRYON = settings.TRYON | {
        "PRODUCTS": {"shop.Product": {"image": "image", "is_public": "description"}}
    }
