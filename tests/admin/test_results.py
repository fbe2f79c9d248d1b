"""Results: look, approve, reject, publish, take back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon.models import Garment, TryOnResult
from tests.admin.conftest import act, change, changelist, press, said
from tests.conftest import picture
from tests.shop.models import Design


def labels(client: Client, result: TryOnResult) -> list[str]:
    """Return the labels of the buttons on a result's page."""
    return [button.label for button in client.get(change(result)).context["result_buttons"]]


def test_a_result_is_published_and_taken_off_again(
    admin: Client, make_result: Any, garment: Garment, staff: Any
) -> None:
    result = make_result()
    assert labels(admin, result) == ["Publish", "Publish with options…", "Approve", "Reject"]
    link = f'<a href="{garment.product.get_absolute_url()}">Coral tee</a>'
    assert said(press(admin, result, "publish_results")) == [
        f"“{result}” is published. See it on the page of {link}."
    ]
    assert list(TryOnResult.objects.published_for(garment.product)) == [result]
    result.refresh_from_db()
    assert result.published_by == staff
    assert labels(admin, result) == ["Publish with options…", "Unpublish"]
    page = admin.get(change(result)).content.decode()
    assert f'href="{garment.product.get_absolute_url()}"' in page
    press(admin, result, "unpublish_results")
    assert not TryOnResult.objects.published_for(garment.product).exists()


def test_results_are_approved_and_rejected(admin: Client, make_result: Any, staff: Any) -> None:
    result = make_result()
    press(admin, result, "approve_results")
    result.refresh_from_db()
    assert (result.review, result.reviewed_by) == ("approved", staff)
    assert labels(admin, result) == ["Publish", "Publish with options…", "Reject", "Back to review"]
    press(admin, result, "reject_results")
    result.refresh_from_db()
    assert result.review == "rejected"
    assert labels(admin, result) == [
        "Publish",
        "Publish with options…",
        "Approve",
        "Back to review",
    ]


def test_what_cannot_be_done_is_said(admin: Client, make_result: Any, shopper: Any) -> None:
    published = make_result()
    act(admin, "tryonresult", "publish_results", [published])
    assert (
        "Unpublish it before you reject it."
        in said(act(admin, "tryonresult", "reject_results", [published]))[0]
    )
    published.job.person = shopper
    published.job.save()
    act(admin, "tryonresult", "unpublish_results", [published])
    texts = said(act(admin, "tryonresult", "publish_results", [published]))
    assert "Only a result on a house model can be published" in texts[0]
    assert "Publish" not in labels(admin, published)


def test_what_was_said_is_taken_back(admin: Client, make_result: Any) -> None:
    result = make_result(review="rejected", reason="face", note="two noses")
    assert "The face came out wrong · two noses" in admin.get(change(result)).content.decode()
    assert said(press(admin, result, "reopen_results")) == [f"“{result}” waits again."]
    result.refresh_from_db()
    assert (result.review, result.reason, result.note) == ("pending", "", "")
    assert (result.reviewed_by, result.reviewed_at) == (None, None)


def test_the_page_leads_to_the_board(admin: Client, make_result: Any) -> None:
    result = make_result()
    url = admin.get(change(result)).context["board_url"]
    assert admin.get(url).context["current"] == result
    assert reverse("admin:django_tryon_tryonresult_review") in (
        admin.get(changelist("tryonresult")).content.decode()
    )


def test_who_only_looks_is_not_sent_to_the_board(as_staff: Any, make_result: Any) -> None:
    client = as_staff("view_tryonresult")
    assert client.get(change(make_result())).context["board_url"] == ""
    page = client.get(changelist("tryonresult")).content.decode()
    assert reverse("admin:django_tryon_tryonresult_review") not in page


def test_several_are_told_in_one_message(admin: Client, make_result: Any) -> None:
    results = [make_result(), make_result()]
    for action, text in (
        ("approve_results", "2 approved."),
        ("publish_results", "2 published."),
        ("unpublish_results", "2 unpublished."),
        ("reject_results", "2 rejected."),
    ):
        assert said(act(admin, "tryonresult", action, results)) == [text]


def test_without_a_page_in_the_shop_there_is_no_link(
    admin: Client, make_job: Any, make_result: Any
) -> None:
    design = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    result = make_result(make_job(status="succeeded", garments=[design]))
    [text] = said(press(admin, result, "publish_results"))
    assert text == f"“{result}” is published: it is on the product's page now."


def test_the_list_can_be_narrowed(admin: Client, make_job: Any, make_result: Any) -> None:
    plain = make_result()
    published = make_result(
        make_job(status="succeeded", engine="fashion-ai"), published_at=timezone.now()
    )

    def shown(query: str) -> list[TryOnResult]:
        return list(admin.get(changelist("tryonresult") + query).context["cl"].queryset)

    assert shown("?published=yes") == [published]
    assert shown("?published=no") == [plain]
    assert shown("?engine=fashion-ai") == [published]
    assert len(shown("")) == 2


def test_a_clip_is_played(admin: Client, make_result: Any) -> None:
    result = make_result(kind="video", file=ContentFile(b"clip", name="a.mp4"))
    assert f'<video class="tryon-figure__picture" src="{result.url}"' in admin.get(
        change(result)
    ).content.decode().replace("poster", "poster")
    assert '<video class="tryon-thumb"' in admin.get(changelist("tryonresult")).content.decode()
    with_still = make_result(
        kind="video",
        file=ContentFile(b"clip", name="a.mp4"),
        poster=ContentFile(picture(), name="still.jpg"),
    )
    assert "poster=" in admin.get(change(with_still)).content.decode()


@pytest.mark.parametrize("allowed", [True, False])
def test_pages_of_the_shop_are_named_where_there_are_any(
    admin: Client, make_job: Any, make_result: Any, settings: Any, allowed: bool
) -> None:
    design = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    orphan = Garment.objects.create(product=Design.objects.create(title="E"), category="upper")
    Garment.objects.filter(pk=orphan.pk).update(product_id="6f9619ff-8b86-d011-b42d-00cf4fc964ff")
    result = make_result(
        make_job(status="succeeded", garments=[design, orphan]), published_at=timezone.now()
    )
    if not allowed:
        settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert admin.get(change(result)).context["shop_pages"] == []


def test_without_a_product_there_is_a_sentence_and_no_button(
    admin: Client, make_result: Any
) -> None:
    result = make_result(review="approved")
    assert "Publish" in [each.label for each in admin.get(change(result)).context["result_buttons"]]
    Garment.objects.update(product_id="999999")  # by somebody who does not tell us
    for said_now in ("Its product was deleted", "Its garment was deleted"):
        page = admin.get(change(result))
        assert f"{said_now}, so there is no page to publish it on." in page.content.decode()
        labels = [each.label for each in page.context["result_buttons"]]
        assert [label for label in labels if label.startswith("Publish")] == []
        Garment.objects.all().delete()
