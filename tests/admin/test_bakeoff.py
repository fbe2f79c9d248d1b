"""Bake-off: several engines side by side, one of them pinned, and launches that take the pins."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_tryon.admin.bakeoff import page as bakeoff
from django_tryon.models import Batch, Garment, Person, Pin, TryOnJob
from django_tryon.services.pins import pin
from tests.admin.conftest import change, changelist, page, press, said, wish


@pytest.fixture
def compared(batch: Batch, make_job: Any, make_result: Any, trousers: Garment) -> Batch:
    """Two engines on a tee, of which one is done twice; one of them on trousers too."""
    for engine, params in [
        ("idm-vton", {"steps": 25, "seed": 1}),
        ("idm-vton", {"steps": 25, "seed": 2}),
        ("try-on-diffusion", {}),
    ]:
        make_result(make_job(batch=batch, status="succeeded", engine=engine, params=params))
    make_job(batch=batch, status="queued", engine="idm-vton", garments=[trousers], title="Trousers")
    return batch


def address(batch: Batch) -> str:
    return reverse("admin:django_tryon_batch_compare", args=[batch.pk])


def test_engines_stand_side_by_side(admin: Client, compared: Batch) -> None:
    assert f'href="{address(compared)}"' in admin.get(change(compared)).content.decode()
    context = admin.get(address(compared)).context
    ways = [(way.engine, way.params) for way in context["ways"]]
    assert ways == [("IDM-VTON", "steps 25"), ("Try-On Diffusion", ""), ("IDM-VTON", "")]
    tee, trousers = context["rows"]
    assert [len(cell) for cell in tee.cells] == [2, 1, 0]
    assert [len(cell) for cell in trousers.cells] == [0, 0, 1]
    assert tee.cells[0][0].pin_label == "Use this for all: upper body"
    assert [figure.alt for figure in tee.inputs] == ["Coral tee", "Ana"]


def test_two_sets_of_one_engine_are_launched_and_compared(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], **{"params-idm-vton-steps": "20"})
    data |= {"second-idm-vton-use": "1", "second-idm-vton-steps": "40"}
    checked = admin.post(page(garments=[garment]), data | {"check": "1"})
    assert str(checked.context["estimate"]).startswith("2 try-ons")
    admin.post(page(garments=[garment]), data)
    batch = Batch.objects.get()
    assert [job.params["steps"] for job in batch.jobs.order_by("created_at")] == [20, 40]
    assert f'href="{address(batch)}"' in admin.get(change(batch)).content.decode()
    context = admin.get(address(batch)).context
    ways = [(way.engine, way.params) for way in context["ways"]]
    assert ways == [("IDM-VTON", "steps 20"), ("IDM-VTON", "steps 40")]
    [row] = context["rows"]
    assert [len(cell) for cell in row.cells] == [1, 1]


def test_a_second_set_has_to_differ_and_to_be_right(
    admin: Client, garment: Garment, person: Person
) -> None:
    same = wish([garment], [person], **{"second-idm-vton-use": "1", "second-idm-vton-seed": "7"})
    response = admin.post(page(garments=[garment]), same)
    assert "Both sets are the same" in response.content.decode()
    response = admin.post(page(garments=[garment]), same | {"second-idm-vton-steps": "999"})
    [card] = [each for each in response.context["engines"] if each.slug == "idm-vton"]
    assert (list(card.second.errors), card.has_second) == (["steps"], True)
    assert not TryOnJob.objects.exists()


def test_of_one_engine_there_is_nothing_to_compare(
    admin: Client, batch: Batch, make_job: Any
) -> None:
    make_job(batch=batch, status="queued")
    assert address(batch) not in admin.get(change(batch)).content.decode()


def test_one_is_pinned_where_it_is_seen(admin: Client, compared: Batch, staff: Any) -> None:
    html = admin.get(address(compared)).content.decode()
    assert html.count("Use this for all: upper body") == 3  # not of what is not there yet
    job = compared.jobs.filter(engine="idm-vton").earliest("created_at")
    response = press(admin, job, "pin_engine")
    (told,) = said(response)
    assert told.endswith("is pinned: a launch takes it unless another is chosen.")
    made = Pin.objects.get()
    assert (made.category, made.engine, made.params) == ("upper", "idm-vton", {"steps": 25})
    assert made.set_by == staff


def test_of_an_outfit_each_category_is_pinned(
    admin: Client, make_job: Any, garment: Garment, trousers: Garment
) -> None:
    job = make_job(status="succeeded", engine="p-image-try-on", garments=[trousers, garment])
    assert "Use this for all: upper body, lower body" in admin.get(change(job)).content.decode()
    press(admin, job, "pin_engine")
    assert list(Pin.objects.values_list("category", flat=True)) == ["lower", "upper"]


def test_without_its_garments_a_job_says_nothing_of_a_category(
    admin: Client, make_job: Any
) -> None:
    job = make_job(status="succeeded", garments=[])
    assert "Use this for all" not in admin.get(change(job)).content.decode()
    assert "Its garments were deleted." in said(press(admin, job, "pin_engine"))[0]


def test_only_whoever_may_launch_may_pin(as_staff: Any, compared: Batch) -> None:
    client = as_staff("view_batch", "view_tryonjob")
    html = client.get(address(compared)).content.decode()
    assert "Use this for all" not in html
    assert press(client, compared.jobs.first(), "pin_engine").status_code == 403
    assert not Pin.objects.exists()


def test_who_may_not_see_batches_may_not_compare(as_staff: Any, compared: Batch) -> None:
    assert as_staff("view_garment").get(address(compared)).status_code == 403


def test_a_batch_that_is_gone(admin: Client, compared: Batch) -> None:
    url = address(compared)
    compared.delete()
    assert admin.get(url).status_code == 404


def test_a_large_batch_is_cut(admin: Client, compared: Batch, monkeypatch: Any) -> None:
    monkeypatch.setattr(bakeoff, "MOST_JOBS", 2)
    response = admin.get(address(compared))
    assert "The first of them." in response.content.decode()
    assert len(response.context["rows"]) == 1


def test_the_page_asks_a_fixed_number_of_times(
    admin: Client, compared: Batch, make_job: Any, make_result: Any, person: Person
) -> None:
    admin.get(address(compared))
    with CaptureQueriesContext(connection) as few:
        admin.get(address(compared))
    for engine in ("idm-vton", "try-on-diffusion", "p-image-try-on"):
        make_result(make_job(batch=compared, status="succeeded", engine=engine))
    with CaptureQueriesContext(connection) as many:
        admin.get(address(compared))
    assert len(many) == len(few) <= 12


def test_a_launch_takes_what_is_pinned(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    pin("upper", "idm-vton", {"steps": 25})
    pin("lower", "try-on-diffusion", {})
    opened = admin.get(page(garments=[garment, trousers]))
    assert opened.context["form"]["engine"].value() == ["pinned"]
    html = opened.content.decode()
    assert 'data-pins="lower:try-on-diffusion upper:idm-vton" checked' in html
    assert "Lower body: Try-On Diffusion · Upper body: IDM-VTON" in html
    data = wish([garment, trousers], [person], engine="pinned", variations="2")
    checked = admin.post(page(garments=[garment, trousers]), data | {"check": "1"})
    assert checked.context["estimate"].count == 4
    admin.post(page(garments=[garment, trousers]), data)
    done = {(job.engine, job.garments.get()) for job in TryOnJob.objects.all()}
    assert done == {("idm-vton", garment), ("try-on-diffusion", trousers)}
    assert TryOnJob.objects.filter(engine="idm-vton", params__steps=25).count() == 2


def test_pins_are_chosen_to_begin_with_only_where_they_do_everything(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    def chosen(*garments: Garment) -> Any:
        return admin.get(page(garments=list(garments))).context["form"]["engine"].value()

    assert chosen(garment) == ["idm-vton"]
    pin("upper", "try-on-diffusion", {})
    assert chosen(garment) == ["pinned"]
    assert chosen(garment, trousers) == ["idm-vton"]
    assert chosen() == ["idm-vton"]


def test_a_category_without_a_pin_is_said(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    pin("upper", "idm-vton", {})
    data = wish([garment, trousers], [person], engine="pinned", check="1")
    checked = admin.post(page(garments=[garment, trousers]), data)
    assert checked.context["reasons"] == [("No engine is pinned for this category: lower body.", 1)]
    assert checked.context["estimate"].count == 1


def test_pins_are_listed_and_taken_off(as_staff: Any, staff: Any) -> None:
    pin("upper", "idm-vton", {"steps": 25}, by=staff)
    Pin.objects.create(category="dress", engine="gone", params={"size": 3})
    client = as_staff("launch_tryonjob")
    html = client.get(changelist("pin")).content.decode()
    for words in ("IDM-VTON", "steps 25", "gone (not offered)", "size 3"):
        assert words in html
    made = Pin.objects.get(category="upper")
    assert client.post(change(made), {"engine": "fashion-ai"}).status_code == 403
    assert client.get(reverse("admin:django_tryon_pin_add")).status_code == 403
    url = reverse("admin:django_tryon_pin_delete", args=[made.pk])
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert [one.category for one in Pin.objects.all()] == ["dress"]
