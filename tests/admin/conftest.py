"""What the tests of the admin share: staff with chosen permissions, rows to look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon.models import Batch, Garment, Person, Shopper, TryOnJob, TryOnResult
from tests.conftest import picture
from tests.shop.models import Product


@pytest.fixture
def admin(client: Client, staff: Any) -> Client:
    """A browser in which a superuser is logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def as_staff(client: Client, django_user_model: Any) -> Callable[..., Client]:
    """Log in staff who have these permissions and no others."""

    def log_in(*codenames: str) -> Client:
        user = django_user_model.objects.create_user("clerk", password="pw", is_staff=True)
        for codename in codenames:
            user.user_permissions.add(Permission.objects.get(codename=codename))
        client.force_login(user)
        client.user = user  # type: ignore[attr-defined]
        return client

    return log_in


@pytest.fixture
def make_job(garment: Garment, person: Person) -> Callable[..., TryOnJob]:
    """Make a job in any status, without launching it."""

    def make(*, garments: list[Garment] | None = None, **fields: Any) -> TryOnJob:
        fields = {"engine": "idm-vton", "person": person, "title": "Coral tee · Ana"} | fields
        if fields.get("status") in ("running", "fetching"):
            fields.setdefault("submitted_at", timezone.now())
        if fields.get("status") == "running":
            fields.setdefault("provider_request_id", f"r{TryOnJob.objects.count()}")
        job = TryOnJob.objects.create(**fields)
        job.garments.set([garment] if garments is None else garments)
        return job

    return make


@pytest.fixture
def make_result(make_job: Callable[..., TryOnJob]) -> Callable[..., TryOnResult]:
    """Make a stored result."""

    def make(job: TryOnJob | None = None, **fields: Any) -> TryOnResult:
        job = job or make_job(status="succeeded")
        return TryOnResult.objects.create(
            **{
                "job": job,
                "kind": "image",
                "file": ContentFile(picture(), name="result.jpg"),
                "width": 384,
                "height": 512,
            }
            | fields
        )

    return make


@pytest.fixture
def shopper(db: None, django_user_model: Any) -> Person:
    """A shopper with a photo of their own."""
    return Person.objects.create(
        kind="photo",
        photo=ContentFile(picture(colour="navy"), name="me.jpg"),
        name="Somebody",
        shopper=Shopper.objects.create(user=django_user_model.objects.create_user("shopper")),
    )


@pytest.fixture
def mei(db: None) -> Person:
    """A second house model."""
    return Person.objects.create(
        photo=ContentFile(picture(colour="gray"), name="mei.jpg"), is_house_model=True, name="Mei"
    )


@pytest.fixture
def batch(db: None) -> Batch:
    """An empty batch."""
    return Batch.objects.create(name="Spring tops")


@pytest.fixture
def bare_product(db: None) -> Product:
    """A product with a picture and no garment."""
    return Product.objects.create(
        name="Sand trousers",
        description="wide sand trousers",
        image=ContentFile(picture(colour="tan"), name="trousers.jpg"),
    )


@pytest.fixture
def trousers(bare_product: Product) -> Garment:
    """A second garment, for the lower body, which borrows its product's picture."""
    return Garment.objects.create(
        product=bare_product, category="lower", name="Trousers", description="sand trousers"
    )


@pytest.fixture
def clip(db: None, settings: Any) -> Person:
    """A house model in a clip; what is in the file does not matter here."""
    person = Person.objects.create(kind="video", name="Ana, turning", is_house_model=True)
    name = person.video.storage.save("tryon/people/turn.mp4", ContentFile(b"a clip"))
    Person.objects.filter(pk=person.pk).update(video=name, seconds=4.7, width=480, height=640)
    person.refresh_from_db()
    return person


def change(item: Any) -> str:
    """Return the address of a row's page."""
    meta = item._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[item.pk])


def changelist(model: str) -> str:
    """Return the address of a list."""
    return reverse(f"admin:django_tryon_{model}_changelist")


def said(response: Any) -> list[str]:
    """Return the messages that a page shows."""
    return [str(message) for message in response.context["messages"]]


def act(client: Client, model: str, action: str, items: list[Any]) -> Any:
    """Run an action of a list on some rows."""
    data = {"action": action, "_selected_action": [str(item.pk) for item in items]}
    return client.post(changelist(model), data, follow=True)


def press(client: Client, item: Any, action: str, **data: str) -> Any:
    """Press a button on the page of a row."""
    name = f"admin:django_tryon_{item._meta.model_name}_do"
    return client.post(reverse(name, args=[item.pk, action]), data, follow=True)


PARAMS = {
    "params-idm-vton-seed": "42",
    "params-idm-vton-steps": "30",
    "params-try-on-diffusion-seed": "-1",
    "params-p-image-try-on-seed": "5",
    "params-video-tryon-v2-go_fast": "on",
}


def page(*, ids: list[Any] | None = None, garments: list[Any] | None = None) -> str:
    """Return the address of the launch page, from products or from garments."""
    if ids is not None:
        keys = ",".join(str(item.pk) for item in ids)
        model = ids[0]._meta.model_name if ids else "product"
        return f"{reverse(f'admin:shop_{model}_tryon_launch')}?ids={keys}"
    keys = ",".join(str(item.pk) for item in garments or [])
    return f"{reverse('admin:django_tryon_tryonjob_launch')}?garments={keys}"


def wish(garments: list[Garment], people: list[Person], **fields: Any) -> dict[str, Any]:
    """Return what the page posts."""
    return (
        PARAMS
        | {
            "batch": str(uuid.uuid4()),
            "garments": [garment.pk for garment in garments],
            "people": [person.pk for person in people],
            "engine": "idm-vton",
            "variations": "1",
            "launch": "1",
        }
        | fields
    )
