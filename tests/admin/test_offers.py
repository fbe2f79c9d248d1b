"""What shoppers offer: seen by those who may see shoppers, published by those who may publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from django_tryon.models import Garment, Person, TryOnResult
from tests.admin.conftest import act, change, changelist, press, said
from tests.admin.test_board import URL, do, show

Log = Callable[..., Client]
SEES = "view_shopper_pictures"


@pytest.fixture
def private(make_job: Any, make_result: Any, shopper: Person) -> TryOnResult:
    """A shopper's result that nobody offers."""
    job = make_job(status="succeeded", person=shopper, shopper=shopper.shopper)
    return make_result(job)  # type: ignore[no-any-return]


@pytest.fixture
def offered(make_job: Any, make_result: Any, shopper: Person) -> TryOnResult:
    """One that its shopper offers."""
    job = make_job(status="succeeded", person=shopper, shopper=shopper.shopper)
    return make_result(job, offered_at=timezone.now())  # type: ignore[no-any-return]


def queues(client: Client) -> dict[str, str]:
    return {tab.title: tab.count for tab in show(client)["tabs"]}


def looks(result: TryOnResult) -> int:
    entries = LogEntry.objects.filter(object_id=str(result.pk))
    return sum("Looked at" in entry.get_change_message() for entry in entries)


def test_they_are_a_queue_of_their_own(
    as_staff: Log, offered: TryOnResult, private: TryOnResult, garment: Garment
) -> None:
    client = as_staff("review_tryonresult", "publish_tryonresult", SEES)
    assert queues(client) == {
        "To review": "0",
        "To publish": "0",
        "Offered by shoppers": "1",
        "Shoppers' own": "1",
    }
    page = show(client, "?queue=offered")
    assert page["current"] == offered
    assert page["may"] == {"approve", "reject", "publish"}
    assert looks(offered) == 1
    do(client, "publish", page, "?queue=offered")
    offered.refresh_from_db()
    assert offered.published_at is not None
    assert list(TryOnResult.objects.published_for(garment.product)) == [offered]
    text = client.get(URL + "?queue=offered").content.decode()
    assert "Nothing is offered that nobody has looked at" in text
    do(client, "undo", page, "?queue=offered", undone=str(offered.pk))
    offered.refresh_from_db()
    assert (offered.published_at, offered.review) == (None, "pending")


def test_what_is_approved_of_it_waits_to_be_published(
    as_staff: Log, offered: TryOnResult, make_result: Any
) -> None:
    client = as_staff("review_tryonresult", "publish_tryonresult", SEES)
    do(client, "approve", show(client, "?queue=offered"), "?queue=offered")
    own = make_result(review="approved")
    assert queues(client)["To publish"] == "2"
    page = show(client, f"?queue=publish&result={offered.pk}")
    assert (page["current"], "publish" in page["may"]) == (offered, True)
    assert client.get(URL + "?queue=offered").status_code == 200
    user: Any = client.user  # type: ignore[attr-defined]
    user.user_permissions.remove(user.user_permissions.get(codename=SEES))
    assert queues(client) == {"To review": "0", "To publish": "1"}
    assert show(client, "?queue=publish")["current"] == own
    assert show(client, f"?queue=publish&result={offered.pk}")["is_gone"]
    assert show(client, "?queue=offered")["queue"].name == "review"


def test_a_board_never_publishes_what_nobody_offers(
    as_staff: Log, private: TryOnResult, offered: TryOnResult
) -> None:
    client = as_staff("review_tryonresult", "publish_tryonresult", SEES)
    page = show(client, "?queue=shoppers")
    assert page["current"] == private
    assert "publish" not in page["may"]
    told = said(do(client, "publish", page, "?queue=shoppers"))
    assert "or one that its shopper offers" in told[0]
    for query in ("?queue=offered", "?queue=publish", ""):
        do(client, "publish", page, query)
    private.refresh_from_db()
    assert private.published_at is None
    # Taken back between a look and a decision: it is not there any more.
    page = show(client, "?queue=offered")
    TryOnResult.objects.update(offered_at=None)
    told = said(do(client, "publish", page, "?queue=offered"))
    assert told == ["That result is not there any more."]
    assert not TryOnResult.objects.published().exists()


@pytest.mark.parametrize("may", [(SEES, "publish_tryonresult"), (SEES, "review_tryonresult"), ()])
def test_the_page_of_a_result_publishes_what_is_offered(
    may: tuple[str, ...], as_staff: Log, offered: TryOnResult, private: TryOnResult
) -> None:
    client = as_staff(*may, "view_tryonresult")
    if SEES not in may:
        assert client.get(change(offered)).status_code == 302
        return
    page = client.get(change(offered))
    assert looks(offered) == 1
    assert "offered by the shopper" in page.content.decode().lower()
    publishes = "publish_tryonresult" in may
    labels = [button.label for button in page.context["result_buttons"]]
    assert ("Publish" in labels) == publishes
    assert press(client, offered, "publish_results").status_code == (200 if publishes else 403)
    offered.refresh_from_db()
    assert (offered.published_at is not None) == publishes
    page = client.get(change(private))
    assert "Publish" not in [button.label for button in page.context["result_buttons"]]
    assert "offered by the shopper" not in page.content.decode().lower()
    press(client, private, "publish_results")
    private.refresh_from_db()
    assert private.published_at is None


def test_the_list_is_narrowed_to_them(
    as_staff: Log, offered: TryOnResult, private: TryOnResult
) -> None:
    client = as_staff("view_tryonresult", "publish_tryonresult", SEES)
    page = client.get(changelist("tryonresult") + "?offered=yes")
    assert list(page.context["cl"].result_list) == [offered]
    text = page.content.decode()
    assert "Offered" in text
    assert offered.file.name not in text  # hidden in lists, offered or not
    act(client, "tryonresult", "publish_results", [offered, private])
    assert list(TryOnResult.objects.published()) == [offered]


def test_without_the_permission_there_is_no_such_filter(
    as_staff: Log, offered: TryOnResult, make_result: Any
) -> None:
    own = make_result()
    client = as_staff("view_tryonresult", "publish_tryonresult")
    page = client.get(changelist("tryonresult") + "?offered=yes")
    assert list(page.context["cl"].result_list) == [own]
    assert "By offered by shoppers" not in page.content.decode()
    act(client, "tryonresult", "publish_results", [offered])
    assert not TryOnResult.objects.published().exists()


def test_who_sees_a_shown_one_with_its_photo_leaves_a_line(
    as_staff: Log, offered: TryOnResult
) -> None:
    TryOnResult.objects.update(
        published_at=timezone.now(), published_file=offered.file.name, review="approved"
    )
    client = as_staff("view_tryonresult")
    assert client.get(change(offered)).status_code == 200
    assert looks(offered) == 0  # only what everybody sees
    user: Any = client.user  # type: ignore[attr-defined]
    user.user_permissions.add(Permission.objects.get(codename=SEES))
    assert client.get(change(offered)).status_code == 200
    assert looks(offered) == 1


@pytest.mark.parametrize("how", ["one", "several"])
def test_deleting_a_shoppers_photo_takes_it_back(
    how: str, admin: Client, offered: TryOnResult, shopper: Person
) -> None:
    offered.published_at = timezone.now()
    offered.save()
    if how == "one":
        admin.post(change(shopper).replace("/change/", "/delete/"), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [str(shopper.pk)], "post": "yes"}
        admin.post(changelist("person") + "?who=all", data)
    assert not Person.objects.filter(pk=shopper.pk).exists()
    offered.refresh_from_db()
    assert (offered.offered_at, offered.published_at) == (None, None)
