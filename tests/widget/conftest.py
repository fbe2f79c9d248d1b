"""Shoppers with browsers of their own, without JavaScript: they read pages and send forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from django_tryon import products, services
from django_tryon.models import Person, TryOnJob, TryOnResult
from tests.conftest import picture
from tests.services.conftest import FILE_NAME
from tests.services.conftest import private_files as private_files

INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser(Client):
    """A browser: it keeps cookies, checks CSRF tokens, and knows the last page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(enforce_csrf_checks=True, HTTP_ACCEPT="text/html", **kwargs)

    def read(self, path: str, status: int = 200) -> str:
        """Return the page at this path."""
        response = self.get(path)
        assert response.status_code == status, response.content.decode()
        return response.content.decode()

    def hidden(self, page: str, way: str = "") -> dict[str, str]:
        """Return the hidden inputs of a form on this page: of this way, or of the only one."""
        forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
        found = [dict(INPUT.findall(form)) for form in forms]
        (one,) = [form for form in found if form.get("way", "") == way] if way else found[-1:]
        return {name: unescape(value) for name, value in one.items()}

    def choose(self, product: Any, kind: str, /, **fields: Any) -> Any:
        """Fill in and send one of the two forms of a product's page."""
        page = self.read(f"/tryon/try/{products.reference_to(product)}/")
        return self.send(f"/tryon/try/{products.reference_to(product)}/", page, kind, **fields)

    def send(self, path: str, page: str, kind: str = "", /, **fields: Any) -> Any:
        """Send a form of this page."""
        data = self.hidden(page, kind) | fields
        return self.post(path, {name: value for name, value in data.items() if value is not None})

    def press(self, path: str) -> Any:
        """Send the form of the page at this path to the same path."""
        return self.send(path, self.read(path))


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    """Return a photo as a browser sends it."""
    return SimpleUploadedFile(FILE_NAME, content or picture(colour="navy"), "image/jpeg")


def path_to(*shown: Any) -> str:
    """Return the path of the page on which these products are tried on."""
    return f"/tryon/try/{','.join(map(products.reference_to, shown))}/"


@pytest.fixture
def change(settings: Any) -> Callable[..., None]:
    """Set options of TRYON."""

    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | options

    return go


@pytest.fixture
def ada(db: None) -> Browser:
    """A visitor's browser."""
    return Browser()


@pytest.fixture
def bob(db: None) -> Browser:
    """Another's."""
    return Browser()


@pytest.fixture
def try_on(ada: Browser, product: Any, garment: Any) -> Callable[..., TryOnJob]:
    """Have Ada try the product on with her photo; return the job."""

    def go(**fields: Any) -> TryOnJob:
        known = set(TryOnJob.objects.values_list("pk", flat=True))
        fields = {"photo": upload(), "consent": "1"} | fields
        response = ada.choose(product, "photo", **fields)
        assert response.status_code == 302, response.content.decode()
        (job,) = TryOnJob.objects.exclude(pk__in=known)
        assert response["Location"] == f"/tryon/try/job/{job.pk}/"
        return job

    return go


@pytest.fixture
def result(try_on: Callable[..., TryOnJob], sandbox: Any) -> TryOnResult:
    """Ada's result."""
    job = try_on()
    services.drive_until_idle()
    return job.results.get()


@pytest.fixture
def photo(result: TryOnResult) -> Person:
    """Ada's photo."""
    assert result.job.person is not None
    return result.job.person
