"""Looking: what the checks saw is before whoever decides, and nothing flagged slips through."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Batch, Person, TryOnResult
from tests.admin.conftest import act, change, changelist, said
from tests.admin.test_board import do, show
from tests.conftest import picture

FAR = [["colour", "far", {"away": 50}]]
SAYS = "What was painted is far from the garment&#x27;s colour (50 in CIELAB)."
ALONE = "It must be looked at by itself. Open it, and decide there."


@pytest.fixture(autouse=True)
def _with_all_checks(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"colour": {"action": "hold"}}}


@pytest.fixture
def held(make_result: Any) -> TryOnResult:
    """A result that must be looked at by itself."""
    flagged: TryOnResult = make_result(findings=FAR, is_flagged=True, needs_look=True)
    return flagged


def test_the_board_shows_what_is_flagged_first_and_says_why(
    admin: Client, make_result: Any, settings: Any
) -> None:
    plain, other = make_result(), make_result()
    first = make_result(findings=FAR, is_flagged=True, needs_look=True)
    second = make_result(findings=FAR, is_flagged=True)
    page = show(admin)
    assert page["current"] == first
    assert [each.key for each in page["ahead"]] == [str(one.pk) for one in (second, plain, other)]
    assert [bool(each.flag) for each in page["ahead"]] == [True, False, False]
    text = admin.get("/admin/django_tryon/tryonresult/review/").content.decode()
    assert "It must be looked at by itself before it is approved or published:" in text
    assert SAYS in text
    # Round it goes, wherever one begins.
    for at, order in ((second, [plain, other, first]), (plain, [other, first, second])):
        after = show(admin, f"?after={at.pk}")
        keys = [str(after["current"].pk), *(each.key for each in after["ahead"])]
        assert keys == [str(one.pk) for one in order]
    assert "The checks saw something to look at:" in show_text(admin, second)
    assert "tryon-findings" not in show_text(admin, plain)


@pytest.mark.parametrize("what", ["approve", "reject", "publish", "redraw"])
def test_nobody_decides_about_a_picture_that_took_the_place_of_what_they_saw(
    admin: Client, held: TryOnResult, what: str
) -> None:
    page = show(admin)
    TryOnResult.objects.filter(pk=held.pk).update(file="tryon/results/better.jpg")
    answer = do(admin, what, page, picture=page["picture"])
    assert "It was changed meanwhile. Look at it again." in said(answer)[0]
    held.refresh_from_db()
    assert (held.review, held.published_at) == ("pending", None)
    page = show(admin)
    do(admin, "approve", page, picture=page["picture"])
    held.refresh_from_db()
    assert held.review == "approved"


def show_text(client: Client, result: TryOnResult) -> str:
    url = f"/admin/django_tryon/tryonresult/review/?result={result.pk}"
    return client.get(url).content.decode()


@pytest.mark.parametrize("what", ["approve", "publish"])
def test_on_the_board_it_is_decided_by_itself_only(
    admin: Client, make_result: Any, held: TryOnResult, what: str
) -> None:
    plain = make_result()
    page = show(admin, f"?result={plain.pk}")
    answer = do(admin, what, page, ticked=[str(held.pk)])  # seen in small, beside another one
    assert ALONE in said(answer)[0]
    held.refresh_from_db()
    assert held.review == "pending"
    do(admin, what, show(admin, f"?result={held.pk}"))
    held.refresh_from_db()
    assert held.review == "approved"


@pytest.mark.parametrize("action", ["approve_results", "publish_results"])
def test_in_the_list_it_is_left_out_of_many(
    admin: Client, make_result: Any, held: TryOnResult, action: str
) -> None:
    plain = make_result()
    answer = act(admin, "tryonresult", action, [plain, held])
    assert any(ALONE in one for one in said(answer))
    for result, review in ((plain, "approved"), (held, "pending")):
        result.refresh_from_db()
        assert result.review == review
    act(admin, "tryonresult", action, [held])
    held.refresh_from_db()
    assert held.review == "approved"


def test_many_may_always_be_rejected(admin: Client, make_result: Any, held: TryOnResult) -> None:
    act(admin, "tryonresult", "reject_results", [make_result(), held])
    held.refresh_from_db()
    assert held.review == "rejected"


def test_once_the_shop_no_longer_wants_it_held_it_is_not(
    admin: Client, make_result: Any, held: TryOnResult, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"colour": {"action": "ignore"}}}
    act(admin, "tryonresult", "approve_results", [make_result(), held])
    held.refresh_from_db()
    assert held.review == "approved"


@pytest.mark.parametrize(
    ("flagged", "count"), [("yes", 2), ("alone", 1), ("no", 1), ("unknown", 1), ("", 4)]
)
def test_the_list_is_filtered_by_what_was_seen(
    admin: Client, make_result: Any, held: TryOnResult, flagged: str, count: int
) -> None:
    make_result(findings=FAR, is_flagged=True)
    make_result(findings=[["colour", "near", {"away": 3}]])
    make_result()
    query = f"?flagged={flagged}" if flagged else ""
    shown = admin.get(changelist("tryonresult") + query)
    assert shown.context["cl"].result_count == count
    text = shown.content.decode()
    assert ("Must be looked at</span>" in text) is (flagged in {"yes", "alone", ""})
    assert ("Look closely</span>" in text) is (flagged in {"yes", ""})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"findings": FAR, "is_flagged": True}, SAYS),
        ({"findings": [["colour", "near", {}]]}, "Nothing to look at was seen."),
        ({}, "Not looked at."),
        ({"judge_at": "2026-11-01T00:00Z"}, "They are looking at it."),
    ],
)
def test_the_page_of_a_result_says_what_was_seen(
    admin: Client, make_result: Any, fields: Any, words: str
) -> None:
    assert words in admin.get(change(make_result(**fields))).content.decode()


def test_a_batch_marks_what_is_flagged(admin: Client, make_job: Any, make_result: Any) -> None:
    batch = Batch.objects.create(name="Spring")
    make_result(make_job(status="succeeded", batch=batch), findings=FAR, is_flagged=True)
    make_job(batch=batch)
    for url in (change(batch), reverse("admin:django_tryon_batch_compare", args=[batch.pk])):
        assert "Look closely</span>" in admin.get(url).content.decode()


# House models


def model(**fields: Any) -> Person:
    image = ContentFile(picture(), name="p.jpg")
    return Person.objects.create(kind="photo", photo=image, is_house_model=True, **fields)


def test_the_launch_page_says_what_may_be_better_about_a_house_model(
    admin: Client, garment: Any, settings: Any
) -> None:
    person = model(name="Mei")
    Person.objects.update(findings=None, findings_of="")  # from before there were checks
    url = reverse("admin:django_tryon_tryonjob_launch")
    assert "No face is seen in it." in admin.get(url).content.decode()
    person.refresh_from_db()
    assert person.is_assessed
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "refuse"}}}
    text = admin.get(url).content.decode()
    assert "tryon-mark--bad" in text
    assert "No face is seen in it. Use a photo that" in text


def test_a_page_looks_at_no_more_photos_than_there_is_time_for(
    admin: Client, garment: Any, monkeypatch: Any
) -> None:
    model(), model()
    Person.objects.update(findings=None, findings_of="")
    monkeypatch.setattr("django_tryon.admin.person_quality.AT_MOST", 0.0)
    admin.get(reverse("admin:django_tryon_tryonjob_launch"))
    assert Person.objects.exclude(findings__isnull=True).count() == 1


def test_the_page_of_a_house_model_says_what_is_stored(
    admin: Client, as_staff: Any, settings: Any
) -> None:
    person = model()
    assert "No face is seen in it. Use a photo" in admin.get(change(person)).content.decode()
    good = [["person", "one", {}]]
    Person.objects.update(findings=good)
    viewer = as_staff("view_person")
    assert "Nothing stands out." in viewer.get(change(person)).content.decode()
    Person.objects.update(findings=None)
    assert "Nobody has looked at the photo yet." in viewer.get(change(person)).content.decode()
