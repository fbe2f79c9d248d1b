"""Waiting clips: staff see the first frame and the price, and say yes or no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from django_tryon.engines import get_engine
from django_tryon.models import Garment, Person, Shopper, TryOnJob, WaitingClip
from tests.admin.conftest import act, change, changelist, press, said

Make = Callable[..., WaitingClip]


@pytest.fixture
def make_waiting(make_job: Any, make_result: Any, clip: Person, garment: Garment) -> Make:
    """Make a clip whose frame waits for approval."""

    def make(*, status: str = "succeeded", **fields: Any) -> WaitingClip:
        frame = make_job(status=status, person=clip)
        if status == "succeeded":
            make_result(frame)
        given = {"person": clip, "video": clip.video.name, "garments": [garment.pk]} | fields
        given = {"params": get_engine("video-tryon-v2").read_params(None)} | given
        return WaitingClip.objects.create(
            frame=frame, engine="video-tryon-v2", estimated_cost="4.745", **given
        )

    return make


@pytest.fixture
def waiting(make_waiting: Make) -> WaitingClip:
    return make_waiting()


def clips() -> int:
    return TryOnJob.objects.filter(engine="video-tryon-v2").count()


def test_the_page_shows_the_frame_the_price_and_the_prompt(
    admin: Client, waiting: WaitingClip, garment: Garment
) -> None:
    response = admin.get(change(waiting))
    text = response.content.decode()
    result = waiting.frame.results.get()
    assert result.url in [figure.url for figure in response.context["figures"]]
    figures = response.context["figures"]  # the clip and its frame, large and beside one another
    assert [figure.is_clip for figure in figures] == [True, False]
    assert text.index("tryon-side-by-side--large") < text.index(result.url)
    assert text.index(result.url) < text.index("tryon-side-by-side--small")
    assert [each.alt for each in response.context["small_figures"]] == [str(garment)]
    assert "Make the clip: about $4.75, 10 min" in text
    assert f"A person wearing {garment.words}." in text
    assert "Waits for approval" in text
    listed = admin.get(changelist("waitingclip")).content.decode()
    assert "10 min" in listed
    assert "until" in listed


def test_a_yes_makes_the_clip(admin: Client, waiting: WaitingClip, staff: Any) -> None:
    assert said(press(admin, waiting, "approve_frames")) == [
        f"The clip of “{waiting}” is launched."
    ]
    waiting.refresh_from_db()
    assert waiting.clip is not None
    assert (waiting.clip.previous, waiting.decided_by) == (waiting.frame, staff)
    press(admin, waiting, "approve_frames")
    assert clips() == 1
    response = admin.get(change(waiting))
    assert "no" not in response.context
    assert change(waiting.clip) in response.content.decode()


def test_the_prompt_can_be_changed(admin: Client, make_waiting: Make, garment: Garment) -> None:
    for typed, sent in (
        (f"A person wearing {garment.words}.", None),
        ("", None),
        ("A woman turns\r\nin red.", "A woman turns in red."),
    ):
        waiting = make_waiting()
        assert 'name="prompt"' in admin.get(change(waiting)).content.decode()
        press(admin, waiting, "approve_frames", prompt=typed)
        waiting.refresh_from_db()
        assert waiting.clip is not None
        assert waiting.clip.params["prompt"] == sent
    waiting = make_waiting()
    assert "2000" in said(press(admin, waiting, "approve_frames", prompt="red " * 600))[0]
    silent = make_waiting(params={})
    assert 'name="prompt"' not in admin.get(change(silent)).content.decode()


def test_the_clip_is_shown_beside_its_frame(
    admin: Client, waiting: WaitingClip, make_job: Any, make_result: Any
) -> None:
    made = make_result(make_job(status="succeeded", engine="video-tryon-v2"), kind="video")
    WaitingClip.objects.update(state="approved", clip=made.job)
    assert made.url in [figure.url for figure in admin.get(change(waiting)).context["figures"]]


def test_a_no_makes_none(admin: Client, waiting: WaitingClip) -> None:
    assert "no clip is made" in said(press(admin, waiting, "reject_frames"))[0]
    assert clips() == 0
    text = admin.get(change(waiting)).content.decode()
    assert "Make the clip" not in text
    assert "Rejected" in text


def test_several_are_asked_about_with_their_sum(admin: Client, make_waiting: Make) -> None:
    both = [make_waiting(), make_waiting()]
    text = act(admin, "waitingclip", "approve_frames", both).content.decode()
    assert "2 clips cost about $9.49" in text
    assert clips() == 0
    keys = [str(each.pk) for each in both]
    data = {"action": "approve_frames", "_selected_action": keys, "agreed": "1"}
    assert said(admin.post(changelist("waitingclip"), data, follow=True)) == [
        "2 clips are launched."
    ]


def test_too_many_at_once(
    admin: Client, waiting: WaitingClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_tryon.admin.base.MOST_AT_ONCE", 0)
    for action in ("approve_frames", "reject_frames"):
        assert "at most 0" in said(act(admin, "waitingclip", action, [waiting]))[0]
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_a_frame_that_is_not_ready_has_no_yes(admin: Client, make_waiting: Make) -> None:
    waiting = make_waiting(status="queued")
    text = admin.get(change(waiting)).content.decode()
    assert "The first frame is not ready yet" in text
    assert "Make the clip" not in text
    assert "Reject: make no clip" in text
    assert "not ready yet" in admin.get(changelist("waitingclip")).content.decode()
    assert "not ready yet" in said(press(admin, waiting, "approve_frames"))[0]


def test_the_list_costs_the_same_for_any_number(admin: Client, make_waiting: Make) -> None:
    make_waiting()
    admin.get(changelist("waitingclip"))
    with CaptureQueriesContext(connection) as few:
        admin.get(changelist("waitingclip"))
    for _each in range(3):
        make_waiting()
    with CaptureQueriesContext(connection) as many:
        admin.get(changelist("waitingclip"))
    assert len(many) == len(few), [query["sql"] for query in many]


def test_one_that_has_lapsed_says_so(admin: Client, waiting: WaitingClip) -> None:
    WaitingClip.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert "Nobody approved" in admin.get(change(waiting)).content.decode()


def test_an_engine_that_is_no_more_is_named_all_the_same(admin: Client, make_waiting: Make) -> None:
    waiting = make_waiting()
    WaitingClip.objects.update(engine="gone")
    assert "gone" in admin.get(change(waiting)).content.decode()


def test_who_may_not_launch_sees_no_buttons(
    client: Client, django_user_model: Any, waiting: WaitingClip
) -> None:
    user = django_user_model.objects.create_user("lea", password="pw", is_staff=True)
    client.force_login(user)
    assert client.get(change(waiting)).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_waitingclip"))
    assert "no" not in client.get(change(waiting)).context
    assert press(client, waiting, "approve_frames").status_code == 403
    user.user_permissions.set([Permission.objects.get(codename="launch_tryonjob")])
    context = client.get(change(waiting)).context
    assert "yes" in context
    assert "no" in context


def test_nobody_adds_changes_or_deletes_one(admin: Client, waiting: WaitingClip) -> None:
    assert admin.get(changelist("waitingclip") + "add/").status_code == 403
    assert admin.get(change(waiting).replace("change", "delete")).status_code == 403
    assert "_save" not in admin.get(change(waiting)).content.decode()


@pytest.mark.parametrize("whose", ["person", "frame", "account"])
@pytest.mark.parametrize("several", [False, True])
def test_it_goes_along_with_what_it_is_about_and_never_alone(
    whose: str, several: bool, admin: Client, make_waiting: Make, django_user_model: Any
) -> None:
    bob = django_user_model.objects.create_user("bob")
    waiting = make_waiting(state="approved")
    if whose == "account":
        WaitingClip.objects.update(shopper=Shopper.objects.create(user=bob))
    doomed = bob if whose == "account" else getattr(waiting, whose)
    name = f"admin:{doomed._meta.app_label}_{doomed._meta.model_name}"
    sent = {"post": "yes", "action": "delete_selected", "_selected_action": [str(doomed.pk)]}
    alone = reverse("admin:django_tryon_waitingclip_delete", args=[waiting.pk])
    assert admin.get(alone).status_code == 403
    assert admin.post(alone, sent).status_code == 403
    path = reverse(f"{name}_changelist") if several else reverse(f"{name}_delete", args=[doomed.pk])
    assert admin.post(path, sent).status_code == 302
    assert not type(doomed)._base_manager.filter(pk=doomed.pk).exists()
    assert not WaitingClip.objects.exists()
