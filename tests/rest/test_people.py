"""Photos: taken with consent, verified, and gone when asked."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from django_tryon.models import Consent, Person
from django_tryon.models.files import private_storage
from tests.conftest import picture
from tests.rest.conftest import code, read, upload


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


def test_a_consent_is_to_the_words_that_were_shown(ada: Any, nobody: Any, garment: Any) -> None:
    path = f"config/?product=shop.product:{garment.product_id}"
    shown = nobody.get(path, HTTP_ACCEPT_LANGUAGE="de").json()["consent"]
    assert shown["text_hash"] == sha256(shown["text"].encode()).hexdigest()
    body = {"consent": shown["version"], "text_hash": shown["text_hash"]}
    sent = ada.post("people/", body | {"photo": upload()}, format="multipart")
    assert sent.status_code == 201
    assert Consent.objects.get().text_hash == shown["text_hash"]  # though this request is English


def test_a_consent_to_words_that_changed_meanwhile_is_none(
    ada: Any, nobody: Any, garment: Any, settings: Any
) -> None:
    path = f"config/?product=shop.product:{garment.product_id}"
    shown = nobody.get(path).json()["consent"]
    settings.TRYON = settings.TRYON | {"PHOTO_LIFETIME": timedelta(days=30)}
    body = {"consent": shown["version"], "text_hash": shown["text_hash"], "photo": upload()}
    refused = ada.post("people/", body, format="multipart")
    assert code(refused) == (422, "consent_outdated", "consent")
    assert not Consent.objects.exists()
