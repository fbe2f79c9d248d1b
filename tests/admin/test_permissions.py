"""Who may do what: the whole matrix."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.urls import reverse

from django_tryon.admin import deciding
from django_tryon.models import Batch, Consent, Garment, Look, Person, Shopper, Tally
from tests.admin.conftest import act, change, changelist, press

LISTS = ["garment", "person", "tryonjob", "tryonresult", "batch"]
VIEW = [f"view_{name}" for name in LISTS]
JOB_ACTIONS = {"retry_jobs", "cancel_jobs", "go_on_jobs", "pin_engine", *deciding.ACTIONS}


@pytest.fixture
def rows(garment: Garment, person: Person, make_result: Any) -> dict[str, Any]:
    """A row of each kind."""
    result = make_result()
    batch = Batch.objects.create(name="Tops")
    return {
        "garment": garment,
        "person": person,
        "tryonjob": result.job,
        "tryonresult": result,
        "batch": batch,
    }


def actions(client: Client, model: str) -> set[str]:
    """Return the names of the actions that a list offers."""
    form = client.get(changelist(model)).context["action_form"]
    return {name for name, _label in form.fields["action"].choices if name} if form else set()


def test_a_permission_is_offered_where_a_page_asks_for_it() -> None:
    """What no page shows would only make the list longer in which staff are given theirs."""
    shown = {*site._registry, Look, Shopper, Consent}  # of these a shop may have its own pages
    for model in apps.get_app_config("django_tryon").get_models():
        has_some = model._meta.default_permissions != ()
        assert not has_some or model in shown, f"{model._meta.label} has default permissions"


@pytest.mark.django_db
def test_permissions_of_before_are_taken_off_the_list() -> None:
    kind = ContentType.objects.get_for_model(Tally)
    kept = Permission.objects.get(codename="view_garment")
    old = Permission.objects.create(content_type=kind, codename="view_tally", name="Tally")
    migration = import_module("django_tryon.migrations.0027_fewer_permissions_and_busiest")
    for name in migration.NOBODYS:
        assert apps.get_model("django_tryon", name)._meta.default_permissions == ()
    migration.forget_permissions(apps, SimpleNamespace(connection=connection))
    assert list(Permission.objects.filter(pk__in=[kept.pk, old.pk])) == [kept]


def test_nobody_without_a_login_sees_anything(client: Client, rows: Any) -> None:
    for model, row in rows.items():
        for url in (changelist(model), change(row)):
            assert client.get(url).status_code == 302
    assert client.get(reverse("admin:django_tryon_tryonjob_launch")).status_code == 302


def test_staff_without_permissions_see_nothing(as_staff: Any, rows: Any) -> None:
    client = as_staff()
    for model, row in rows.items():
        for url in (changelist(model), change(row)):
            assert client.get(url).status_code == 403
    assert client.get(reverse("admin:django_tryon_tryonjob_launch")).status_code == 403
    assert client.get(reverse("admin:shop_product_tryon_launch")).status_code == 403


def test_staff_who_may_look_look_and_no_more(as_staff: Any, rows: Any) -> None:
    client = as_staff(*VIEW, "view_product")
    for model, row in rows.items():
        assert actions(client, model) == set()
        page = client.get(change(row))
        assert page.status_code == 200
        assert "tryon-buttons" not in page.content.decode()
        assert 'type="file"' not in page.content.decode()
        assert 'name="_save"' not in page.content.decode()
    assert client.get(reverse("admin:django_tryon_tryonjob_launch")).status_code == 403
    page = client.get(change(rows["garment"].product)).content.decode()
    assert "Launch try-ons" not in page
    assert "Coral tee" in page


def test_launching_implies_seeing_what_was_launched(as_staff: Any, rows: Any) -> None:
    client = as_staff("launch_tryonjob")
    assert actions(client, "tryonjob") == JOB_ACTIONS
    assert actions(client, "batch") == {
        *("retry_failed", "cancel_rest", "launch_left_out", "stop_retries", "launch_otherwise"),
    }
    assert client.get(change(rows["batch"])).status_code == 200
    assert client.get(reverse("admin:django_tryon_tryonjob_launch")).status_code == 200
    assert "Launch try-ons…" in client.get(changelist("tryonjob")).content.decode()
    for model in ("garment", "person", "tryonresult"):
        assert client.get(changelist(model)).status_code == 403


@pytest.mark.parametrize(
    ("permission", "wanted", "refused"),
    [
        (
            "review_tryonresult",
            {"approve_results", "reject_results", "reopen_results"},
            "publish_results",
        ),
        (
            "publish_tryonresult",
            {
                *("publish_results", "publish_with_options", "unpublish_results"),
                "cancel_appointments",
            },
            "approve_results",
        ),
    ],
)
def test_reviewing_and_publishing_are_two_things(
    as_staff: Any, rows: Any, permission: str, wanted: set[str], refused: str
) -> None:
    client = as_staff(permission)
    assert actions(client, "tryonresult") == wanted
    page = client.get(change(rows["tryonresult"])).content.decode()
    assert refused not in page
    assert press(client, rows["tryonresult"], refused).status_code == 403
    act(client, "tryonresult", refused, [rows["tryonresult"]])
    rows["tryonresult"].refresh_from_db()
    assert rows["tryonresult"].review == "pending"
    assert client.get(changelist("tryonjob")).status_code == 403


def test_superusers_may_do_everything(admin: Client, rows: Any) -> None:
    assert actions(admin, "garment") == {
        *("delete_selected", "launch_tryons", "make_look", "look_again"),
    }
    assert actions(admin, "tryonjob") == {"delete_selected"} | JOB_ACTIONS
    assert actions(admin, "gate") == {"open_gates"}
    assert len(actions(admin, "tryonresult")) == 8


def test_jobs_results_and_batches_are_not_typed_in(admin: Client, rows: Any) -> None:
    for model in ("tryonjob", "tryonresult", "batch"):
        assert admin.get(reverse(f"admin:django_tryon_{model}_add")).status_code == 403
    for model in ("tryonjob", "tryonresult"):
        assert admin.post(change(rows[model]), {"title": "Other"}).status_code == 403
