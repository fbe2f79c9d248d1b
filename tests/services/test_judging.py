"""Judging: what the checks see in stored results is kept, and does what the settings say."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from django_tryon import quality, services
from django_tryon.admin.batch.ordered import unlaunched_of, untried_of
from django_tryon.admin.batch.progress import progress_of
from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import (
    Batch,
    Garment,
    Person,
    Shopper,
    Status,
    Tally,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.files import private_storage
from django_tryon.segmind.loop import network
from django_tryon.services.driving import advance
from django_tryon.services.judging import judge
from django_tryon.services.judging import look as looking
from django_tryon.services.judging.draw_again import can_be_drawn_again, second_for
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_result
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.shoppers.uploads import take_photo
from django_tryon.services.steps.store import store
from django_tryon.signals import job_finished, job_uncertain, result_stored
from tests.conftest import picture
from tests.lifecycle.conftest import provider
from tests.lifecycle.provider import Provider, json
from tests.quality import degraded

__all__ = ["provider"]
pytestmark = pytest.mark.django_db
PRICE = get_engine("idm-vton").estimate()
PERSON = degraded.face(300, 400, 60)
Wants = Callable[..., None]


def png(pixels: Image.Image) -> bytes:
    content = io.BytesIO()
    pixels.save(content, "PNG")
    return content.getvalue()


GOOD = httpx.Response(200, content=png(degraded.dressed(PERSON)))
BAD = httpx.Response(200, content=png(degraded.dressed(PERSON, (230, 190, 30))))
"""Yellow, where the garment is green."""


@pytest.fixture(autouse=True)
def wants(settings: Any) -> Wants:
    """Have results judged by their colour, with this action; photos not at all."""
    none = {name: {"action": "ignore"} for name in quality.CHECKS}

    def want(action: str = "warn", **more: Any) -> None:
        settings.TRYON = settings.TRYON | {"QUALITY": none | {"colour": {"action": action}}} | more

    want()
    return want


@pytest.fixture
def person(db: None) -> Person:
    """A house model with a face."""
    return Person.objects.create(
        kind="photo", photo=ContentFile(png(PERSON), "p.png"), is_house_model=True, name="Ana"
    )


@pytest.fixture
def garment(product: Any) -> Garment:
    """A green garment."""
    image = ContentFile(png(degraded.garment()), "g.png")
    return Garment.objects.create(product=product, category="upper", name="Tee", image=image)


@pytest.fixture
def try_on(garment: Garment, person: Person) -> Callable[..., TryOnResult]:
    """Launch, drive to the end, and return the result as it then is."""

    def go(engine: str = "idm-vton", **fields: Any) -> TryOnResult:
        wish = {"garments": [garment], "person": person, "engine": engine} | fields
        job = services.launch(**wish)
        services.drive_until_idle()
        return TryOnResult.objects.get(job=job)

    return go


@pytest.fixture
def heard() -> Any:
    """What a shop is told, by its name."""
    said: list[str] = []
    signals = {"finished": job_finished, "stored": result_stored}
    for name, signal in signals.items():
        signal.connect(
            lambda *, name=name, **kwargs: said.append(name), dispatch_uid=name, weak=False
        )
    yield said
    for name, signal in signals.items():
        signal.disconnect(dispatch_uid=name)


def told(result: TryOnResult) -> list[str]:
    return [f"{found.check.name} {found.word}" for found in result.advice]


def test_a_good_result_is_looked_at_and_nothing_is_said(
    provider: Provider, try_on: Callable[..., TryOnResult]
) -> None:
    provider.answers(file=GOOD)
    result = try_on()
    assert [name for name, _word, _facts in result.findings or ()] == ["colour"]
    assert (result.advice, result.is_flagged, result.needs_look) == ([], False, False)
    assert result.judge_at is None


@pytest.mark.parametrize(("action", "alone"), [("warn", False), ("hold", True)])
def test_a_flagged_one_is_marked_by_what_the_settings_say(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, action: str, alone: bool
) -> None:
    wants(action)
    provider.answers(file=BAD)
    result = try_on()
    assert told(result) == ["colour far"]
    assert (result.is_flagged, result.needs_look, result.is_doubtful) == (True, alone, alone)
    assert provider.asked["submit"] == 1
    wants("ignore")  # by now they may want another thing
    assert result.advice == []
    assert not result.is_doubtful


def test_nothing_is_looked_at_that_nobody_wants_looked_at(
    provider: Provider,
    try_on: Callable[..., TryOnResult],
    wants: Wants,
    django_assert_num_queries: Any,
) -> None:
    wants("ignore")
    result = try_on()
    assert result.findings is None
    assert result.judge_at is None
    with django_assert_num_queries(0):
        assert judge.claim(timezone.now(), 10) == []
        assert judge.next_due_at() is None


def test_jobs_come_first(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive_until_idle()
    params = {"seed": 2}
    services.launch(garments=[garment], person=person, engine="idm-vton", params=params)
    services.drive()
    assert TryOnResult.objects.get().findings is None
    services.drive(now=timezone.now() - timedelta(days=1))  # nothing is due then, nor any look
    assert TryOnResult.objects.get().findings is None
    services.drive_until_idle()
    assert not TryOnResult.objects.filter(findings__isnull=True).exists()


def test_where_a_job_always_is_due_a_result_has_its_turn_all_the_same(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive_until_idle()
    TryOnResult.objects.update(judge_at=timezone.now() - judge.PATIENCE)
    params = {"seed": 2}
    services.launch(garments=[garment], person=person, engine="idm-vton", params=params)
    services.drive()
    assert TryOnResult.objects.get().findings is not None


def test_who_waits_for_a_look_that_never_ends_does_not_wait_for_ever(monkeypatch: Any) -> None:
    monkeypatch.setattr(looking, "TURN", 0.01)
    with looking.ONE_AT_A_TIME, pytest.raises(TimeoutError):
        looking.look(looking.Pictures(None, None, (), {}))


@pytest.mark.parametrize(("action", "idle"), [("warn", True), ("hold", False), ("retry", False)])
def test_a_worker_that_ends_when_idle_waits_for_what_something_depends_on(
    provider: Provider,
    garment: Garment,
    person: Person,
    monkeypatch: Any,
    wants: Wants,
    action: str,
    idle: bool,
) -> None:
    wants(action)
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive_until_idle()
    assert advance.is_idle() is idle
    services.drive_until_idle()
    assert advance.is_idle()


def test_the_job_has_ended_before_anybody_looks(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr(advance, "AT_LEISURE", ())  # nobody ever looks
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    assert job.next_step_at is None  # everybody was told
    assert TryOnResult.objects.get().judge_at is not None


def test_a_check_that_fails_fails_no_job(
    provider: Provider, try_on: Callable[..., TryOnResult], monkeypatch: Any
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(quality, "judge_result", lambda *given: looks.append(1) or 1 / 0)
    result = try_on()
    assert len(looks) == judge.TRIES
    assert result.job.status == Status.SUCCEEDED
    assert (result.findings, result.judge_at) == (None, None)


def test_a_look_that_takes_too_long_is_given_up(
    provider: Provider, try_on: Callable[..., TryOnResult], monkeypatch: Any
) -> None:
    monkeypatch.setattr(judge, "LONGEST", 0)
    assert try_on().findings is None


def test_who_dies_while_looking_leaves_it_to_another_but_not_for_ever(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive_until_idle()
    now = timezone.now() + timedelta(days=1)
    provider.answers(file=GOOD)
    for number in range(judge.TRIES):
        [step] = judge.claim(now, 10)  # and then it dies
        del step
        assert judge.claim(now, 10) == []  # the lease holds
        now += judge.LEASE
        assert TryOnResult.objects.get().judge_tries == number + 1
    assert judge.claim(now, 10) == []
    assert TryOnResult.objects.get().judge_at is None


def test_no_more_are_taken_than_can_be_looked_at(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        for seed in (1, 2, 3):
            wish = {"garments": [garment], "person": person, "params": {"seed": seed}}
            services.launch(engine="idm-vton", **wish)
        services.drive_until_idle()
    now = timezone.now()
    steps = judge.claim(now, 10)
    assert len(steps) == judge.AT_ONCE
    assert judge.claim(now, 10) == []
    soon = judge.next_due_at()
    assert soon is not None
    assert soon > now  # whoever is busy does not spin
    del steps
    assert len(judge.claim(now, 10)) == 1
    assert judge.claim(now, 0) == []


def test_what_two_bring_is_written_once(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants
) -> None:
    wants("retry")
    provider.answers(file=BAD)
    result = try_on()
    before = TryOnJob.objects.count()
    judge.keep(result, [["colour", "near", {}]])  # it comes after the lease
    assert told(TryOnResult.objects.get(pk=result.pk)) == ["colour far"]
    assert TryOnJob.objects.count() == before


def test_what_it_was_made_of_may_be_gone(
    provider: Provider, garment: Garment, person: Person, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(advance, "AT_LEISURE", ())
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive_until_idle()
    person.delete()
    services.drive_until_idle()
    result = TryOnResult.objects.get()
    assert (result.findings, result.judge_at) == (None, None)


def test_a_shops_adapter_that_raises_costs_the_look_only(
    provider: Provider, try_on: Callable[..., TryOnResult], monkeypatch: Any
) -> None:
    monkeypatch.setattr(looking, "picture_of", lambda garment: 1 / 0)
    result = try_on()
    assert (result.findings, result.judge_at) == (None, None)


def test_without_a_garment_of_its_own_no_colour_is_compared(
    provider: Provider, try_on: Callable[..., TryOnResult]
) -> None:
    provider.answers(file=BAD, v1=BAD)
    assert told(try_on("fashion-ai")) == []


def test_a_try_on_that_begins_from_a_picture_is_compared_with_that(
    provider: Provider, try_on: Callable[..., TryOnResult]
) -> None:
    provider.answers(file=BAD)
    first = try_on()
    second = try_on(previous=first.job)  # the same picture once more: nothing was put on
    assert told(second) == ["colour unchanged"]


def test_of_a_clip_the_first_frames_are_compared_and_it_is_never_drawn_again(
    provider: Provider, garment: Garment, wants: Wants
) -> None:
    wants("retry")
    person = Person.objects.create(kind="video", is_house_model=True, name="Ana")
    Person.objects.update(frame=person.frame.storage.save("f.png", ContentFile(png(PERSON))))
    for poster in (ContentFile(BAD.content, "poster.png"), ""):
        job = TryOnJob.objects.create(engine="video-tryon-v2", person=person, status="succeeded")
        job.garments.add(garment)
        TryOnResult.objects.create(
            job=job, kind="video", file="c.mp4", poster=poster, judge_at=timezone.now()
        )
    services.drive_until_idle()
    without, with_poster = TryOnResult.objects.order_by("poster")
    assert told(with_poster) == ["colour far"]
    assert (without.findings, without.judge_at) == (None, None)
    assert not provider.asked["submit"]


def test_what_can_no_longer_be_launched_is_not_drawn_again(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants
) -> None:
    wants("hold")
    provider.answers(file=BAD)
    result = try_on()
    wants("retry", API_KEY="")
    assert second_for(result) is None


# Drawn again


def test_a_flagged_one_is_drawn_again_and_the_better_is_shown(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, heard: list[str]
) -> None:
    wants("retry", DAILY_BUDGET=Decimal(5))
    provider.answers(file=[BAD, GOOD])
    result = try_on(params={"seed": 7})
    assert provider.asked["submit"] == 2
    first, second = TryOnJob.objects.order_by("created_at")
    assert (second.second_of, second.outfit) == (first, first)
    assert second.params == first.params | {"seed": second.params["seed"]}
    assert second.params["seed"] != 7
    assert heard == ["stored", "finished"]
    assert Tally.objects.get().used == Decimal("0.10")  # what both did cost
    kept = TryOnResult.objects.get(job=second)
    assert (told(result), told(kept)) == ([], ["colour far"])
    assert [one.is_flagged for one in (result, kept)] == [False, True]
    assert [content(one) for one in (result, kept)] == [GOOD.content, BAD.content]
    assert list(TryOnResult.objects.asked_for()) == [result]
    assert (result.delete_at, kept.delete_at) == (None, None)
    assert first.steps == []
    with pytest.raises(WrongState):
        services.retry(second)


def content(result: TryOnResult) -> bytes:
    """Return a picture's pixels as they came: the mark is all that was added."""
    with result.file.open() as opened, Image.open(opened) as stored:
        return png(stored.convert("RGB"))


def test_of_two_that_are_no_better_the_first_stays(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants
) -> None:
    wants("retry")
    provider.answers(file=BAD)
    result = try_on()
    assert provider.asked["submit"] == 2  # and never a third time
    assert result.needs_look
    assert not result.file.name.endswith(TryOnResult.objects.exclude(pk=result.pk)[0].file.name)


def test_one_of_another_shape_of_which_nothing_can_be_told_is_not_better(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants
) -> None:
    wants("retry")
    square = httpx.Response(200, content=png(degraded.dressed(PERSON).resize((300, 300))))
    provider.answers(file=[BAD, square])
    assert told(try_on()) == ["colour far"]


def test_a_second_that_fails_changes_nothing_and_costs_nothing(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, heard: list[str]
) -> None:
    wants("retry", DAILY_BUDGET=Decimal(5))
    accepted = provider.script["submit"][0]
    provider.answers(file=BAD, submit=[accepted, json(400, {"error": "no person was found"})])
    result = try_on()
    assert TryOnJob.objects.get(second_of=result.job).status == Status.FAILED
    assert told(result) == ["colour far"]
    assert Tally.objects.get().used == Decimal("0.05")
    assert heard == ["stored", "finished"]


@pytest.mark.parametrize("policy", ["ask", "submit-again"])
def test_a_second_of_which_nobody_knows_is_left_to_nobody_and_not_sent_again(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, policy: str
) -> None:
    WebhookEndpoint.objects.create(url="http://127.0.0.1:9/", events=["job.uncertain"])
    wants("retry", DAILY_BUDGET=Decimal(5), UNCERTAIN=policy)
    accepted = provider.script["submit"][0]
    provider.answers(file=BAD, submit=[accepted, httpx.ReadTimeout("late")])
    batch, heard = Batch.objects.create(), []
    job_uncertain.connect(lambda **said: heard.append(said), dispatch_uid="here", weak=False)
    result = try_on(batch=batch)
    job_uncertain.disconnect(dispatch_uid="here")
    second = TryOnJob.objects.get(second_of=result.job)
    assert (second.status, second.error_code) == (Status.FAILED, "given_up")
    assert provider.asked["submit"] == 2
    assert Tally.objects.get().used == Decimal("0.05") + PRICE  # it may have been paid for
    assert (heard, WebhookDelivery.objects.count()) == ([], 0)
    TryOnJob.objects.filter(pk=second.pk).update(status=Status.UNCERTAIN)  # as it was before
    progress = progress_of(batch, unlaunched_of(batch), untried_of(batch))
    assert progress.unsure_steps == 0


@pytest.mark.parametrize("why", ["budget", "garment", "photo gone", "outfit"])
def test_what_cannot_be_drawn_again_is_not(
    provider: Provider, garment: Garment, person: Person, wants: Wants, why: str
) -> None:
    wants("retry", **({"DAILY_BUDGET": PRICE} if why == "budget" else {}))
    provider.answers(file=BAD)
    garments = [garment]
    if why == "outfit":
        image = ContentFile(png(degraded.garment()), "h.png")
        garments += [Garment.objects.create(product=garment.product, category="lower", image=image)]
    services.launch(garments=garments, person=person, engine="idm-vton")
    if why == "garment":
        job_finished.connect(lambda **kwargs: garment.delete(), dispatch_uid="why", weak=False)
    if why == "photo gone":
        gone = {"delete_at": timezone.now() - timedelta(1)}
        job_finished.connect(
            lambda **kwargs: Person.objects.update(**gone), dispatch_uid="why", weak=False
        )
    try:
        services.drive_until_idle()
    finally:
        job_finished.disconnect(dispatch_uid="why")
    assert not TryOnJob.objects.exclude(second_of=None).exists()
    result = TryOnResult.objects.asked_for().get()
    assert why == "garment" or told(result) == ["colour far"]


def test_an_engine_without_a_seed_would_draw_the_same_again(
    provider: Provider, try_on: Callable[..., TryOnResult]
) -> None:
    job = try_on().job
    assert can_be_drawn_again(job)
    job.engine = "fashion-ai"
    assert not can_be_drawn_again(job)


def decide(result: TryOnResult, how: str) -> None:
    if how == "approved":
        services.approve(result)
    elif how == "liked":
        TryOnResult.objects.filter(pk=result.pk).update(liked=True)
    else:
        wish = {"person": result.job.person, "garments": list(result.job.garments.all())}
        services.launch(engine="idm-vton", previous=result.job, **wish)


DECISIONS = ["approved", "liked", "gone on from"]


def drawn_again(result: TryOnResult) -> TryOnJob:
    """Have a result drawn again, and return the job, which is not sent yet."""
    second = second_for(result)
    assert second is not None
    assert judge.draw_again(second)
    return second[0]


@pytest.mark.parametrize("how", DECISIONS)
def test_what_somebody_has_decided_about_is_not_exchanged(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, how: str
) -> None:
    wants("hold")
    provider.answers(file=[BAD, GOOD])
    result = try_on()
    second = drawn_again(result)
    services.drive()
    decide(result, how)
    services.drive_until_idle()
    assert TryOnResult.objects.filter(job=second).exists()
    result.refresh_from_db()
    assert told(result) == ["colour far"]


@pytest.mark.parametrize("how", DECISIONS)
def test_what_somebody_has_decided_about_is_not_drawn_again(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, how: str
) -> None:
    wants("hold")
    provider.answers(file=BAD)
    result = try_on()
    decide(result, how)
    wants("retry")
    TryOnResult.objects.filter(pk=result.pk).update(judge_at=timezone.now())
    services.drive_until_idle()
    assert not TryOnJob.objects.filter(second_of=result.job).exists()


@pytest.mark.parametrize("how", [*DECISIONS, "deleted"])
def test_a_second_that_nobody_would_be_shown_is_not_paid_for(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, how: str
) -> None:
    wants("hold", DAILY_BUDGET=Decimal(5))
    provider.answers(file=BAD)
    result = try_on()
    spent = Tally.objects.get().used
    second = drawn_again(result)
    if how == "deleted":
        forget_result(result)
    elif how == "gone on from":
        TryOnJob.objects.create(engine="idm-vton", previous=result.job)
    else:
        decide(result, how)
    services.drive_until_idle()
    second.refresh_from_db()
    assert (second.status, provider.asked["submit"]) == (Status.CANCELLED, 1)
    assert Tally.objects.get().used == spent


def test_a_reviewer_who_has_it_before_them_decides_about_what_they_see(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, staff: Any
) -> None:
    wants("hold")
    provider.answers(file=[BAD, GOOD])
    result = try_on()
    wants("retry")
    until = timezone.now() + timedelta(minutes=2)
    changed = {"judge_at": timezone.now(), "held_by": staff, "held_until": until}
    TryOnResult.objects.filter(pk=result.pk).update(**changed)
    services.drive_until_idle(ahead=timedelta(minutes=1))
    result.refresh_from_db()
    assert told(result) == ["colour far"]
    waits = TryOnResult.objects.get(job__second_of=result.job)
    assert waits.judge_at == until
    TryOnResult.objects.filter(pk=result.pk).update(held_until=timezone.now())
    services.drive_until_idle()
    result.refresh_from_db()
    assert told(result) == []


def test_a_first_that_is_gone_by_then_is_not_missed(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants, monkeypatch: Any
) -> None:
    wants("retry")
    provider.answers(file=[BAD, GOOD])
    result = try_on()
    again = TryOnResult.objects.get(job__second_of=result.job)
    TryOnResult.objects.filter(pk=result.pk).delete()
    TryOnResult.objects.filter(pk=again.pk).update(judge_at=timezone.now())
    services.drive_until_idle()
    assert TryOnResult.objects.get().pk == again.pk


def test_a_second_is_never_drawn_twice(
    provider: Provider, try_on: Callable[..., TryOnResult], wants: Wants
) -> None:
    wants("hold")
    provider.answers(file=BAD)
    result = try_on()
    wants("retry")
    planned = [second_for(result), second_for(result)]
    assert [judge.draw_again(second) for second in planned if second] == [True, False]
    assert second_for(result) is None
    assert TryOnJob.objects.filter(second_of=result.job).count() == 1


# Shoppers


@pytest.fixture
def ada(db: None) -> Shopper:
    """A visitor."""
    return Shopper.objects.create()


@pytest.fixture
def asked(
    provider: Provider, ada: Shopper, garment: Garment, wants: Wants
) -> Callable[..., TryOnJob]:
    """Have her ask, with her own photo, for what is drawn again."""

    def go(**fields: Any) -> TryOnJob:
        wants("retry", STOREFRONT_DAILY_BUDGET=Decimal(5))
        provider.answers(file=[BAD, GOOD])
        photo = take_photo(ada, ContentFile(png(PERSON), "me.png"), version="1")
        wish = {"garments": [garment], "person": photo, "engine": "idm-vton"}
        job, _is_new = ask(ada, **wish, **fields)
        services.drive_until_idle()
        return job

    return go


def test_a_shopper_hears_once_and_finds_the_better(
    asked: Callable[..., TryOnJob], mailoutbox: list[Any], ada: Shopper
) -> None:
    WebhookEndpoint.objects.create(url="http://127.0.0.1:9/", events=["job.succeeded"])
    job = asked(notify="ada@example.com")
    assert len(mailoutbox) == 1
    [result] = TryOnResult.objects.there()
    assert (result.job, told(result)) == (job, [])
    hidden = TryOnResult.objects.exclude(pk=result.pk).get()
    assert hidden.job.shopper == ada
    assert hidden.delete_at is not None
    assert Tally.objects.get(key__startswith="launch:").used == 1
    [spent] = Tally.objects.filter(key__startswith="budget:")
    assert spent.used == Decimal("0.10")


def test_what_was_drawn_again_goes_with_the_rest(
    asked: Callable[..., TryOnJob], ada: Shopper, private_files: Callable[[], int]
) -> None:
    job = asked()
    assert private_files() > 2
    forget_result(TryOnResult.objects.get(job=job))
    assert not TryOnResult.objects.exists()
    erase(ada)
    assert not TryOnJob.objects.exclude(shopper=None).exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SUBMITTING, Status.FETCHING])
def test_what_is_just_drawn_again_goes_with_the_rest(
    status: str, asked: Callable[..., TryOnJob], private_files: Callable[[], int]
) -> None:
    job = asked()
    second = TryOnJob.objects.get(second_of=job)
    TryOnResult.objects.get(job=second).delete()
    rows = TryOnJob.objects.filter(pk=second.pk)
    rows.update(status=status, finished_at=None, outputs=[])  # as it was a moment before
    forget_result(TryOnResult.objects.get(job=job))
    kept = private_files()
    if status == Status.SUBMITTING:  # its answer comes now, and nothing else is waited for
        rows.update(status=Status.FETCHING)
        second.refresh_from_db()
        name = second_file(second)
        result = TryOnResult(job=second, kind="image", file=name, width=1, height=1, bytes=1)
        assert not store(second, [result])
    second.refresh_from_db()
    assert (second.status, second.error_code) == (Status.CANCELLED, "erased")
    assert not TryOnResult.objects.exists()
    assert private_files() == kept


def second_file(job: TryOnJob) -> str:
    """Put a picture where a worker would, and return its name."""
    return str(private_storage().save(f"tryon/results/{job.pk}.png", ContentFile(png(PERSON))))


def test_what_was_drawn_again_lapses_with_the_rest(asked: Callable[..., TryOnJob]) -> None:
    asked()
    purge(now=timezone.now() + timedelta(days=8))
    assert not TryOnResult.objects.exists()


def test_for_whoever_was_erased_meanwhile_nothing_is_drawn(
    asked: Callable[..., TryOnJob], ada: Shopper, provider: Provider, monkeypatch: Any
) -> None:
    write = judge.draw_again

    def erased_first(second: Any) -> bool:
        Shopper.objects.filter(pk=ada.pk).update(erased_at=timezone.now())
        return write(second)

    monkeypatch.setattr(judge, "draw_again", erased_first)
    asked()
    assert provider.asked["submit"] == 1
    network.reset()


def test_a_plain_picture_is_never_a_reason_to_stop(
    provider: Provider, try_on: Callable[..., TryOnResult]
) -> None:
    provider.answers(file=httpx.Response(200, content=picture()))
    assert try_on().findings is not None
