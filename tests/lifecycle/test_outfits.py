"""Outfits: several garments by an engine that puts on one at a time, to their common end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, NothingLeft, WrongState
from django_tryon.models import Garment, Person, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.eta import outlook
from django_tryon.services.outcome import tell
from django_tryon.services.outfits.order import in_turns
from django_tryon.services.outfits.seen import price_of_all, status_of
from django_tryon.services.reasons import reason_for
from django_tryon.services.shoppers.purge import purge
from django_tryon.signals import job_finished, job_launched, job_submitted, result_stored
from tests.conftest import picture
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db
PRICE = get_engine("idm-vton").estimate()
REFUSED = json(400, {"error": "no person was found"})
Outfit = Callable[..., list[Garment]]


@pytest.fixture
def worn(garment: Garment) -> Outfit:
    """Make garments of these categories, on the product."""

    def make(*categories: str) -> list[Garment]:
        return [
            Garment.objects.create(
                product=garment.product,
                category=category,
                name=f"{category} {number}",
                image=ContentFile(picture(), name="g.jpg"),
            )
            for number, category in enumerate(categories)
        ]

    return make


@pytest.fixture
def job(worn: Outfit, person: Person) -> TryOnJob:
    """An outfit of three, named in no order."""
    garments = worn("outer", "lower", "upper")
    return services.launch(garments=garments, person=person, engine="idm-vton")


def steps(job: TryOnJob) -> list[TryOnJob]:
    """Return the steps of an outfit as they are now."""
    return TryOnJob.objects.get(pk=job.pk).steps


def statuses(job: TryOnJob) -> list[str]:
    """Return how the steps stand, and the job that was asked for."""
    fresh = TryOnJob.objects.get(pk=job.pk)
    return [str(each.status) for each in (*fresh.steps, fresh)]


def used(key: str = "budget:all:") -> set[Decimal]:
    return set(Tally.objects.filter(key__startswith=key).values_list("used", flat=True))


def budgets(settings: Any, **limits: Any) -> None:
    settings.TRYON = settings.TRYON | limits


def test_three_garments_are_put_on_one_over_the_other(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    order = [each.garments.get(pk=each.puts_on[0]).category for each in (*job.steps, job)]
    assert order == ["lower", "upper", "outer"]
    assert [each.garments.count() for each in (*job.steps, job)] == [1, 2, 3]
    assert price_of_all(job) == PRICE * 3
    done = drive()
    assert (done.status, provider.asked["submit"]) == (Status.SUCCEEDED, 3)
    bodies = [request.read() for request in provider.requests if request.method == "POST"]
    assert [b'"lower_body"' in body for body in bodies] == [True, False, False]
    first, second, last = (*steps(job), done)
    assert (second.previous, last.previous) == (first, second)
    assert TryOnResult.objects.there().get() == done.results.get()


def test_one_is_told_of_one_try_on(
    provider: Provider, worn: Outfit, person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[Any] = []

    def hear(sender: Any, **said: Any) -> None:
        heard.append(said.get("job") or said["result"].job)

    signals = (job_launched, job_submitted, result_stored, job_finished)
    for signal in signals:
        signal.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        job = services.launch(garments=worn("upper", "lower"), person=person, engine="idm-vton")
    services.drive_until_idle()
    for signal in signals:
        signal.disconnect(hear)
    assert heard == [job] * 4


def test_an_engine_for_several_takes_them_in_one_job(
    provider: Provider, worn: Outfit, person: Person
) -> None:
    garments = worn(*["upper"] * 9, "lower", "outer")
    job = services.launch(garments=garments, person=person, engine="p-image-try-on")
    services.drive_until_idle()
    assert TryOnJob.objects.get() == job
    assert (job.puts_on, job.steps, provider.asked["submit"]) == (None, [], 1)
    assert status_of(job) == Status.QUEUED


def test_the_bar_and_the_status_tell_of_the_whole(provider: Provider, job: TryOnJob) -> None:
    now = timezone.now()
    assert status_of(job) == Status.QUEUED
    single = timedelta(seconds=10.7 + 3)
    at = outlook(job, job.steps[0].created_at).eta_at
    assert at == job.steps[0].created_at + single * 3
    services.drive()
    job = TryOnJob.objects.get(pk=job.pk)
    assert (job.status, status_of(job)) == (Status.QUEUED, Status.RUNNING)
    late = now + timedelta(hours=1)
    assert outlook(job, late).eta_at == late + single * 2  # the step is late, not all of it


@pytest.mark.parametrize(
    ("categories", "engine", "words"),
    [
        (["dress", "dress"], "p-image-try-on", "two dresses: “dress 0”, “dress 1”"),
        (["upper", "lower", "dress"], "p-image-try-on", "Leave out “lower 1”, or the dress"),
        (["dress", "lower"], "idm-vton", "“dress 0”, “lower 1” cannot be worn together"),
        (["upper"] * 11, "idm-vton", "Keep one of them, or choose an engine that takes several"),
        (["upper"] * 12, "p-image-try-on", "at most 11 garments at once, not 12"),
        (["upper", "dress"], "fashion-ai", "cannot dress the category “dress”"),
    ],
)
def test_what_cannot_be_worn_together_is_told_before(
    categories: list[str], engine: str, words: str, worn: Outfit, person: Person
) -> None:
    with pytest.raises(LaunchRefused, match=words):
        services.launch(garments=worn(*categories), person=person, engine=engine)
    assert not TryOnJob.objects.exists()


def test_a_parameter_that_speaks_of_one_garment(worn: Outfit, person: Person) -> None:
    wish: dict[str, Any] = {"person": person, "engine": "idm-vton"}
    garments = worn("upper", "lower")
    with pytest.raises(LaunchRefused, match="“category” speaks of one garment"):
        services.launch(garments=garments, params={"category": "upper_body"}, **wish)
    job = services.launch(garments=garments, params={"steps": 20, "category": None}, **wish)
    assert job.steps[0].params["steps"] == 20


def test_a_dress_under_a_jacket(worn: Outfit, person: Person) -> None:
    job = services.launch(garments=worn("outer", "dress"), person=person, engine="idm-vton")
    assert [step.garments.get().category for step in job.steps] == ["dress"]


def test_a_step_that_fails_ends_the_outfit_and_says_which(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[good, REFUSED])
    failed = drive()
    assert statuses(job) == ["succeeded", "failed", "failed"]
    assert provider.asked["submit"] == 2
    assert (failed.error_code, failed.steps[1].error_code) == ("invalid_input",) * 2
    assert failed.error_message.startswith("“upper 2” could not be put on: ")
    reason = reason_for(failed)
    assert reason is not None
    assert not reason.was_free  # the first was paid for


def test_a_retry_goes_on_from_there(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob], settings: Any
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[good, REFUSED, good])
    drive()
    budgets(settings, DAILY_BUDGET=PRICE * 2 - Decimal("0.01"))
    with pytest.raises(NothingLeft):  # for one it would do, for the whole it does not
        services.retry(job)
    assert statuses(job) == ["succeeded", "failed", "failed"]
    budgets(settings, DAILY_BUDGET=PRICE * 2)
    assert services.retry(steps(job)[1]) == job  # a step stands for its outfit
    assert used() == {PRICE * 2}
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 4
    with pytest.raises(WrongState):
        services.retry(job)


def test_a_retry_of_a_paid_step_only_fetches(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    provider.answers(file=httpx.Response(200, content=b"no picture"))
    drive()
    assert statuses(job) == ["failed", "cancelled", "failed"]
    assert steps(job)[0].outputs
    provider.answers(file=httpx.Response(200, content=picture()))
    services.retry(job)
    assert statuses(job) == ["fetching", "queued", "queued"]
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 3


def test_a_retry_of_the_last_part_alone(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[good, good, REFUSED, good])
    drive()
    services.retry(job)
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 4


def test_what_it_would_go_on_from_is_gone(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    provider.answers(submit=[provider.script["submit"][0], REFUSED])
    drive()
    purge(now=timezone.now() + timedelta(hours=25))
    assert not TryOnResult.objects.exists()
    with pytest.raises(WrongState, match="Launch it anew") as caught:
        services.retry(job)
    assert caught.value.code == "steps_gone"


def test_another_engine_goes_on(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    with pytest.raises(WrongState):
        services.go_on(job, engine="p-image-try-on")  # it is on its way
    good = provider.script["submit"][0]
    provider.answers(submit=[good, REFUSED, good])
    drive()
    new = services.go_on(job, engine="p-image-try-on")
    assert services.go_on(job, engine="p-image-try-on") == new
    services.drive_until_idle()
    new.refresh_from_db()
    assert (new.status, provider.asked["submit"]) == (Status.SUCCEEDED, 3)
    assert (new.previous, new.garments.count()) == (steps(job)[0], 3)
    assert new.estimated_cost == get_engine("p-image-try-on").estimate(2)
    chain = services.go_on(job, engine="try-on-diffusion")
    assert [len(each.puts_on) for each in (*chain.steps, chain)] == [1, 1]
    assert chain.steps[0].previous == steps(job)[0]


def test_another_engine_begins_where_nothing_is_done(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    services.cancel(job)
    new = services.go_on(job, engine="p-image-try-on")
    assert (new.previous, new.puts_on, new.garments.count()) == (None, None, 3)


def test_nothing_goes_on_that_is_no_outfit(
    provider: Provider, garment: Garment, person: Person, job: TryOnJob
) -> None:
    single = services.launch(garments=[garment], person=person, engine="idm-vton")
    for each in (single, job):
        services.cancel(each)
    with pytest.raises(WrongState, match="Only an outfit"):
        services.go_on(single, engine="p-image-try-on")
    person.delete()
    with pytest.raises(LaunchRefused, match="photo was deleted"):
        services.go_on(job, engine="p-image-try-on")


@pytest.mark.parametrize("rounds", [0, 1])
def test_to_cancel_it_is_to_cancel_all_of_it(
    rounds: int, provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob], settings: Any
) -> None:
    if rounds:
        drive(1)
    services.cancel(job)
    assert statuses(job) == ["cancelled"] * 3
    drive()
    assert (provider.asked["submit"], provider.asked["file"]) == (rounds, 0)
    services.retry(job)
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == rounds + 3


def test_to_cancel_a_step_is_to_cancel_the_outfit(provider: Provider, job: TryOnJob) -> None:
    services.cancel(job.steps[0])
    assert statuses(job) == ["cancelled"] * 3


def test_a_step_that_is_just_being_sent_is_the_last_that_is_paid(
    provider: Provider, job: TryOnJob
) -> None:
    first = job.steps[0]
    assert move(first, Status.SUBMITTING)
    services.cancel(job)
    assert statuses(job) == ["submitting", "cancelled", "cancelled"]
    assert move(first, Status.FETCHING)
    assert move(first, Status.SUCCEEDED)
    tell(first)
    assert statuses(job) == ["succeeded", "cancelled", "cancelled"]


def test_whoever_died_before_the_steps_were_cancelled_is_made_good(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    assert move(job, Status.CANCELLED, error_code="cancelled")  # and then nothing
    services.drive(now=timezone.now() + timedelta(minutes=2))
    assert statuses(job) == ["cancelled"] * 3 or provider.asked["submit"] == 1
    drive()
    assert provider.asked["submit"] <= 1


def test_a_late_word_of_a_failure_does_not_end_what_was_tried_again(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[REFUSED, good])
    ended = drive()
    late = steps(job)[0]
    services.retry(job)
    tell(late)
    tell(ended)
    assert statuses(job) == ["queued"] * 3
    assert drive().status == Status.SUCCEEDED


def test_a_garment_that_goes_in_the_middle(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    drive(1)
    Garment.objects.get(category="outer").delete()  # not even the next in turn
    gone = drive()
    assert statuses(job) == ["succeeded", "failed", "failed"]
    assert (gone.error_code, provider.asked["submit"]) == ("garment_gone", 1)
    assert "A garment of the outfit was deleted" in gone.error_message
    reason = reason_for(gone)
    assert reason is not None
    assert reason.why == "This garment is no longer offered."


def test_the_garment_in_turn_goes(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    Garment.objects.get(category="lower").delete()
    gone = drive()
    assert (gone.status, gone.error_code) == (Status.FAILED, "garment_gone")
    assert gone.error_message.startswith("A garment of the outfit")
    assert provider.asked["submit"] == 0


def test_the_photo_goes_in_the_middle(
    provider: Provider, job: TryOnJob, person: Person, drive: Callable[..., TryOnJob]
) -> None:
    services.drive()
    person.delete()
    drive()
    assert provider.asked["submit"] == 1


def test_the_photo_goes_between_two_garments(
    provider: Provider, job: TryOnJob, person: Person, drive: Callable[..., TryOnJob]
) -> None:
    services.drive()
    while job.steps[0].status != Status.SUCCEEDED:
        drive(1)
        job = TryOnJob.objects.get(pk=job.pk)
    person.delete()
    gone = drive()
    assert (gone.status, gone.error_code) == (Status.FAILED, "person_gone")
    assert provider.asked["submit"] == 1


def test_the_whole_sum_is_asked_for_at_once(
    provider: Provider, worn: Outfit, person: Person, settings: Any
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE * 2)
    wish: dict[str, Any] = {"person": person, "engine": "idm-vton"}
    garments = worn("lower", "upper", "outer")
    with pytest.raises(NothingLeft):
        services.launch(garments=garments, **wish)
    assert not TryOnJob.objects.exists()
    job = services.launch(garments=garments[:2], **wish)
    assert used() == {PRICE * 2}
    services.cancel(job)
    assert used() == {Decimal(0)}


def test_a_step_that_was_paid_stays_spent(
    provider: Provider, worn: Outfit, person: Person, settings: Any
) -> None:
    budgets(settings, DAILY_BUDGET=1)
    provider.answers(submit=[provider.script["submit"][0], REFUSED])
    services.launch(garments=worn("lower", "upper"), person=person, engine="idm-vton")
    services.drive_until_idle()
    assert used() == {Decimal("0.05")}


def test_an_outfit_begins_with_what_staff_have_of_it(
    provider: Provider, worn: Outfit, person: Person, settings: Any
) -> None:
    wish: dict[str, Any] = {"person": person, "engine": "idm-vton"}
    lower, upper, outer = worn("lower", "upper", "outer")
    budgets(settings, DAILY_BUDGET=9)
    first = services.launch(garments=[upper, lower], **wish)
    services.drive_until_idle()
    second = services.launch(garments=[upper, lower, outer], reuse=True, **wish)
    assert (second.previous, second.steps) == (first, [])
    assert (second.garments.count(), second.puts_on) == (3, [outer.pk])
    services.drive_until_idle()
    assert provider.asked["submit"] == 3
    assert services.launch(garments=[upper, lower, outer], reuse=True, **wish) == second
    # What lies in between is nobody's to be given, but may be begun with.
    alone = services.launch(garments=[lower], reuse=True, **wish)
    assert alone.pk not in {step.pk for step in first.steps}
    other = services.launch(garments=[lower, outer], reuse=True, **wish)
    assert other.previous in {*first.steps, alone}
    services.cancel(other)
    TryOnResult.objects.update(review="rejected")
    anew = services.launch(garments=[lower, outer], reuse=True, **wish)
    assert len(anew.steps) == 1


def test_what_lies_in_between_goes_after_a_day_but_not_while_it_is_waited_for(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[good, json(503, {"error": "later"}), good])
    drive(3)
    TryOnJob.objects.filter(status=Status.QUEUED).update(next_step_at=None)
    later = timezone.now() + timedelta(hours=25)
    between = TryOnResult.objects.get()
    assert between.delete_at is not None
    purge(now=later)
    assert TryOnResult.objects.get() == between
    services.cancel(job)
    purge(now=later)
    assert not TryOnResult.objects.exists()


def test_what_lies_in_between_cannot_be_published(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    drive()
    with pytest.raises(WrongState, match="only its last picture"):
        services.publish(steps(job)[0].results.get())
    services.publish(TryOnResult.objects.there().get())
    for garment in Garment.objects.filter(jobs=job):
        assert TryOnResult.objects.published_for(garment.product).exists()


def test_another_seed_draws_the_whole_outfit_anew(
    provider: Provider, worn: Outfit, person: Person
) -> None:
    wish: dict[str, Any] = {"person": person, "engine": "idm-vton"}
    lower, upper, outer = worn("lower", "upper", "outer")
    first = services.launch(garments=[lower], **wish)
    services.drive_until_idle()
    first.refresh_from_db()
    after = services.launch(garments=[upper, outer], previous=first, **wish)
    services.drive_until_idle()
    again = services.redraw(after.results.get())
    assert again.steps[0].previous == first
    services.drive_until_idle()
    begun = services.launch(garments=[lower, upper], reuse=True, **wish)
    assert begun.previous == first
    services.drive_until_idle()
    whole = services.redraw(begun.results.get())
    assert (len(whole.steps), whole.steps[0].previous) == (1, None)


def test_an_uncertain_step_makes_the_outfit_uncertain(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    provider.answers(submit=httpx.ReadTimeout("lost"))
    drive(1)
    waiting = TryOnJob.objects.get(pk=job.pk)
    assert (waiting.status, status_of(waiting)) == (Status.QUEUED, Status.UNCERTAIN)
    assert outlook(waiting, timezone.now()).eta_at is None
    reason = reason_for(waiting)
    assert reason is not None
    assert "got lost" in reason.why
    services.cancel(job)
    assert statuses(job) == ["uncertain", "cancelled", "cancelled"]


def test_a_clip_of_several_garments_is_one_job(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    clip, garments = get_engine("video-tryon-v2"), list(job.garments.all())
    assert in_turns(clip, garments) == [garments]
