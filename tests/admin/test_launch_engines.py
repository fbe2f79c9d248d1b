"""Several engines at once: each does what it can, and what none can is said."""

from __future__ import annotations

from typing import Any

from django.test import Client

from django_tryon.engines import get_engine
from django_tryon.models import Batch, Garment, Person, TryOnJob
from tests.admin.conftest import page, said, wish


def test_each_engine_makes_its_own_picture(admin: Client, garment: Garment, person: Person) -> None:
    engines = ["idm-vton", "try-on-diffusion", "fashion-ai"]
    data = wish([garment], [person], engine=engines)
    checked = admin.post(page(garments=[garment]), data | {"check": "1"})
    estimate = checked.context["estimate"]
    prices = [get_engine(slug).estimate(1) for slug in engines]
    seconds = [get_engine(slug).typical_seconds for slug in engines]
    assert (estimate.count, estimate.cost) == (3, sum(prices))
    assert round(estimate.span.seconds, 6) == round(sum(seconds) / 3, 6)
    admin.post(page(garments=[garment]), data)
    assert sorted(TryOnJob.objects.values_list("engine", flat=True)) == sorted(engines)
    assert Batch.objects.get().name == "Coral tee · IDM-VTON, Try-On Diffusion, Fashion AI"


def test_each_engine_has_its_own_parameters(
    admin: Client, garment: Garment, person: Person
) -> None:
    fields = {"params-idm-vton-steps": "25", "params-try-on-diffusion-seed": "7"}
    data = wish([garment], [person], engine=["idm-vton", "try-on-diffusion"], **fields)
    admin.post(page(garments=[garment]), data)
    jobs = {job.engine: job.params for job in TryOnJob.objects.all()}
    assert jobs["idm-vton"]["steps"] == 25
    assert jobs["try-on-diffusion"]["seed"] == 7


def test_variations_are_of_the_engines_that_have_a_seed(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], engine=["idm-vton", "fashion-ai"], variations="3")
    admin.post(page(garments=[garment]), data)
    engines = list(TryOnJob.objects.values_list("engine", flat=True))
    seeded = "seed" in get_engine("fashion-ai").params.model_fields
    assert (engines.count("idm-vton"), engines.count("fashion-ai")) == (3, 3 if seeded else 1)


def test_photos_and_clips_go_to_the_engines_that_take_them(
    admin: Client, garment: Garment, person: Person, clip: Person, make_job: Any, make_result: Any
) -> None:
    frame = make_job(status="succeeded")
    make_result(frame)
    data = wish(
        [garment],
        [person, clip],
        engine=["try-on-diffusion", "video-tryon-v2"],
        previous=str(frame.pk),
        frame_agreed=f"{frame.pk}:{clip.pk}",
    )
    response = admin.post(page(garments=[garment]), data, follow=True)
    assert said(response) == ["2 try-ons are launched."]
    jobs = {job.engine: job for job in TryOnJob.objects.exclude(pk=frame.pk)}
    assert (jobs["try-on-diffusion"].person, jobs["try-on-diffusion"].previous) == (person, None)
    assert (jobs["video-tryon-v2"].person, jobs["video-tryon-v2"].previous) == (clip, frame)


def test_whom_none_of_them_dresses_is_refused(
    admin: Client, garment: Garment, person: Person, clip: Person
) -> None:
    data = wish([garment], [person, clip], engine=["idm-vton", "try-on-diffusion"], check="1")
    checked = admin.post(page(garments=[garment]), data)
    assert checked.context["estimate"].count == 2
    assert [number for _why, number in checked.context["reasons"]] == [1, 1]
    html = checked.content.decode()
    assert f'value="{clip.pk}" data-kind="video" data-left-out' in html


def test_what_one_engine_refuses_another_may_take(
    admin: Client, trousers: Garment, person: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr(get_engine("idm-vton"), "categories", ("upper",))
    data = wish([trousers], [person], engine=["idm-vton", "try-on-diffusion"], check="1")
    checked = admin.post(page(garments=[trousers]), data)
    assert checked.context["estimate"].count == 1
    assert len(checked.context["reasons"]) == 1
    assert f'value="{trousers.pk}" data-engines' in checked.content.decode()
    assert "data-left-out" not in checked.content.decode()


def test_one_has_to_be_chosen(admin: Client, garment: Garment, person: Person) -> None:
    response = admin.post(page(garments=[garment]), wish([garment], [person], engine=[]))
    assert response.context["form"].errors["engine"] == ["Choose at least one engine."]
    assert not Batch.objects.exists()
