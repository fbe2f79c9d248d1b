"""Private and public files on a real S3 server, by settings alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from PIL import Image

from django_tryon.models import Garment, Person, TryOnResult
from django_tryon.models.files import private_storage
from django_tryon.services import (
    drive_until_idle,
    launch,
    publish,
    unpublish,
)
from tests import needs
from tests.plugin import require
from tests.processes import HOST, answers, environment, free_port, running, until

pytestmark = [
    pytest.mark.needs("rclone"),
    pytest.mark.django_db(transaction=True),
    # botocore's own, on Python versions that it will leave behind
    pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore"),
]

KEY, SECRET = "tryon-test", "a secret of this test only"


@dataclass(frozen=True)
class Bucket:
    """A bucket, the server that shows it, and the folder in which the server keeps it."""

    name: str
    endpoint: str
    folder: Path


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bucket]]:
    """Two S3 servers of one bucket each: one wants keys, one shows all to everybody."""
    require("rclone")
    folder = tmp_path_factory.mktemp("s3")
    with ExitStack() as stack:
        served = {}
        for name, options in {"private": ["--auth-key", f"{KEY},{SECRET}"], "public": []}.items():
            kept = folder / f"{name}-server" / name
            kept.mkdir(parents=True)
            port = free_port()
            stack.enter_context(_server(kept.parent, port, options))
            served[name] = Bucket(name, f"http://{HOST}:{port}", kept)
        yield served


def _server(folder: Path, port: int, options: list[str]) -> AbstractContextManager[Any]:
    return running(
        [needs.rclone(), "serve", "s3", "--addr", f"{HOST}:{port}", *options, str(folder)],
        log=folder.with_suffix(".log"),
        env=environment(RCLONE_CONFIG=str(folder.with_suffix(".conf"))),
        ready=lambda said: answers(port),
    )


@pytest.fixture(autouse=True)
def _stored_in_s3(buckets: dict[str, Bucket], settings: Any) -> None:
    def storage(bucket: Bucket, **options: Any) -> dict[str, Any]:
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": bucket.name,
                "endpoint_url": bucket.endpoint,
                "access_key": KEY,
                "secret_key": SECRET,
                "region_name": "us-east-1",
                "addressing_style": "path",
                "signature_version": "s3v4",
                "file_overwrite": False,
            }
            | options,
        }

    settings.STORAGES = settings.STORAGES | {
        "private": storage(buckets["private"], querystring_expire=300),
        "brief": storage(buckets["private"], querystring_expire=5),
        "public": storage(buckets["public"], querystring_auth=False),
    }
    settings.TRYON = settings.TRYON | {"PRIVATE_STORAGE": "private", "PUBLIC_STORAGE": "public"}


def get(url: str) -> httpx.Response:
    """Ask as a stranger would: without cookies or keys."""
    return httpx.get(url, timeout=20)


def refuses(url: str) -> bool:
    """Tell whether the server says no, and not by a wrong address or a fault of its own."""
    response = get(url)
    # 400 is this server's word for what Amazon's calls 403.
    return response.status_code in {400, 403} and "<Error><Code>" in response.text


def shows_picture(content: bytes) -> bool:
    """Tell whether these bytes can be decoded."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.width > 1


@pytest.fixture
def result(garment: Garment, person: Person, sandbox: Any) -> TryOnResult:
    """A result that was made and stored with everything on S3."""
    job = launch(garments=[garment], person=person, engine="idm-vton")
    drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == ("succeeded", "")
    return job.results.get()


def test_photos_and_results_lie_in_the_private_bucket(
    result: TryOnResult, person: Person, buckets: dict[str, Bucket]
) -> None:
    private = buckets["private"].folder
    with person.photo.open() as photo:
        assert (private / person.photo.name).read_bytes() == photo.read()
    assert shows_picture((private / result.file.name).read_bytes())
    assert not (buckets["public"].folder / result.file.name).exists()


def test_a_result_is_seen_through_its_signed_link_only(result: TryOnResult, client: Client) -> None:
    response = client.get(result.url)
    assert response.status_code == 200
    assert shows_picture(b"".join(response.streaming_content))

    signed = private_storage().url(result.file.name)
    assert shows_picture(get(signed).raise_for_status().content)
    assert refuses(urlunsplit(urlsplit(signed)._replace(query="")))


def test_a_part_of_a_result_may_be_asked_for(result: TryOnResult, client: Client) -> None:
    whole = b"".join(client.get(result.url).streaming_content)  # type: ignore[attr-defined]
    part = client.get(result.url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(whole)}")
    assert b"".join(part.streaming_content) == whole[100:200]  # type: ignore[attr-defined]


def test_a_tampered_link_is_refused(result: TryOnResult, person: Person, client: Client) -> None:
    signed = private_storage().url(result.file.name)
    signature = parse_qs(urlsplit(signed).query)["X-Amz-Signature"][0]
    forged = signed.replace(signature, signature[:-1] + ("0" if signature[-1] != "0" else "1"))
    assert refuses(forged)
    other = signed.replace(result.file.name, person.photo.name)
    assert other != signed
    assert refuses(other)
    assert client.get(result.url.replace("/view/", "/input/")).status_code == 404


def test_an_expired_link_is_refused(result: TryOnResult) -> None:
    link = storages["brief"].url(result.file.name)
    assert get(link).status_code == 200
    until(lambda: refuses(link), seconds=20, what="end of a link that is valid for five seconds")


def test_publishing_copies_to_the_public_bucket(
    result: TryOnResult, buckets: dict[str, Bucket]
) -> None:
    publish(result)
    assert result.url.startswith(f"{buckets['public'].endpoint}/public/tryon/published/")
    assert shows_picture(get(result.url).raise_for_status().content)

    shown = result.url
    unpublish(result)
    assert get(shown).status_code == 404
    assert private_storage().exists(result.file.name)


def test_deleting_a_result_deletes_its_files(
    result: TryOnResult, buckets: dict[str, Bucket]
) -> None:
    publish(result)
    files = [
        buckets["private"].folder / result.file.name,
        buckets["public"].folder / result.published_file.name,
    ]
    assert all(file.exists() for file in files)
    result.delete()
    assert not any(file.exists() for file in files)


def test_the_checks_are_content() -> None:
    call_command("check", fail_level="WARNING")
