"""The version of each migration at work on today's tables, as while a shop deploys.

``test_migrations`` says why it must go well; this has each database do it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob

pytestmark = pytest.mark.django_db
OURS = "django_tryon"


def versions() -> list[str]:
    """Return the names of our migrations, each of which may be a version that is still at work."""
    keys = MigrationLoader(None).disk_migrations
    return sorted(name for label, name in keys if label == OURS)


@pytest.fixture(params=versions())
def older(request: Any) -> Any:
    """The models as that version knows them."""
    return MigrationLoader(None).project_state([(OURS, request.param)]).apps


VALUES: dict[type[models.Field], Callable[[], Any]] = {
    models.UUIDField: uuid.uuid4,
    models.JSONField: dict,
    models.DateTimeField: timezone.now,
    models.DateField: timezone.localdate,
    models.DecimalField: lambda: 1,
    models.IntegerField: lambda: 1,
    models.FloatField: lambda: 1.0,
}


def insert(model: Any) -> Any:
    """Write a row with what cannot be left out, and what that refers to."""
    row = model()
    for field in model._meta.concrete_fields:
        if not (field.null or field.has_default() or field.primary_key or field.blank):
            setattr(row, field.name, value_of(field))
    row.save(force_insert=True)
    return row


def value_of(field: Any) -> Any:
    """Return something that this column takes."""
    if field.related_model is not None:
        return insert(field.related_model)
    if field.choices:
        return field.choices[0][0]
    for kind, make in VALUES.items():
        if isinstance(field, kind):
            return make()
    return uuid.uuid4().hex[: field.max_length]


def test_it_writes_reads_changes_and_deletes_rows(older: Any) -> None:
    for model in older.get_app_config(OURS).get_models():
        row = insert(model)
        row.save(force_update=True)
        assert model.objects.filter(pk=row.pk).update(**{model._meta.pk.attname: row.pk}) == 1
        today = apps.get_model(OURS, model.__name__)
        assert today._base_manager.get(pk=row.pk)  # it is whole for the new version, too
        model.objects.filter(pk=row.pk).delete()
        assert not today._base_manager.filter(pk=row.pk).exists()


def test_it_carries_a_job_of_the_new_version_and_the_other_way_round(
    older: Any, garment: Any, person: Any, sandbox: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    theirs = older.get_model(OURS, "TryOnJob").objects
    submits = theirs.filter(pk=job.pk, status=Status.QUEUED).update(status=Status.SUBMITTING)
    assert submits == 1
    copy = theirs.get(pk=job.pk)
    copy.status, copy.attempts = Status.QUEUED, 1  # the provider was not there
    copy.save()
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, theirs.get(pk=job.pk).status) == (Status.SUCCEEDED, Status.SUCCEEDED)
    old = theirs.create(
        **{"engine": "idm-vton", "person_id": person.pk, "params": job.params},
        **{"next_step_at": timezone.now(), "estimated_cost": 1},
    )
    old.garments.add(garment.pk)
    services.drive_until_idle()
    assert TryOnJob.objects.get(pk=old.pk).status == Status.SUCCEEDED
