"""Publishing with a choice: the page, what it asks for, what it says, and what goes wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon import services
from django_tryon.admin.publishing.page import appointment_words
from django_tryon.models import Appointment, Garment, Placement, TryOnResult
from tests.admin.conftest import act, change, changelist, press, said
from tests.conftest import picture
from tests.services.publishing.conftest import Stubborn
from tests.shop.models import Design, Product, Shot

LATER = "2099-03-01T09:00"
EVEN_LATER = "2099-04-01T09:00"


def chosen(**fields: str) -> dict[str, str]:
    """Return what the page posts."""
    given = {"to": "images", "order": "last", "when": "now"} | fields
    return {"agreed": "1"} | {f"publish-{name}": value for name, value in given.items()}


def options(client: Client, result: TryOnResult, **fields: str) -> Any:
    """Answer the page."""
    return press(client, result, "publish_with_options", **chosen(**fields))


def test_it_is_chosen_where_how_and_in_which_place(
    admin: Client, make_result: Any, product: Product, staff: Any
) -> None:
    Shot.objects.create(product=product, image=ContentFile(picture(), name="own.jpg"))
    result = make_result()
    asked = press(admin, result, "publish_with_options")
    page = asked.content.decode()
    assert asked.context["back"] == change(result)
    assert "Coral tee worn by Ana, AI-generated" in page
    assert 'value="gallery"' in page
    texts = said(options(admin, result, alt="Ana in coral", order="first"))
    assert texts == [
        f"“{result}” is published. See it on the page of "
        f'<a href="{product.get_absolute_url()}">Coral tee</a>.'
    ]
    assert list(Shot.objects.order_by("position").values_list("alt", flat=True)) == [
        "Ana in coral, AI-generated",
        "",
    ]
    page = admin.get(change(result)).content.decode()
    assert "the shop&#x27;s own pictures of “Coral tee” (“Ana in coral, AI-generated”)" in page
    asked = press(admin, result, "publish_with_options")
    assert asked.context["form"]["to"].initial == "both"
    options(admin, result, to="both")
    assert "the gallery on the product&#x27;s page · the shop" in (
        admin.get(change(result)).content.decode()
    )
    press(admin, result, "unpublish_results")
    assert Shot.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"order": "number"}, "number", "Which place? 1 is the first."),
        ({"order": "number", "number": "0"}, "number", "greater than or equal to 1"),
        ({"when": "at"}, "at", "At what time?"),
        ({"when": "at", "at": "soon"}, "at", "Enter a valid date/time."),
        ({"when": "at", "at": "2020-01-01T09:00"}, "at", "That time is over."),
        ({"when": "at", "at": EVEN_LATER, "until": LATER}, "until", "It would have to go before"),
        ({"until": "2020-01-01T09:00"}, "until", "It would have to go before"),
        ({"to": "wall"}, "to", "Select a valid choice."),
        ({"order": "", "when": ""}, "when", "required"),
    ],
)
def test_what_is_missing_is_asked_for(
    fields: dict[str, str], field: str, words: str, admin: Client, make_result: Any
) -> None:
    result = make_result()
    form = options(admin, result, **fields).context["form"]
    assert any(words in error for error in form.errors[field])
    assert len(form.errors[field]) == 1
    result.refresh_from_db()
    assert (result.review, result.published_at) == ("pending", None)


def test_it_is_scheduled_changed_and_cancelled(admin: Client, make_result: Any) -> None:
    result = make_result()
    fields = {"when": "at", "at": LATER, "until": EVEN_LATER, "order": "number", "number": "3"}
    [text] = said(options(admin, result, **fields, to="both", alt="Ana"))
    assert text.startswith(f"“{result}” will be published (03/01/2099")
    there = Appointment.objects.get()
    assert (there.to, there.alt, there.position) == ("both", "Ana, AI-generated", 2)
    page = admin.get(change(result))
    assert "It is published by itself (03/01/2099" in page.context["appointment_words"]
    assert "and unpublished (04/01/2099" in page.context["appointment_words"]
    assert "Scheduled" in page.content.decode()
    form = press(admin, result, "publish_with_options").context["form"]
    begun = {name: form[name].initial for name in ("to", "alt", "order", "number", "when")}
    alt = "Ana, AI-generated"
    assert begun == {"to": "both", "alt": alt, "order": "number", "number": 3, "when": "at"}
    assert form["until"].initial == there.unpublish_at
    options(admin, result, **(fields | {"until": "", "order": "first"}), to="both")
    form = press(admin, result, "publish_with_options").context["form"]
    assert (form["order"].initial, form["until"].initial) == ("first", None)
    assert (
        "It is published by itself (03/01/2099"
        in (admin.get(change(result)).context["appointment_words"])
    )
    [text] = said(press(admin, result, "cancel_appointments"))
    assert text == f"Nothing more happens to “{result}” by itself."
    assert not Appointment.objects.exists()
    [text] = said(press(admin, result, "cancel_appointments"))
    assert "Nothing was to happen to it." in text


def test_an_end_is_given_and_taken_back(admin: Client, make_result: Any) -> None:
    result = make_result()
    options(admin, result, to="gallery", until=LATER)
    page = admin.get(change(result))
    assert page.context["appointment_words"].startswith("It is unpublished by itself (03/01/2099")
    form = press(admin, result, "publish_with_options").context["form"]
    assert form["until"].initial is not None
    options(admin, result, to="gallery")
    assert not Appointment.objects.exists()
    result.refresh_from_db()
    assert result.published_at is not None


def test_several_are_published_and_scheduled_at_once(
    admin: Client, make_result: Any, product: Product
) -> None:
    results = [make_result() for _number in range(22)]
    asked = act(admin, "tryonresult", "publish_with_options", results)
    assert "Each gets an alt text of its own" in asked.content.decode()
    assert asked.context["more"] == 2
    given = dict(asked.context["given"])
    assert given["action"] == "publish_with_options"
    data = chosen(when="at", at=LATER) | {
        "action": "publish_with_options",
        "_selected_action": [str(result.pk) for result in results[:2]],
    }
    [text] = said(admin.post(changelist("tryonresult"), data, follow=True))
    assert text.startswith("2 will be published (03/01/2099")

    def shown(query: str) -> int:
        return len(
            admin.get(f"{changelist('tryonresult')}?published={query}").context["cl"].queryset
        )

    assert (shown("scheduled"), shown("failed"), shown("no")) == (2, 0, 22)
    Appointment.objects.filter(result=results[0]).update(due_at=None, why="No.")
    assert (shown("scheduled"), shown("failed")) == (1, 1)


def test_nothing_to_publish_is_no_fault(admin: Client, make_result: Any) -> None:
    result = make_result()
    url = reverse("admin:django_tryon_tryonresult_do", args=[result.pk, "publish_with_options"])
    gone = {"ticked": "6f9619ff-8b86-d011-b42d-00cf4fc964ff"}
    assert admin.post(url, gone).status_code == 302


def test_where_the_shop_takes_no_pictures_only_the_gallery_is_offered(
    admin: Client, make_job: Any, make_result: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "both"}
    bare = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    result = make_result(make_job(status="succeeded", garments=[bare]))
    page = press(admin, result, "publish_with_options")
    form = page.context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["gallery"]
    assert "TRYON[&#x27;PRODUCTS&#x27;] needs “images”" in page.content.decode()
    options(admin, result, to="gallery")
    result.refresh_from_db()
    assert result.in_gallery
    assert press(admin, result, "publish_with_options").context["form"]["to"].initial == "gallery"


def test_an_adapter_that_raises_is_a_sentence_on_the_page(
    admin: Client, make_result: Any, settings: Any
) -> None:
    path = f"{Stubborn.__module__}.Stubborn"
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": path}}
    result = make_result()
    [text] = said(options(admin, result))
    assert "“Coral tee” did not take it (RuntimeError). Nothing was published." in text
    result.refresh_from_db()
    assert (result.review, Shot.objects.count()) == ("pending", 0)


@pytest.mark.parametrize("what", ["publish", "unpublish"])
def test_what_failed_at_its_time_is_shown(what: str, admin: Client, make_result: Any) -> None:
    result = make_result()
    at = timezone.now() + timedelta(hours=1)
    if what == "publish":
        services.publish(result, at=at)
    else:
        services.publish(result, until=at)
    Appointment.objects.update(attempts=1, why="The shop was closed.")
    assert "It is tried again (" in admin.get(change(result)).context["appointment_words"]
    Appointment.objects.update(due_at=None)
    page = admin.get(change(result)).content.decode()
    assert f"It was to be {what}ed by itself (" in page
    assert "and that failed. The shop was closed." in page
    form = press(admin, result, "publish_with_options").context["form"]
    assert form["when"].initial == "now"
    if what == "publish":
        assert "Not published" in page
        board = reverse("admin:django_tryon_tryonresult_review")
        queue = admin.get(board, {"queue": "publish"})
        assert queue.context["current"] == result
        assert "The shop was closed." in queue.content.decode()


def test_what_is_scheduled_waits_for_nobody(admin: Client, make_result: Any) -> None:
    services.publish(make_result(), at=timezone.now() + timedelta(hours=1))
    board = admin.get(reverse("admin:django_tryon_tryonresult_review"), {"queue": "publish"})
    assert "current" not in board.context
    assert appointment_words(None) == ""


def test_the_board_leads_to_the_page_and_back(admin: Client, make_result: Any) -> None:
    first, second, third = (make_result() for _ in range(3))
    board = admin.get(reverse("admin:django_tryon_tryonresult_review"))
    url, then = board.context["options_url"], board.context["then_url"]
    data = {"current": str(first.pk), "seen": "pending", "next": then}
    asked = admin.post(url, data)
    assert dict(asked.context["given"]) == data
    assert asked.context["back"] == then
    ticked = {"ticked": [str(second.pk), str(third.pk)]}
    answer = admin.post(url, data | ticked | chosen(to="gallery"))
    assert answer["location"].startswith(f"{then}&done=")
    assert set(admin.get(answer["location"]).context["undone"]) == {second, third}
    assert set(TryOnResult.objects.published()) == {second, third}
    services.reject(first)
    [text] = said(admin.post(url, data | chosen(to="gallery"), follow=True))[-1:]
    assert "has rejected it already" in text


def test_a_time_that_was_said_on_the_board_is_taken_back(admin: Client, make_result: Any) -> None:
    """Of one that was approved before: it goes back to what waits to be published."""
    result = make_result(review="approved")
    address = reverse("admin:django_tryon_tryonresult_review") + "?queue=publish"
    board = admin.get(address).context
    data = {"seen": "approved", "next": board["then_url"]}
    later = chosen(to="gallery", when="at", at="2099-01-01T08:00")
    answer = admin.post(board["options_url"], data | later)
    mine = Appointment.objects.get(result=result).by
    for by, undone in ((None, []), (mine, [result])):
        Appointment.objects.update(by=by)
        assert admin.get(answer["location"]).context["undone"] == undone
    back = admin.post(address, {"do": "undo", "undone": str(result.pk)}, follow=True)
    assert (back.context["current"], back.context["undone"]) == (result, [])
    assert not Appointment.objects.exists()


def test_the_dashboard_says_what_is_wrong(
    admin: Client, make_result: Any, product: Product
) -> None:
    url = reverse("admin:django_tryon_dashboard_changelist")
    assert "nothing waits in vain" in admin.get(url).content.decode()
    Appointment.objects.create(result=make_result(), why="No.")
    Placement.objects.create(reference="x", problem="RuntimeError", **Placement.keys_of(product))
    page = admin.get(url).content.decode()
    assert "1 result could not be published or unpublished at its time." in page
    assert f"{changelist('tryonresult')}?published=failed" in page
    assert (
        "1 picture of a deleted result still stands among the shop&#x27;s own (RuntimeError)"
        in (page)
    )
    assert "nothing waits in vain" not in page


def test_a_picture_of_a_product_that_went_is_still_told(
    admin: Client, make_result: Any, product: Product
) -> None:
    result = services.publish(make_result(), to="images")
    Placement.objects.update(product_id="0")
    assert "own pictures of “product:0”" in admin.get(change(result)).content.decode()


def test_who_may_not_publish_is_not_asked(as_staff: Any, make_result: Any) -> None:
    client = as_staff("review_tryonresult")
    result = make_result()
    for action in ("publish_with_options", "cancel_appointments"):
        assert press(client, result, action).status_code == 403


def test_a_shoppers_own_is_not_offered(
    admin: Client, make_job: Any, make_result: Any, shopper: Any
) -> None:
    result = make_result(make_job(status="succeeded", person=shopper))
    labels = [button.label for button in admin.get(change(result)).context["result_buttons"]]
    assert "Publish with options…" not in labels
    asked = press(admin, result, "publish_with_options").content.decode()
    assert "shown in the gallery alone" in asked
    assert 'value="images"' not in asked
    [text] = said(options(admin, result, to="gallery"))
    assert "Only a result on a house model can be published" in text


def test_too_many_are_not_begun_with(admin: Client, make_result: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("django_tryon.admin.base.MOST_AT_ONCE", 1)
    results = [make_result(), make_result()]
    for action in ("publish_with_options", "cancel_appointments"):
        [text] = said(act(admin, "tryonresult", action, results))
        assert "2 were chosen; at most 1 can be done at once." in text
