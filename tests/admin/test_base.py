"""Actions report each object, and work as buttons with the same permission."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from django_tryon.models import TryOnJob, TryOnResult
from tests.admin.conftest import act, change, press, said


def test_an_action_says_of_each_object_what_became_of_it(admin: Client, make_job: Any) -> None:
    failed = make_job(status="failed", title="Coral tee · Ana")
    done = make_job(status="succeeded", title="Jeans · Mei")
    response = act(admin, "tryonjob", "retry_jobs", [failed, done])
    assert "“Coral tee · Ana” will be tried again." in said(response)
    assert any(text.startswith("“Jeans · Mei”: This job is “Done”") for text in said(response))
    failed.refresh_from_db()
    assert failed.status == "queued"


def test_many_objects_are_told_together(admin: Client, make_job: Any) -> None:
    jobs = [make_job(status="failed") for _number in range(11)]
    jobs += [make_job(status="succeeded") for _number in range(11)]
    texts = said(act(admin, "tryonjob", "retry_jobs", jobs))
    assert texts[0] == "11 will be tried again."
    assert len(texts) == 2
    assert texts[1].startswith("11 \N{MULTIPLICATION SIGN} This job is “Done”")


def test_what_was_done_stands_in_the_history(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed")
    press(admin, job, "retry_jobs")
    entry = LogEntry.objects.get(object_id=str(job.pk))
    assert entry.get_change_message() == "Tried again."


def test_a_button_leads_back_to_where_it_was(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed")
    assert press(admin, job, "retry_jobs").redirect_chain == [(change(job), 302)]
    elsewhere = reverse("admin:index")
    response = press(admin, job, "cancel_jobs", next=elsewhere)
    assert response.redirect_chain == [(elsewhere, 302)]
    response = press(admin, job, "cancel_jobs", next="https://evil.example/")
    assert response.redirect_chain == [(change(job), 302)]


@pytest.mark.parametrize("action", ["delete_selected", "no_such_action"])
def test_only_what_is_a_button_can_be_pressed(admin: Client, make_job: Any, action: str) -> None:
    job = make_job(status="failed")
    assert press(admin, job, action).status_code == 403
    assert TryOnJob.objects.filter(pk=job.pk).exists()


def test_a_button_needs_the_permission_of_its_action(as_staff: Any, make_job: Any) -> None:
    job = make_job(status="failed")
    assert press(as_staff("view_tryonjob"), job, "retry_jobs").status_code == 403
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_button_is_pressed_and_never_followed(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed")
    url = reverse("admin:django_tryon_tryonjob_do", args=[job.pk, "retry_jobs"])
    assert admin.get(url).status_code == 405


def test_a_button_of_something_that_is_gone_says_so(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed")
    url = reverse("admin:django_tryon_tryonjob_do", args=[job.pk, "retry_jobs"])
    job.delete()
    assert "Perhaps it was deleted?" in said(admin.post(url, follow=True))[0]


@pytest.mark.parametrize(
    "fault",
    [
        OSError(28, "No space left", "/srv/secret/ana.jpg"),
        ValueError("https://s3.example/ana.jpg?X-Amz-Signature=abc"),
    ],
)
def test_a_fault_with_one_leaves_the_others_their_turn(
    admin: Client,
    make_result: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    first, second = make_result(), make_result()
    storage = TryOnResult._meta.get_field("published_file").storage
    save, turns = storage.save, iter([fault, None])

    def fails_once(*args: Any, **kwargs: Any) -> Any:
        if error := next(turns):
            raise error
        return save(*args, **kwargs)

    monkeypatch.setattr(type(storage._wrapped), "save", lambda self, *a, **kw: fails_once(*a, **kw))
    texts = said(act(admin, "tryonresult", "publish_results", [first, second]))
    assert sum("is published" in text for text in texts) == 1
    [failed] = [text for text in texts if "is published" not in text]
    assert failed.endswith(
        "It could not be done, because of a fault that was logged. Try it again later."
    )
    assert TryOnResult.objects.filter(published_at=None).count() == 1
    assert LogEntry.objects.count() == 1
    [record] = [record for record in caplog.records if record.name == "django_tryon"]
    line = record.getMessage()
    assert "django_tryon.tryonresult" in line
    assert type(fault).__name__ in line
    assert "django_tryon.services.publish:" in line
    assert record.exc_info is None
    assert "/" not in line + failed
