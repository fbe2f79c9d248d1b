"""Files: where they lie, who sees them, and that they go with their rows."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import InvalidStorageError
from django.core.signing import BadSignature, SignatureExpired
from PIL import Image

from django_tryon.exceptions import UploadRefused
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.models.files import open_signed, private_storage, signed_path, view_url
from tests.conftest import picture
from tests.shop.models import Product


def test_a_private_file_has_no_address_of_its_own(person: Person) -> None:
    with pytest.raises(ValueError, match="has no URL of its own"):
        _ = person.photo.url
    assert person.url.startswith("/tryon/files/view/")
    assert "ana" not in person.photo.name


def test_private_files_lie_beside_the_project(person: Person, tmp_path: Any) -> None:
    assert str(person.photo.path).startswith(str(tmp_path / "tryon_private"))


def test_an_unknown_alias_is_named(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRIVATE_STORAGE": "nowhere"}
    with pytest.raises(InvalidStorageError, match="nowhere"):
        private_storage().exists("x")


def test_a_signed_link_serves_the_file(person: Person, client: Any) -> None:
    answer = client.get(person.url)
    assert answer.status_code == 200
    assert answer["content-type"] == "image/jpeg"
    assert answer["cache-control"] == "private, max-age=900"
    assert answer["x-content-type-options"] == "nosniff"
    with person.photo.open() as file:
        assert b"".join(answer.streaming_content) == file.read()
    answer = client.get(signed_path(person.photo, purpose="input", token="t"))
    assert answer["cache-control"] == "no-store"
    assert b"".join(answer.streaming_content)


def test_a_garments_signed_link_leads_to_the_public_storage(garment: Garment, client: Any) -> None:
    answer = client.get(signed_path(garment.image, purpose="input"))
    with garment.image.open() as file:
        assert b"".join(answer.streaming_content) == file.read()


def test_a_products_own_picture_is_served_from_its_own_storage(
    product: Product, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = signed_path(product.image, purpose="input")
    with product.image.open() as file:
        assert b"".join(client.get(link).streaming_content) == file.read()
    assert view_url(product.image) == product.image.url
    monkeypatch.setattr(Product._meta.get_field("image"), "name", "cover")
    gone = signed_path(product.image, purpose="input")
    monkeypatch.undo()
    assert client.get(gone).status_code == 404


def test_what_a_link_does_not_do(person: Person, client: Any, settings: Any) -> None:
    url = person.url
    assert client.post(url).status_code == 405
    forged = url.replace("/view/", "/view/x")
    assert client.get(forged).status_code == 404
    assert client.get(url.replace("/view/", "/input/")).status_code == 404
    assert client.get(url.replace("/view/", "/other/")).status_code == 404
    signed = url.split("/")[-2]
    with pytest.raises(BadSignature):
        open_signed("view", signed[:-1])
    settings.TRYON = settings.TRYON | {"FILE_URL_LIFETIME": timedelta(seconds=-1)}
    with pytest.raises(SignatureExpired):
        open_signed("view", signed)
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (410, b"This link has expired.")
    # A link stays the same for a while, so it may have been signed some minutes ago.
    settings.TRYON = settings.TRYON | {"FILE_URL_LIFETIME": timedelta(hours=1)}
    person.photo.storage.delete(person.photo.name)
    assert client.get(url).status_code == 404


def test_an_upload_is_normalised_whoever_assigns_it(db: None) -> None:
    image = Image.new("RGB", (400, 300), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "TestCam"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    person = Person.objects.create(photo=ContentFile(buffer.getvalue(), name="../x/IMG 1.JPEG"))
    assert person.size == (300, 400)
    assert person.photo.name.endswith(".jpg")
    with person.photo.open() as file:
        assert b"TestCam" not in file.read()


def test_a_bad_upload_stores_nothing(db: None, tmp_path: Any) -> None:
    with pytest.raises(UploadRefused):
        Person.objects.create(photo=ContentFile(b"text" * 100, name="x.jpg"))
    assert not Person.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_form_is_told_in_words(db: None) -> None:
    person = Person(name="X", photo=ContentFile(b"text" * 100, name="x.jpg"))
    with pytest.raises(ValidationError) as caught:
        person.full_clean()
    assert list(caught.value.message_dict) == ["photo"]
    good = Person(name="X", photo=ContentFile(picture(), name="x.jpg"))
    good.full_clean()
    good.save()
    assert good.size == (384, 512)


def test_another_models_picture_is_copied(product: Product) -> None:
    theirs = product.image.name
    garment = Garment.objects.create(product=product, image=product.image, category="upper")
    assert garment.image.name != theirs
    garment.delete()
    product.refresh_from_db()
    assert product.image.storage.exists(theirs)


def test_a_person_without_file(db: None) -> None:
    person = Person.objects.create()
    assert (person.url, person.size, bool(person.file)) == ("", None, False)
    assert str(person) == f"person {person.pk}"


@pytest.mark.django_db(transaction=True)
def test_files_go_with_their_rows(person: Person, garment: Garment, product: Product) -> None:
    files = [person.photo, garment.image]
    Person.objects.all().delete()
    product.delete()
    assert not Garment.objects.exists()
    for file in files:
        assert not file.storage.exists(file.name)


@pytest.mark.django_db(transaction=True)
def test_a_replaced_file_goes(person: Person, product: Product) -> None:
    old = person.photo.name
    person.photo = ContentFile(picture(colour="navy"), name="new.jpg")
    person.save()
    assert person.photo.name != old
    assert not person.photo.storage.exists(old)
    assert person.photo.storage.exists(person.photo.name)
    first = Garment.objects.create(product=product, category="upper")
    first.image = ContentFile(picture(), name="first.jpg")
    first.save()
    assert first.image.storage.exists(first.image.name)


@pytest.mark.django_db(transaction=True)
def test_a_row_without_files_goes_too(db: None) -> None:
    TryOnJob.objects.create(engine="x").delete()
    assert not TryOnJob.objects.exists()


def test_a_picture_keeps_its_link_for_half_of_its_lifetime(
    person: Person, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = 450  # seconds, of a quarter of an hour
    start = 4_000_000 * half
    links = []
    for moment in (start, start + half - 1, start + half):
        monkeypatch.setattr("time.time", lambda moment=moment: moment)
        links.append(person.url)
        assert b"".join(client.get(person.url).streaming_content)
    assert links[0] == links[1] != links[2]
    for moment, status in ((start + 2 * half - 1, 200), (start + 2 * half + 1, 410)):
        monkeypatch.setattr("time.time", lambda moment=moment: moment)
        answer = client.get(links[0])
        answer.close()
        assert answer.status_code == status
    inputs = {signed_path(person.photo, purpose="input", token=token) for token in "ab"}
    assert len(inputs) == 2
