"""Shared results: for whoever has the link, for a while, and never the photo."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from django_tryon.models import TryOnResult
from django_tryon.models.files import signed_path
from django_tryon.services.shoppers.forget import forget_result
from django_tryon.services.shoppers.share import share
from tests.widget.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(ada: Browser, result: TryOnResult) -> str:
    """The link that Ada copies."""
    page = ada.read(f"/tryon/mine/results/{result.pk}/share/")
    (found,) = re.findall(r'type="url" readonly value="([^"]+)"', page)
    assert found.startswith("http://testserver/tryon/share/")
    assert "until" in page
    return found.removeprefix("http://testserver")


def test_anybody_sees_the_result_and_nothing_else(
    link: str, result: TryOnResult, bob: Browser
) -> None:
    response = bob.get(link)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('src="/tryon/files/view/') == 1
    assert "<tryon-compare" not in page
    assert "AI-generated" in page
    assert "Try it on yourself" in page
    for secret in (result.pk, result.job_id):
        assert str(secret) not in page
    assert "sessionid" not in bob.cookies


def test_no_search_engine_and_no_other_site_learns_of_it(link: str, bob: Browser) -> None:
    response = bob.get(link)
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_when_its_time_is_over(result: TryOnResult, bob: Browser, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHARE_LIFETIME": timedelta(seconds=-1)}
    assert "This link has expired" in bob.read(share(result)[0], 410)


def test_when_it_was_deleted(link: str, result: TryOnResult, bob: Browser) -> None:
    forget_result(result)
    assert "has deleted the picture" in bob.read(link, 410)


def test_a_forged_one_is_like_any_unknown_page(link: str, bob: Browser) -> None:
    assert "This is not here" in bob.read(link[:-4] + "xxx/", 404)
    other = signing.dumps(["x", 1], salt="django_tryon.view")
    bob.read(f"/tryon/share/{other}/", 404)


# --- The file itself ------------------------------------------------------------------------------


def test_the_link_to_a_file_says_what_is_wrong_to_people_and_to_programs(
    result: TryOnResult, client: Client, settings: Any
) -> None:
    path = signed_path(result.file, purpose="view")
    forged = path.replace("/view/", "/view/x")
    response = client.get(forged, headers={"accept": "text/html,*/*"})
    assert (response.status_code, response["Cache-Control"]) == (404, "no-store")
    assert "This file is not here." in response.content.decode()
    assert "<h1>" in response.content.decode()
    plain = client.get(forged, headers={"accept": "image/*"})
    assert (plain.status_code, plain.content) == (404, b"This file is not here.")
    assert plain["Content-Type"].startswith("text/plain")
    settings.TRYON = settings.TRYON | {"FILE_URL_LIFETIME": timedelta(seconds=-1)}
    response = client.get(path, headers={"accept": "text/html"})
    assert response.status_code == 410
    assert "Reload the page they came from" in response.content.decode()
