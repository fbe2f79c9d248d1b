"""Photos: taken with consent, verified, and gone when asked."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from django_tryon.models import Consent, Person
from django_tryon.models.files import private_storage
from tests.conftest import picture
from tests.rest.conftest import upload
from tests.rest.test_jobs import code, read


def files(settings: Any) -> list[Path]:
    """Return every file that the app keeps."""
    return [path for path in Path(settings.BASE_DIR).rglob("*") if path.is_file()]


def send(client: Any, photo: Any, consent: str | None = "1", **extra: Any) -> Any:
    """Give a photo."""
    data = {"photo": photo} | ({} if consent is None else {"consent": consent})
    return client.post("people/", data, format="multipart", **extra)


def test_a_photo_is_kept_with_its_consent(ada: Any, settings: Any, committed: Any) -> None:
    response = send(ada, upload(content=picture((600, 800))), REMOTE_ADDR="203.0.113.7")
    assert response.status_code == 201
    shown = response.json()
    person = Person.objects.get()
    assert (shown["id"], shown["width"], shown["height"]) == (person.pk, 600, 800)
    assert (shown["is_house_model"], shown["kind"]) == (False, "photo")
    assert shown["delete_at"] > shown["created_at"]
    assert read(ada.get(shown["photo"])).startswith(b"\xff\xd8")
    consent = Consent.objects.get()
    assert person.consent == consent
    assert (consent.version, consent.shopper) == ("1", ada.shopper)
    assert consent.address_hash
    assert "203.0.113.7" not in consent.address_hash
    assert len(files(settings)) == 1
    with committed(execute=True):
        assert ada.delete(f"people/{person.pk}/").status_code == 204
    assert files(settings) == []


def test_a_photo_comes_upright_and_without_metadata(ada: Any) -> None:
    turned = Image.new("RGB", (300, 400), "peru")
    exif = turned.getexif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ada"
    buffer = io.BytesIO()
    turned.save(buffer, "JPEG", exif=exif)
    shown = send(ada, upload(content=buffer.getvalue())).json()
    assert (shown["width"], shown["height"]) == (400, 300)
    assert b"Camera of Ada" not in read(ada.get(shown["photo"]))


def bomb() -> bytes:
    """Return a PNG that says it has 30,000 by 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


BAD: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "a text called .jpg": (lambda: b"Dear shop, " * 50, 422, "not_an_image"),
    "a bomb": (bomb, 422, "too_many_pixels"),
    "half a picture": (lambda: picture((900, 1200))[:6000], 422, "broken_image"),
    "a thumbnail": (lambda: picture((200, 200)), 422, "too_small"),
    "a ribbon": (lambda: picture((256, 2000)), 422, "too_narrow"),
    "a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 100, 422, "not_an_image"),
    "nothing": (lambda: b"", 422, "empty"),
    "a giant": (lambda: b"\xff\xd8\xff" + b"x" * (15 * 2**20), 413, "too_many_bytes"),
    "a greater giant": (lambda: b"x" * (16 * 2**20), 413, "too_many_bytes"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_leaves_nothing_behind(name: str, ada: Any, settings: Any) -> None:
    make, status, said = BAD[name]
    response = send(ada, upload(content=make()))
    assert (response.status_code, response.json()["error"]["code"]) == (status, said)
    assert response.json()["error"]["message"]
    assert files(settings) == []
    assert not Person.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("consent", "said"),
    [(None, "consent_missing"), ("", "consent_missing"), ("0", "consent_outdated")],
)
def test_no_photo_without_consent(ada: Any, settings: Any, consent: Any, said: str) -> None:
    assert code(send(ada, upload(), consent)) == (422, said, "consent")
    assert files(settings) == []


def test_no_photo_at_all(ada: Any) -> None:
    response = ada.post("people/", {"consent": "1"}, format="multipart")
    assert code(response) == (422, "required", "photo")
    assert code(send(ada, "me.jpg")) == (422, "invalid", "photo")


def test_json_is_no_photo(ada: Any) -> None:
    response = ada.post("people/", {"photo": "x"}, format="json")
    assert code(response) == (415, "unsupported_media_type", None)


def test_photos_have_a_quota(ada: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_UPLOADS_DAILY": 1}
    assert send(ada, upload()).status_code == 201
    assert code(send(ada, upload())) == (429, "quota_used", None)
    assert len(files(settings)) == 1


def test_a_photo_whose_file_is_gone(ada: Any, photo: Person) -> None:
    Person.objects.filter(pk=photo.pk).update(photo="")
    assert ada.get("people/").json()["results"][0]["photo"] is None


def test_a_link_to_a_photo_cannot_be_forged(ada: Any, nobody: Any, photo: Person) -> None:
    assert private_storage().exists(photo.photo.name)
    link = ada.get("people/").json()["results"][0]["photo"]
    assert nobody.get(link.replace("/view/W", "/view/X")).status_code == 404
