"""Steps of outfits in the admin: folded into what was asked for, and counted once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from django_tryon import services
from django_tryon.admin import many
from django_tryon.models import Batch, Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.outfits.seen import status_of
from tests.admin.conftest import act, change, changelist, press, said
from tests.conftest import picture

PRICE = Decimal("0.0443")


@pytest.fixture
def outfit(garment: Garment, trousers: Garment, person: Person, batch: Batch) -> TryOnJob:
    """A shirt over trousers, which are waiting to be put on."""
    garments = [garment, trousers]
    return services.launch(garments=garments, person=person, engine="idm-vton", batch=batch)


def run(step: TryOnJob) -> TryOnJob:
    assert move(step, Status.SUBMITTING)
    sent = {"provider_request_id": str(step.pk), "submitted_at": timezone.now()}
    assert move(step, Status.RUNNING, **sent)
    return step


def fail(outfit: TryOnJob) -> TryOnJob:
    """Have the first step fail, and the outfit with it."""
    step = run(outfit.steps[0])
    services.outcome.fail(step, "invalid_input", "No person is seen.")
    return TryOnJob.objects.get(pk=outfit.pk)


def listed(admin: Client, query: str = "") -> list[TryOnJob]:
    return list(admin.get(changelist("tryonjob") + query).context["cl"].result_list)


def test_the_list_shows_what_was_asked_for(admin: Client, outfit: TryOnJob) -> None:
    assert listed(admin) == [outfit]
    assert set(listed(admin, "?steps=too")) == {outfit, outfit.steps[0]}
    text = admin.get(changelist("tryonjob") + "?steps=too").content.decode()
    assert "IDM-VTON · 2 steps" in text
    assert "IDM-VTON · step of an outfit" in text
    assert "about $0.089" in text  # of both
    assert "Folded into the outfit" in text


@pytest.mark.parametrize("status", [Status.RUNNING, Status.UNCERTAIN])
def test_an_outfit_stands_as_its_steps_do(
    admin: Client, outfit: TryOnJob, make_job: Any, status: Status
) -> None:
    plain = make_job(status="queued")
    run(outfit.steps[0])
    TryOnJob.objects.filter(outfit=outfit).update(status=status)
    assert status_of(TryOnJob.objects.get(pk=outfit.pk)) == status
    assert listed(admin, f"?status__exact={status}") == [outfit]
    assert listed(admin, "?status__exact=queued") == [plain]
    assert len(listed(admin, "?status__exact=nothing")) == 2
    page = admin.get(change(outfit.batch)).context
    assert page["progress"].counts == {status: 1}
    troubles = [(each.count, each.is_uncertain) for each in page["troubles"]]
    assert troubles == ([(1, True)] if status == Status.UNCERTAIN else [])


def test_its_page_shows_the_steps_and_theirs_leads_there(admin: Client, outfit: TryOnJob) -> None:
    step = outfit.steps[0]
    page = admin.get(change(outfit))
    assert [card.title for card in page.context["step_cards"]] == [str(step)]
    assert change(step) in page.content.decode()
    page = admin.get(change(step))
    assert (page.context["outfit_url"], page.context["job_buttons"]) == (change(outfit), [])
    assert "A step of this outfit" in page.content.decode()


def test_what_is_done_to_a_step_is_done_to_the_outfit(admin: Client, outfit: TryOnJob) -> None:
    step = fail(outfit).steps[0]
    both = [step, outfit]
    assert said(act(admin, "tryonjob", "retry_jobs", both)) == [f"“{outfit}” will be tried again."]
    assert [TryOnJob.objects.get(pk=each.pk).status for each in both] == ["queued", "queued"]
    assert said(press(admin, step, "cancel_jobs")) == [f"“{outfit}” is cancelled."]
    assert [TryOnJob.objects.get(pk=each.pk).status for each in both] == ["cancelled"] * 2
    told = said(press(admin, step, "go_on_jobs"))
    assert told == [f"“{outfit}” goes on with another engine, as a new try-on."]


def test_cancelling_asks_about_the_step_that_runs(admin: Client, outfit: TryOnJob) -> None:
    run(outfit.steps[0])
    question = press(admin, outfit, "cancel_jobs")
    assert "is running already, and Segmind cannot stop it" in question.content.decode()
    told = said(press(admin, outfit, "cancel_jobs", agreed="1"))
    assert told == [f"“{outfit}” is cancelled. It was running already, so it is paid for."]
    assert "about $0.044" in admin.get(changelist("tryonjob")).content.decode()


def test_of_many_the_running_steps_are_told_as_paid(
    admin: Client, outfit: TryOnJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "FEW", 0)
    run(outfit.steps[0])
    data = {"action": "cancel_jobs", "_selected_action": [str(outfit.pk)], "agreed": "1"}
    told = said(admin.post(changelist("tryonjob"), data, follow=True))
    assert told == ["1 cancelled. They were running already, so they are paid for."]


def test_what_is_uncertain_is_decided_from_the_outfit(admin: Client, outfit: TryOnJob) -> None:
    step = outfit.steps[0]
    TryOnJob.objects.filter(pk=step.pk).update(status="uncertain", next_step_at=None)
    page = admin.get(change(outfit))
    assert "did not tell of it" in page.content.decode()
    labels = [button.label for button in page.context["job_buttons"]]
    assert "Give up…" in labels
    data = {"action": "give_up", "agreed": "1"}
    chosen = {"_selected_action": [str(outfit.pk), str(step.pk)]}
    told = said(admin.post(changelist("tryonjob"), data | chosen, follow=True))
    assert told == [f"“{step}” was given up."]
    assert TryOnJob.objects.get(pk=outfit.pk).status == "failed"


def test_a_batch_counts_it_once_and_its_money_whole(admin: Client, outfit: TryOnJob) -> None:
    page = admin.get(change(outfit.batch)).context
    assert page["money"] == "Spent $0.000 · about $0.089 to come"
    run(outfit.steps[0])
    TryOnJob.objects.filter(outfit=outfit).update(status="succeeded", cost=Decimal("0.05"))
    TryOnJob.objects.filter(pk=outfit.pk).update(
        status="failed", error_code="invalid_input", error_message="No person."
    )
    page = admin.get(change(outfit.batch)).context
    assert (page["progress"].counts, page["progress"].total) == ({"failed": 1}, 1)
    assert page["money"] == "Spent $0.050"
    assert [each.count for each in page["troubles"]] == [1]
    assert len(page["cards"]) == 1


def test_the_dashboard_counts_it_once_and_its_money_whole(admin: Client, outfit: TryOnJob) -> None:
    cache.clear()
    fail(outfit)
    TryOnJob.objects.filter(outfit=outfit).update(cost=PRICE)
    tables = {
        table.key: table for table in admin.get("/admin/django_tryon/dashboard/").context["tables"]
    }
    [today] = [row for row in tables["days"].rows if row[1] != "0"]
    assert (today[1], today[-1]) == ("1", "0.04")
    assert tables["engines"].rows[0][1] == "1"
    assert tables["requesters"].rows[0][1] == "1"
    assert sorted(row[1] for row in tables["products"].rows) == ["1", "1"]
    assert [row[3] for row in tables["products"].rows] == ["0.0 %", "0.0 %"]


def test_a_step_with_a_picture_has_it_on_its_card(admin: Client, outfit: TryOnJob) -> None:
    step = outfit.steps[0]
    TryOnResult.objects.create(job=step, kind="image", file=ContentFile(picture(), name="a.jpg"))
    [card] = admin.get(change(outfit)).context["step_cards"]
    assert (card.is_done, bool(card.figure.url)) == (True, True)


def test_what_was_drawn_again_costs_too(admin: Client, make_job: Any, batch: Batch) -> None:
    first = make_job(status="succeeded", batch=batch, cost="0.05")
    make_job(status="succeeded", outfit=first, second_of=first, cost="0.0301")
    for page in (change(first), changelist("tryonjob"), change(batch)):
        assert "$0.080" in admin.get(page).content.decode()
