"""A batch that is still being launched: what waits, what was left out, and what staff can do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from django_tryon import services
from django_tryon.models import Batch, BatchWish, Garment, Person, TryOnJob
from django_tryon.services.driving import gates
from django_tryon.services.orders.launches import launches
from tests.admin.conftest import act, change, changelist, press, said
from tests.admin.test_batches import news


@pytest.fixture
def laid(batch: Batch, garment: Garment, person: Person, make_job: Any) -> Batch:
    """A batch with a finished job, two wishes that wait for money, and two that were left out."""
    make_job(batch=batch, status="succeeded")
    fields = {"batch": batch, "garments": [garment.pk], "person": person, "engine": "idm-vton"}
    for state, why in [
        ("waiting", "The try-on budget of this day is spent."),
        ("waiting", ""),
        ("left_out", "A garment of it was deleted."),
        ("left_out", "A garment of it was deleted."),
        ("launched", ""),
    ]:
        BatchWish.objects.create(**fields, state=state, why=why, due_at=None)
    return batch


def test_the_page_tells(admin: Client, laid: Batch) -> None:
    response = admin.get(change(laid))
    progress, unlaunched = response.context["progress"], response.context["unlaunched"]
    assert (progress.ended, progress.total, progress.is_over) == (1, 3, False)
    assert unlaunched.words == (
        "2 are still to be launched. The try-on budget of this day is spent."
    )
    assert unlaunched.reasons == [("A garment of it was deleted.", 2)]
    html = response.content.decode()
    assert unlaunched.words in html
    assert "</strong> A garment of it was deleted." in html
    assert "Cancel the remaining 2" in html
    assert "Launch after all what was left out (2)" in html


def test_the_list_counts_them(admin: Client, laid: Batch) -> None:
    page = admin.get(changelist("batch")).content.decode()
    assert '<progress class="tryon-bar" value="1" max="3">1/3</progress>' in page
    assert '<td class="field-waiting">2</td>' in page


def test_news_tell_that_more_was_launched(admin: Client, laid: Batch) -> None:
    before = news(admin, laid)
    assert news(admin, laid, if_none_match=before["ETag"]).status_code == 304
    BatchWish.objects.filter(why="").update(state="launched")
    after = news(admin, laid, if_none_match=before["ETag"])
    assert after.status_code == 200
    assert "1 is still to be launched." in after.json()["summary"]


def test_the_rest_is_cancelled(admin: Client, laid: Batch) -> None:
    response = press(admin, laid, "cancel_rest")
    assert said(response) == ["2 will not be launched."]
    assert not BatchWish.objects.filter(state="waiting").exists()
    assert response.context["unlaunched"].reasons[0] == ("A garment of it was deleted.", 2)
    assert said(press(admin, laid, "cancel_rest")) == ["There is nothing to do in this batch."]


def test_jobs_and_wishes_are_cancelled_together(admin: Client, laid: Batch, make_job: Any) -> None:
    job = make_job(batch=laid, status="queued")
    told = said(press(admin, laid, "cancel_rest"))
    assert told == ["2 will not be launched.", f"“{job}” is cancelled."]


def test_a_question_comes_before_anything_is_cancelled(
    admin: Client, laid: Batch, make_job: Any
) -> None:
    make_job(batch=laid, status="running")
    press(admin, laid, "cancel_rest")
    assert BatchWish.objects.filter(state="waiting").count() == 2


def test_what_was_left_out_is_launched_after_all(
    admin: Client, laid: Batch, garment: Garment
) -> None:
    BatchWish.objects.filter(state="waiting").delete()
    assert said(press(admin, laid, "launch_left_out")) == ["2 are launched again."]
    assert BatchWish.objects.filter(state="waiting").count() == 2
    assert said(act(admin, "batch", "launch_left_out", [laid])) == ["Nothing was left out."]
    assert TryOnJob.objects.count() == 1


def test_only_whoever_may_launch_is_offered_it(as_staff: Any, laid: Batch) -> None:
    page = as_staff("view_batch").get(change(laid)).content.decode()
    assert "left out (2)" not in page
    assert "Cancel the remaining" not in page


def test_an_engine_that_is_retired_midway_leaves_a_way_out(
    admin: Client, batch: Batch, garment: Garment, trousers: Garment, person: Person, sandbox: Any
) -> None:
    """Segmind answers 410 to the first: what waits fails or is left out, and nothing is paid."""
    job = services.launch(garments=[garment], person=person, engine="idm-vton", batch=batch)
    wish = {"batch": batch, "garments": [trousers.pk], "person": person, "engine": "idm-vton"}
    BatchWish.objects.create(**wish)
    launches.forget()
    gates.close("idm-vton", "engine_retired", says="This model was retired.")
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "engine_retired")
    response = admin.get(change(batch))
    html = response.content.decode()
    assert "This model was retired." in html
    assert "is not offered by Segmind any more" in html
    assert "Try it again" not in html
    assert "Launch with another engine… (2)" in html
    opened = press(admin, batch, "launch_otherwise")
    assert opened.context["many"].keys == [str(garment.pk), str(trousers.pk)]
    assert not batch.jobs.filter(submitted_at__isnull=False).exists()


def test_nothing_asks_for_another_engine(admin: Client, batch: Batch) -> None:
    assert said(press(admin, batch, "launch_otherwise")) == ["Nothing was left out."]
