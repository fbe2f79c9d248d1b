"""Cancelling what is running saves no money: it is asked before, and said after."""

from __future__ import annotations

from typing import Any

from django.test import Client

from django_tryon.models import Batch, Status
from tests.admin.conftest import act, change, changelist, press, said


def test_what_waits_is_cancelled_at_once(admin: Client, make_job: Any) -> None:
    job = make_job(status="queued", estimated_cost="0.0443")
    assert said(press(admin, job, "cancel_jobs")) == ["“Coral tee · Ana” is cancelled."]
    response = admin.get(change(job))
    assert response.context["figures"][-1].instead == "Cancelled"
    page = response.content.decode()
    assert "What went wrong" not in page
    assert "about $0.044" not in page


def test_what_runs_is_cancelled_only_after_a_question(admin: Client, make_job: Any) -> None:
    job = make_job(status="running", estimated_cost="0.0443")
    question = press(admin, job, "cancel_jobs")
    assert question.context["question"] == (
        "“Coral tee · Ana” is running already, and Segmind cannot stop it: it costs about $0.044 "
        "all the same, and its result is thrown away."
    )
    assert f'href="{change(job)}"' in question.content.decode()
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    assert said(press(admin, job, "cancel_jobs", agreed="1")) == [
        "“Coral tee · Ana” is cancelled. It was running already, so it is paid for."
    ]
    response = admin.get(change(job))
    assert response.context["figures"][-1].instead == (
        "It was cancelled when it ran already, so it is paid for."
    )
    page = response.content.decode()
    assert "about $0.044" in page
    assert "What went wrong" not in page


def test_a_second_drawing_is_not_asked_about(admin: Client, make_job: Any) -> None:
    batch = Batch.objects.create(name="Shirts")
    first, waits = make_job(status="succeeded", batch=batch), make_job(batch=batch)
    make_job(status="running", outfit=first, second_of=first)
    assert said(press(admin, batch, "cancel_rest")) == ["“Coral tee · Ana” is cancelled."]
    waits.refresh_from_db()
    assert waits.status == Status.CANCELLED


def test_the_question_of_a_list_keeps_what_was_chosen(admin: Client, make_job: Any) -> None:
    jobs = [make_job(status=status) for status in ("queued", "running", "fetching")]
    question = act(admin, "tryonjob", "cancel_jobs", jobs)
    assert question.context["question"] == (
        "2 try-ons are running already, and Segmind cannot stop them: they cost the full price "
        "all the same, and their results are thrown away."
    )
    page = question.content.decode()
    assert f'href="{changelist("tryonjob")}"' in page
    for name, value in question.context["given"]:
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    answer: dict[str, list[str]] = {"agreed": ["1"]}
    for name, value in question.context["given"]:
        answer.setdefault(name, []).append(value)
    assert said(admin.post(changelist("tryonjob"), answer, follow=True)) == [
        "3 cancelled. 2 of them were running already, so they are paid for."
    ]


def test_a_batch_is_told_in_one_message(admin: Client, batch: Batch, make_job: Any) -> None:
    for _number in range(9):
        make_job(batch=batch, status="queued")
    assert said(press(admin, batch, "cancel_rest")) == ["9 cancelled."]
    assert said(press(admin, batch, "retry_failed")) == ["9 will be tried again."]


def test_a_batch_that_runs_is_asked_about(admin: Client, batch: Batch, make_job: Any) -> None:
    make_job(batch=batch, status="running", estimated_cost="1.5")
    make_job(batch=batch, status="queued", estimated_cost="1.5")
    going = [make_job(status="running") for _number in range(2)]
    assert said(act(admin, "tryonjob", "cancel_jobs", going)) == []
    data = {"action": "cancel_jobs", "_selected_action": [job.pk for job in going], "agreed": "1"}
    assert said(admin.post(changelist("tryonjob"), data, follow=True)) == [
        "2 cancelled. They were running already, so they are paid for."
    ]
    question = press(admin, batch, "cancel_rest")
    assert "it costs about $1.50 all the same" in question.context["question"]
    assert f'href="{change(batch)}"' in question.content.decode()
    assert "being sent" not in question.context["question"]
    assert not batch.jobs.filter(status="cancelled").exists()
    assert said(press(admin, batch, "cancel_rest", agreed="1")) == [
        "2 cancelled. 1 of them was running already, so it is paid for."
    ]


def test_what_is_just_being_sent_is_explained(admin: Client, batch: Batch, make_job: Any) -> None:
    make_job(batch=batch, status="running", estimated_cost="1.5")
    make_job(batch=batch, status="submitting", estimated_cost="1.5")
    question = press(admin, batch, "cancel_rest").context["question"]
    assert "it costs about $1.50 all the same" in question
    assert "1 more is being sent at this moment: if it runs when you agree" in question
    make_job(batch=batch, status="submitting", estimated_cost="1.5")
    question = press(admin, batch, "cancel_rest").context["question"]
    assert "2 more are being sent at this moment: those that run when you agree" in question
    press(admin, batch, "cancel_rest", agreed="1")
    assert batch.jobs.filter(status="submitting").count() == 2
