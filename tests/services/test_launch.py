"""What is refused at launch, with what words, and that nothing is written then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction

from django_tryon import services
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.products import ProductAdapter
from django_tryon.signals import job_launched
from tests.conftest import picture
from tests.shop.models import Design, Product

pytestmark = pytest.mark.django_db


def refused(**wish: Any) -> LaunchRefused:
    """Launch, expect a refusal, and that nothing was written."""
    before = TryOnJob.objects.count()
    with pytest.raises(LaunchRefused) as caught:
        services.launch(**{"engine": "idm-vton"} | wish)
    assert TryOnJob.objects.count() == before
    return caught.value


def told(error: LaunchRefused) -> tuple[str, str | None]:
    return error.code, error.field


def test_an_unknown_engine_names_those_there_are(garment: Garment, person: Person) -> None:
    error = refused(garments=[garment], person=person, engine="magic")
    assert told(error) == ("unknown_engine", "engine")
    assert "idm-vton" in error.message


def test_turbo_with_more_than_it_can_do(garment: Garment, person: Person) -> None:
    common = {"product": garment.product, "image": garment.image.name, "category": "upper"}
    more = [Garment.objects.create(name=f"Layer {number}", **common) for number in range(4)]
    error = refused(
        garments=[garment, *more], person=person, engine="p-image-try-on", params={"turbo": True}
    )
    assert told(error) == ("invalid_parameter", "params.turbo")
    assert not TryOnJob.objects.exists()


def test_a_misspelt_parameter(garment: Garment, person: Person) -> None:
    error = refused(garments=[garment], person=person, params={"stepz": 3})
    assert told(error) == ("unknown_parameter", "params.stepz")
    assert "steps" in error.message


def test_no_key(garment: Garment, person: Person, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    error = refused(garments=[garment], person=person)
    assert told(error) == ("no_api_key", None)
    assert "TRYON['API_KEY']" in error.message


def test_no_garment(person: Person) -> None:
    assert told(refused(garments=[], person=person)) == ("no_garment", "garments")


def test_too_many_garments(garment: Garment, person: Person) -> None:
    other = Garment.objects.create(product=garment.product, category="upper")
    error = refused(garments=[garment, other], person=person)
    assert told(error) == ("garments_clash", "garments")
    assert "each would take the place of the one before" in error.message
    more = [Garment.objects.create(product=garment.product, category="upper") for _ in range(12)]
    error = refused(garments=more, person=person, engine="p-image-try-on")
    assert told(error) == ("too_many_garments", "garments")
    assert "at most 11 garments at once, not 12" in error.message


def test_a_deleted_product(garment: Garment, product: Product, person: Person) -> None:
    Product.objects.filter(pk=product.pk)._raw_delete("default")  # as a host's raw SQL would
    garment = Garment.objects.get(pk=garment.pk)
    assert told(refused(garments=[garment], person=person)) == ("product_gone", "garments")


def test_an_unsaved_garment(garment: Garment, person: Person) -> None:
    garment.pk = None
    assert told(refused(garments=[garment], person=person)) == ("no_garment", "garments")


def test_something_else_than_garments_and_people(
    garment: Garment, product: Product, person: Person
) -> None:
    assert told(refused(garments=[product], person=person)) == ("no_garment", "garments")
    assert told(refused(garments=[garment], person=None)) == ("no_person", "person")
    twice = refused(garments=[garment, garment], person=person, engine="p-image-try-on")
    assert told(twice) == ("same_garment", "garments")


def test_a_product_model_that_is_gone(garment: Garment, person: Person) -> None:
    gone = ContentType.objects.create(app_label="shop", model="removed")
    Garment.objects.update(content_type=gone)
    garment = Garment.objects.get(pk=garment.pk)
    assert told(refused(garments=[garment], person=person)) == ("product_gone", "garments")


def test_an_adapters_picture_that_lies_nowhere(
    product: Product, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": f"{__name__}.Thumbnails"}}
    garment = Garment.objects.create(product=product, category="upper")
    error = refused(garments=[garment], person=person)
    assert told(error) == ("unservable_picture", "garments")


class Thumbnails(ProductAdapter):
    """An adapter that gives something like a file."""

    def image(self, product: Any) -> Any:
        return SimpleNamespace(storage=product.image.storage, name=product.image.name)


def test_a_shoppers_picture_does_not_become_a_house_models(
    garment: Garment, person: Person, sandbox: Any
) -> None:
    theirs = Person.objects.create(photo=ContentFile(picture(), name="s.jpg"))
    first = services.launch(garments=[garment], person=theirs, engine="idm-vton")
    error = refused(garments=[garment], person=person, previous=first)
    assert told(error) == ("wrong_previous", "previous")


def test_a_category_that_the_engine_cannot_dress(garment: Garment, person: Person) -> None:
    Garment.objects.update(category="dress")
    garment.refresh_from_db()
    error = refused(garments=[garment], person=person, engine="fashion-ai")
    assert told(error) == ("unsupported_category", "garments")
    assert "upper, lower" in error.message


def test_a_garment_without_picture_takes_its_products(product: Product, person: Person) -> None:
    garment = Garment.objects.create(product=product, category="upper")
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    assert job.status == Status.QUEUED


def test_no_picture_anywhere(person: Person) -> None:
    design = Design.objects.create(title="Bare")
    garment = Garment.objects.create(product=design, category="upper", name="Bare")
    error = refused(garments=[garment], person=person)
    assert told(error) == ("no_garment_image", "garments")
    assert "“Bare” has no usable picture" in error.message


def test_a_picture_that_the_storage_lost(garment: Garment, person: Person) -> None:
    garment.image.storage.delete(garment.image.name)
    assert told(refused(garments=[garment], person=person))[0] == "no_garment_image"


def test_an_engine_of_words_needs_words(product: Product, person: Person) -> None:
    garment = Garment.objects.create(product=product, category="upper")
    error = refused(garments=[garment], person=person, engine="fashion-ai")
    assert "has no description" in error.message
    assert error.message.startswith(f"{garment}: ")
    assert services.launch(
        garments=[garment],
        person=person,
        engine="fashion-ai",
        params={"prompt": "a person wearing a red coat"},
    )


def test_a_person_without_photo(garment: Garment) -> None:
    error = refused(garments=[garment], person=Person.objects.create(name="Nobody"))
    assert told(error) == ("no_person_file", "person")


def test_an_unsaved_person(garment: Garment) -> None:
    assert told(refused(garments=[garment], person=Person(name="Nobody")))[0] == "no_person_file"


def test_a_photo_for_a_clip_engine(garment: Garment, person: Person) -> None:
    error = refused(garments=[garment], person=person, engine="video-tryon-v2")
    assert told(error) == ("wrong_person_kind", "person")


def a_mover(seconds: float = 3) -> Person:
    """A person in a clip; only its length matters here."""
    mover = Person.objects.create(kind="photo", photo=ContentFile(picture(), name="m.jpg"))
    Person.objects.filter(pk=mover.pk).update(kind="video", video=mover.photo.name, seconds=seconds)
    mover.refresh_from_db()
    return mover


def test_a_clip_too_long(garment: Garment) -> None:
    error = refused(garments=[garment], person=a_mover(51.2), engine="video-tryon-v2")
    assert told(error) == ("clip_too_long", "person")
    assert "51.2 seconds" in error.message
    assert "less than 50" in error.message


def test_a_clip_without_first_frame(garment: Garment) -> None:
    error = refused(garments=[garment], person=a_mover(), engine="video-tryon-v2")
    assert told(error) == ("no_reference", "previous")


def test_a_first_frame_by_link(garment: Garment) -> None:
    job = services.launch(
        garments=[garment],
        person=a_mover(),
        engine="video-tryon-v2",
        params={"reference_img": "https://cdn.shop.example/frame.jpg"},
    )
    assert job.params["reference_img"] == "https://cdn.shop.example/frame.jpg"


def test_a_first_frame_that_is_no_picture(garment: Garment) -> None:
    error = refused(
        garments=[garment],
        person=a_mover(),
        engine="video-tryon-v2",
        reference=ContentFile(b"hello" * 99, name="frame.jpg"),
    )
    assert error.field == "reference"


def test_a_step_is_nobodys_to_start_from(garment: Garment, person: Person, sandbox: Any) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    first.refresh_from_db()
    first.outfit = services.launch(garments=[garment], person=person, engine="try-on-diffusion")
    first.save()
    error = refused(garments=[garment], person=person, previous=first)
    assert told(error) == ("wrong_previous", "previous")
    assert "step in between" in error.message


def test_a_previous_job_whose_picture_is_gone(
    garment: Garment, person: Person, sandbox: Any
) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    first.refresh_from_db()
    first.results.all().delete()
    error = refused(garments=[garment], person=person, previous=first)
    assert told(error) == ("no_previous_result", "previous")


@pytest.mark.parametrize(
    ("public", "why"),
    [
        ("", "does not begin with https"),
        ("http://shop.example", "does not begin with https"),
        ("https://localhost:8000", "only known on this machine"),
        ("https://192.168.1.5", "private address"),
    ],
)
def test_pictures_that_segmind_cannot_reach(
    public: str, why: str, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {
        "BASE_URL": "https://api.segmind.com",
        "PUBLIC_URL": public,
    }
    error = refused(garments=[garment], person=person)
    assert error.code == "inputs_unreachable"
    assert why in error.message
    for way in ("PUBLIC_URL", "signed https links", "asset-store"):
        assert way in error.message


def test_ways_out_of_unreachable_pictures(garment: Garment, person: Person, settings: Any) -> None:
    far = settings.TRYON | {"BASE_URL": "https://api.segmind.com"}
    settings.TRYON = far | {"PUBLIC_URL": "https://shop.example"}
    assert services.launch(garments=[garment], person=person, engine="idm-vton")
    settings.TRYON = far | {"PUBLIC_URL": "", "INPUTS": "asset-store"}
    assert services.launch(garments=[garment], person=person, engine="idm-vton")


def test_what_is_written(garment: Garment, person: Person, staff: Any) -> None:
    job = services.launch(
        garments=[garment],
        person=person,
        engine="idm-vton",
        params={"steps": 12},
        requested_by=staff,
    )
    job.refresh_from_db()
    assert job.title == "Coral tee · Ana"
    assert str(job) == job.title
    assert job.params["steps"] == 12
    assert job.params["seed"] == 42
    assert (job.requested_by, job.person, list(job.garments.all())) == (staff, person, [garment])
    assert str(job.estimated_cost) == "0.0443"
    assert len(job.token) == 32


@pytest.mark.django_db(transaction=True)
def test_nobody_is_told_before_the_commit(garment: Garment, person: Person) -> None:
    heard: list[TryOnJob] = []

    def hear(sender: Any, job: TryOnJob, **kwargs: Any) -> None:
        heard.append(job)

    job_launched.connect(hear)
    with transaction.atomic():
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
        assert not heard
    assert heard == [job]


def test_a_shops_faulty_receiver_does_no_harm(
    garment: Garment, person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    def stumble(sender: Any, **kwargs: Any) -> None:
        raise RuntimeError("the shop's own fault")

    job_launched.connect(stumble)
    with django_capture_on_commit_callbacks(execute=True):
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
    assert job.status == Status.QUEUED
