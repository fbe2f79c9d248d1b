"""The review board: what waits, one after the other, decided once and by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from django_tryon.admin.board import queue
from django_tryon.models import Batch, Person, TryOnJob, TryOnResult
from django_tryon.services import hold as holding
from tests.admin.conftest import change, said

URL = "/admin/django_tryon/tryonresult/review/"
Log = Callable[..., Client]


@pytest.fixture
def colleague(django_user_model: Any, db: None) -> Client:
    """Another reviewer, in a browser of their own."""
    user = django_user_model.objects.create_user("mei", password="pw", is_staff=True)
    for codename in ("review_tryonresult", "publish_tryonresult"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client = Client()
    client.force_login(user)
    return client


def show(client: Client, query: str = "") -> Any:
    """Return what the board shows."""
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.context


def do(client: Client, what: str, page: Any, query: str = "", **data: Any) -> Any:
    """Press a button of a board that was shown, and return where it leads."""
    given = {"do": what, "current": str(page["current"].pk), "seen": page["seen"]} | data
    return client.post(URL + query, given, follow=True)


def test_it_is_where_the_admin_says(admin: Client) -> None:
    assert reverse("admin:django_tryon_tryonresult_review") == URL


def test_it_shows_the_oldest_with_what_went_into_it(admin: Client, make_result: Any) -> None:
    first, second = make_result(), make_result()
    page = show(admin)
    assert page["current"] == first
    assert [figure.caption for figure in page["beside"]] == ["Person: Ana", "Garment: Coral tee"]
    assert page["before"].url == first.job.person.url
    assert [each.key for each in page["ahead"]] == [str(second.pk)]
    assert [(tab.title, tab.count) for tab in page["tabs"]] == [
        ("To review", "2"),
        ("To publish", "0"),
        ("Offered by shoppers", "0"),
        ("Shoppers' own", "0"),
    ]


def test_it_is_narrowed_to_one_product(
    admin: Client, make_job: Any, make_result: Any, garment: Any, trousers: Any
) -> None:
    make_result()
    wanted = make_result(make_job(status="succeeded", garments=[trousers]))
    query = f"?product=shop.product%3A{trousers.product_id}"
    page = show(admin, query)
    assert (page["current"], page["ahead"]) == (wanted, [])
    assert [tab.count for tab in page["tabs"]] == ["1", "0", "0", "0"]
    assert all(tab.url.endswith(query[1:]) for tab in page["tabs"])
    assert "of “Sand trousers”" in admin.get(URL + query).content.decode()
    assert len(show(admin, "?product=shop.product%3A0")["ahead"]) == 1
    do(admin, "approve", page, query)
    wanted.refresh_from_db()
    assert wanted.review == "approved"


def test_nothing_waits(admin: Client, make_result: Any) -> None:
    text = admin.get(URL).content.decode()
    assert "Nothing waits for a review" in text
    assert "Launch try-ons…" in text
    assert "Nothing waits to be published" in admin.get(URL + "?queue=publish").content.decode()


@pytest.mark.parametrize(
    ("what", "review", "text"),
    [
        ("approve", "approved", "“{}” is approved."),
        ("publish", "approved", "“{}” is published. See it on the page of"),
    ],
)
def test_a_decision_leads_to_the_next(
    admin: Client, make_result: Any, staff: Any, what: str, review: str, text: str
) -> None:
    first, second = make_result(), make_result()
    answer = do(admin, what, show(admin))
    first.refresh_from_db()
    assert (first.review, first.reviewed_by) == (review, staff)
    assert (first.published_at is not None) is (what == "publish")
    assert said(answer)[0].startswith(text.format(first))
    assert answer.context["current"] == second
    assert LogEntry.objects.filter(object_id=str(first.pk), user=staff).count() == 1


@pytest.mark.parametrize(
    ("reason", "kept"), [("face", "face"), ("", ""), ("nonsense", ""), ("seed", "seed")]
)
def test_a_rejection_has_a_reason(admin: Client, make_result: Any, reason: str, kept: str) -> None:
    result = make_result()
    do(admin, "", show(admin), reject=reason, note="  two noses ")
    result.refresh_from_db()
    assert (result.review, result.reason, result.note) == ("rejected", kept, "two noses")


def test_every_reason_has_a_key(admin: Client, make_result: Any) -> None:
    make_result()
    text = admin.get(URL).content.decode()
    for number, reason in enumerate(["garment", "face", "body", "cut", "quality", "other"], 1):
        assert f'name="reject" value="{reason}" data-key="{number}"' in text
    assert 'value="seed"' not in text


def test_many_are_decided_at_once(admin: Client, make_result: Any) -> None:
    shown, *others = [make_result() for _number in range(4)]
    page = show(admin)
    assert page["ticked_words"] == [
        "The buttons act on the 1 that is ticked.",
        "The buttons act on the 2 that are ticked.",
        "The buttons act on the 3 that are ticked.",
    ]
    ticked = [str(each.pk) for each in others[:2]]
    answer = do(admin, "", page, reject="cut", ticked=ticked)
    assert said(answer) == ["2 rejected."]
    reviews = [TryOnResult.objects.get(pk=each.pk).review for each in (shown, *others)]
    assert reviews == ["pending", "rejected", "rejected", "pending"]
    again = do(admin, "undo", page, undone=ticked)
    assert said(again) == ["2 wait again."]
    assert TryOnResult.objects.filter(review="pending").count() == 4


def test_the_second_is_told_who_was_first(
    admin: Client, colleague: Client, make_result: Any
) -> None:
    first, _second, third = [make_result() for _number in range(3)]
    mine, theirs = show(admin), show(colleague, f"?result={first.pk}")
    assert mine["current"] == theirs["current"] == first
    do(admin, "", mine, reject="face")
    for what in ("approve", "publish"):
        answer = do(colleague, what, theirs)
        assert said(answer) == [f"“{first}”: staff has rejected it already."]
        assert answer.context["current"] == third  # the second one is before whoever was first
    answer = do(colleague, "", theirs, reject="cut")
    assert said(answer) == [f"“{first}”: staff has rejected it already."]
    first.refresh_from_db()
    assert (first.review, first.reason, first.published_at) == ("rejected", "face", None)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"review": "approved"}, "Somebody has approved it already."),
        ({"review": "approved", "published_at": timezone.now()}, "Somebody has published it"),
        ({"review": "rejected"}, "Somebody has rejected it already."),
    ],
)
def test_what_was_decided_is_said(admin: Client, make_result: Any, fields: Any, text: str) -> None:
    result = make_result(**fields)
    assert text in show(admin, f"?result={result.pk}")["decided"]


def test_nobody_overwrites_what_was_taken_back(admin: Client, make_result: Any) -> None:
    result = make_result(review="approved")
    page = show(admin, f"?result={result.pk}")
    TryOnResult.objects.update(review="pending")
    (text,) = said(do(admin, "", page, reject="face"))
    assert "It waits for a review again" in text


def test_two_are_shown_two(admin: Client, colleague: Client, make_result: Any) -> None:
    first, second = make_result(), make_result()
    assert show(admin)["current"] == first
    theirs = show(colleague)
    assert theirs["current"] == second
    assert [each.held for each in theirs["ahead"]] == ["staff"]
    both = show(colleague, f"?result={first.pk}")
    assert both["held"] == "staff"
    first.refresh_from_db()
    assert first.held_by.get_username() == "staff"


def test_all_are_held(admin: Client, colleague: Client, make_result: Any) -> None:
    result = make_result()
    show(admin)
    text = colleague.get(URL).content.decode()
    assert "Others are looking at everything that waits" in text
    assert "staff is looking at it" in text
    assert f"result={result.pk}" in text


def test_a_hold_ends(
    admin: Client, colleague: Client, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_result(), make_result()
    show(admin)
    show(admin, f"?after={first.pk}")  # goes on, and lets go of it
    assert show(colleague)["current"] == first
    TryOnResult.objects.filter(pk=second.pk).update(held_until=timezone.now())
    assert show(colleague, f"?after={first.pk}")["current"] == second
    assert holding.hold(first, by=TryOnResult.objects.get(pk=second.pk).held_by)


def test_a_held_one_can_be_decided_by_whoever_is_first(
    admin: Client, colleague: Client, make_result: Any
) -> None:
    result = make_result()
    mine = show(admin)
    do(colleague, "approve", show(colleague, f"?result={result.pk}"))
    assert said(do(admin, "approve", mine)) == [f"“{result}”: mei has approved it already."]


def test_undo_brings_it_back(admin: Client, make_result: Any) -> None:
    first, _second = make_result(), make_result()
    answer = do(admin, "approve", show(admin))
    assert answer.context["undone"] == [first]
    assert "Undo “Coral tee · Ana”" in answer.content.decode()
    back = do(admin, "undo", answer.context, undone=str(first.pk))
    assert back.context["current"] == first
    first.refresh_from_db()
    assert first.review == "pending"


def test_undo_takes_it_off_the_page(admin: Client, make_result: Any) -> None:
    result = make_result()
    answer = do(admin, "publish", show(admin))
    data = {"do": "undo", "undone": str(result.pk)}
    assert admin.post(URL, data, follow=True).context["current"] == result
    result.refresh_from_db()
    assert (result.review, result.published_at) == ("pending", None)
    assert answer.context["undone"] == [result]


def test_undo_in_the_second_queue_leaves_it_approved(admin: Client, make_result: Any) -> None:
    result = make_result(review="approved")
    page = show(admin, "?queue=publish")
    assert page["current"] == result
    answer = do(admin, "publish", page, "?queue=publish")
    assert answer.context["queue"].name == "publish"
    data = {"do": "undo", "undone": str(result.pk)}
    admin.post(URL + "?queue=publish", data)
    result.refresh_from_db()
    assert (result.review, result.published_at) == ("approved", None)


def test_undo_stays_through_what_decides_nothing(admin: Client, make_result: Any) -> None:
    """Next, one that comes next, Enter in a field, and a decision that came too late."""
    first, second, third, _fourth = [make_result() for _number in range(4)]
    page = do(admin, "approve", show(admin)).context
    assert page["undone"] == [first]
    assert show(admin, page["next_url"])["undone"] == [first]
    assert show(admin, page["ahead"][0].url)["undone"] == [first]
    assert parse_qs(urlsplit(page["then_url"]).query)["done"] == [str(first.pk)]
    here = f"?done={first.pk}"
    assert do(admin, "stay", page, here).context["undone"] == [first]
    late = do(admin, "approve", page, here, seen="rejected")
    assert late.context["undone"] == [first]
    assert do(admin, "approve", show(admin), here).context["undone"] == [second]
    assert do(admin, "undo", page, here, undone=str(first.pk)).context["undone"] == []
    again = do(admin, "undo", page, here, undone=str(first.pk))
    assert (again.context["current"], again.context["undone"]) == (third, [])


def test_what_was_done_is_told_beside_the_buttons(admin: Client, make_result: Any) -> None:
    """Above the picture it would push it down."""
    result, _next = make_result(), make_result()
    text = do(admin, "approve", show(admin)).content.decode()
    picture, bar = text.index("tryon-review"), text.index("tryon-board__bar")
    told = text.index(f"“{result}” is approved.")
    assert picture < bar < text.index('value="undo"') < told < text.index('value="approve"')
    assert "messagelist" not in text
    last = do(admin, "approve", show(admin)).content.decode()
    assert "is approved." in last
    assert 'value="undo"' in last


def test_only_ones_own_is_taken_back(admin: Client, colleague: Client, make_result: Any) -> None:
    result = make_result()
    do(admin, "approve", show(admin))
    query = f"?done={result.pk}"
    assert show(admin, query)["undone"] == [result]
    assert show(colleague, query)["undone"] == []
    answer = colleague.post(URL, {"do": "undo", "undone": str(result.pk)}, follow=True)
    assert said(answer) == [f"“{result}”: staff has approved it already."]


def test_who_may_publish_no_more_cannot_take_it_back(
    as_staff: Log, make_result: Any, django_user_model: Any
) -> None:
    client = as_staff("review_tryonresult")
    user = django_user_model.objects.get(username="clerk")
    result = make_result(review="approved", published_at=timezone.now(), published_by=user)
    answer = client.post(URL, {"do": "undo", "undone": str(result.pk)}, follow=True)
    result.refresh_from_db()
    assert result.published_at is not None
    assert len(said(answer)) == 1


def test_going_on_wraps_round(admin: Client, make_result: Any) -> None:
    first, second, third = [make_result() for _number in range(3)]
    assert show(admin, f"?after={first.pk}")["current"] == second
    assert show(admin, f"?after={third.pk}")["current"] == first
    assert show(admin, f"?after={third.pk}")["ahead"][0].key == str(second.pk)
    assert show(admin, "?after=nonsense")["current"] == first
    key = third.pk
    third.delete()
    assert show(admin, f"?after={key}")["current"] == first


def test_no_more_are_shown_than_fit(
    admin: Client, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _third = [make_result() for _number in range(3)]
    monkeypatch.setattr(queue, "AHEAD", 1)
    page = show(admin, f"?after={first.pk}")
    assert (page["current"], page["ahead"]) == (second, [])


def test_very_many_are_not_counted_to_the_last(
    admin: Client, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 2)
    for count in ("1", "2+", "2+"):
        make_result()
        assert show(admin)["tabs"][0].count == count


def test_one_batch_at_a_time(admin: Client, make_job: Any, make_result: Any) -> None:
    make_result()
    batch = Batch.objects.create(name="Spring tops")
    inside = make_result(make_job(status="succeeded", batch=batch))
    query = f"?batch={batch.pk}"
    page = show(admin, query)
    assert page["current"] == inside
    assert (page["tabs"][0].count, page["ahead"]) == ("1", [])
    assert parse_qs(urlsplit(page["next_url"]).query)["batch"] == [str(batch.pk)]
    assert "of the batch “Spring tops”" in admin.get(URL + query).content.decode()
    assert show(admin, "?batch=nonsense")["tabs"][0].count == "2"


def test_what_is_gone_is_said(admin: Client, make_result: Any) -> None:
    result = make_result()
    page = show(admin)
    key = result.pk
    result.delete()
    assert show(admin, f"?result={key}")["is_gone"]
    assert said(do(admin, "approve", page, current=str(key))) == [
        "That result is not there any more."
    ]
    assert said(do(admin, "approve", page, current="nonsense")) == [
        "That result is not there any more."
    ]


def test_enter_in_a_field_decides_nothing(admin: Client, make_result: Any) -> None:
    result = make_result()
    text = admin.get(URL).content.decode()
    buttons = text[text.index("data-tryon-board") :]
    assert buttons.index('value="stay"') < buttons.index('value="approve"')
    answer = do(admin, "stay", show(admin), note="hm")
    assert answer.context["current"] == result
    result.refresh_from_db()
    assert result.review == "pending"


def test_clips_are_not_compared(admin: Client, make_result: Any) -> None:
    make_result(kind="video")
    assert show(admin)["before"] is None


def test_it_costs_the_same_for_any_number(admin: Client, make_result: Any) -> None:
    for _number in range(2):
        make_result()
    show(admin)
    with CaptureQueriesContext(connection) as few:
        show(admin)
    for _number in range(10):
        make_result()
    with CaptureQueriesContext(connection) as many:
        assert len(show(admin)["ahead"]) == 11
    assert len(many) == len(few) <= 12, [query["sql"] for query in many]


def test_another_seed(admin: Client, make_job: Any, make_result: Any, staff: Any) -> None:
    batch = Batch.objects.create()
    job = make_job(status="succeeded", batch=batch, params={"steps": 20, "seed": 7})
    result = make_result(job)
    page = show(admin)
    assert page["price"] == "$0.044"
    answer = do(admin, "redraw", page)
    assert said(answer) == [f"“{result}” is rejected, and drawn again with another seed."]
    result.refresh_from_db()
    assert (result.review, result.reason) == ("rejected", "seed")
    again = TryOnJob.objects.get(status="queued")
    assert (again.batch, again.person, again.requested_by) == (batch, job.person, staff)
    assert again.params["steps"] == 20
    assert again.params["seed"] != 7
    assert list(again.garments.all()) == list(job.garments.all())


def test_of_two_who_want_another_seed_one_pays(
    admin: Client, colleague: Client, make_result: Any
) -> None:
    make_result()
    page = show(admin)
    do(admin, "redraw", page)
    do(admin, "redraw", page)
    assert TryOnJob.objects.filter(status="queued").count() == 1


def test_no_seed_no_button(admin: Client, make_job: Any, make_result: Any) -> None:
    make_result(make_job(status="succeeded", engine="fashion-ai"))
    assert "redraw" not in show(admin)["may"]
    make_result(make_job(status="succeeded", engine="fashion-ai"))
    assert [each.cost for each in show(admin)["ahead"]] == [0]
    TryOnJob.objects.update(engine="gone-engine")
    page = show(admin)
    assert ("redraw" in page["may"], page["price"]) == (False, "")


def test_without_a_garment_there_is_nothing_to_draw_again(admin: Client, make_result: Any) -> None:
    make_result().job.garments.all().delete()
    assert "redraw" not in show(admin)["may"]


@pytest.mark.parametrize("gone", ["garment", "product"])
def test_without_a_page_to_stand_on_it_is_not_to_be_published(
    admin: Client, garment: Any, make_result: Any, gone: str
) -> None:
    make_result()
    if gone == "garment":
        garment.delete()
    else:
        type(garment).objects.update(product_id="0")
    page = show(admin)
    assert ("publish" in page["may"], "approve" in page["may"]) == (False, True)
    text = admin.get(URL).content.decode()
    assert "Publish" not in text[text.index("data-tryon-board") :]
    assert f"Its {gone} was deleted, so there is no page to publish it on." in text


def test_who_may_only_look_is_not_let_in(as_staff: Log, make_result: Any) -> None:
    make_result()
    assert as_staff("view_tryonresult").get(URL).status_code == 403


def test_nobody_without_a_login_is_let_in(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        (("review_tryonresult",), {"approve", "reject"}),
        (("publish_tryonresult",), {"publish"}),
        (("review_tryonresult", "launch_tryonjob"), {"approve", "reject", "redraw"}),
        (("publish_tryonresult", "launch_tryonjob"), {"publish"}),
    ],
)
def test_everybody_sees_and_does_what_they_may(
    as_staff: Log, make_result: Any, permissions: Any, may: set[str]
) -> None:
    result = make_result()
    client = as_staff(*permissions)
    page = show(client)
    assert page["may"] == may
    text = client.get(URL).content.decode()
    for what in {"approve", "redraw", "publish"} - may:
        assert f'value="{what}"' not in text
        assert do(client, what, page).status_code == 403
    if "reject" not in may:
        assert 'name="reject"' not in text
        assert do(client, "", page, reject="face").status_code == 403
    assert do(client, "nonsense", page).status_code == 403
    result.refresh_from_db()
    assert (result.review, result.published_at) == ("pending", None)


def test_shoppers_are_for_those_who_may_see_them(
    as_staff: Log, make_job: Any, make_result: Any, shopper: Person
) -> None:
    result = make_result(make_job(status="succeeded", person=shopper))
    client = as_staff("review_tryonresult", "publish_tryonresult")
    page = show(client, "?queue=shoppers")
    assert (page["queue"].name, [tab.title for tab in page["tabs"]]) == (
        "review",
        ["To review", "To publish"],
    )
    assert show(client, f"?result={result.pk}")["is_gone"]
    data = {"do": "approve", "current": str(result.pk), "seen": "pending"}
    client.post(URL + "?queue=shoppers", data)
    result.refresh_from_db()
    assert result.review == "pending"


def test_a_look_at_a_shopper_is_written_down(
    admin: Client, make_job: Any, make_result: Any, shopper: Person
) -> None:
    result = make_result(make_job(status="succeeded", person=shopper))
    behind = make_result(make_job(status="succeeded", person=shopper))
    assert "current" not in show(admin)
    page = show(admin, "?queue=shoppers")
    assert (page["current"], page["may"]) == (result, {"approve", "reject"})
    text = admin.get(URL + "?queue=shoppers").content.decode()
    assert (result.url.split("?")[0] in text, behind.url in text) == (True, False)
    looks = LogEntry.objects.filter(change_message__contains="Looked at the shopper")
    assert {entry.object_id for entry in looks} == {str(result.pk)}
    do(admin, "approve", page, "?queue=shoppers")
    result.refresh_from_db()
    assert result.review == "approved"


def test_the_result_has_the_reason_on_its_page(admin: Client, make_result: Any) -> None:
    result = make_result()
    do(admin, "", show(admin), reject="cut", note="no feet")
    assert "Something is cut off · no feet" in admin.get(change(result)).content.decode()
