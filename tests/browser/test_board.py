"""The review board in a real browser: single keys, before and after, many at once."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from tests.browser.conftest import Open
from tests.conftest import picture

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def results(garment: Garment, person: Person) -> list[TryOnResult]:
    """Three results that wait."""
    made = []
    for number in range(3):
        job = TryOnJob.objects.create(
            engine="idm-vton", person=person, status="succeeded", title=f"Coral tee {number}"
        )
        job.garments.add(garment)
        file = ContentFile(picture(colour="coral"), name="r.jpg")
        made.append(TryOnResult.objects.create(job=job, kind="image", file=file))
    return made


BOARD = reverse("admin:django_tryon_tryonresult_review")


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        ("a", {"do": ["approve"]}),
        ("P", {"do": ["publish"]}),
        ("s", {"do": ["redraw"]}),
        ("2", {"reject": ["face"]}),
        ("r4", {"reject": ["cut"]}),
    ],
)
def test_keys_decide(
    open_page: Open, results: list[TryOnResult], keys: str, sent: dict[str, list[str]]
) -> None:
    page = open_page(BOARD)
    with page.expect_request(lambda request: request.method == "POST") as posted:
        for key in keys:
            page.keyboard.press(key)
    body = parse_qs(posted.value.post_data or "")
    assert {name: body.get(name) for name in ("do", "reject") if name in body} == sent
    assert body["current"] == [str(results[0].pk)]
    assert body["seen"] == ["pending"]


def test_words_of_ones_own_are_typed(open_page: Open, results: list[TryOnResult]) -> None:
    page = open_page(BOARD)
    page.keyboard.press("r")
    page.fill("[name=note]", "")
    page.locator("[name=note]").press_sequentially("a pan r1")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.keyboard.press("Enter")
    body = parse_qs(posted.value.post_data or "", keep_blank_values=True)
    assert (body["note"], body["reject"]) == (["a pan r1"], [""])
    assert "do" not in body


def test_the_person_is_seen_before(open_page: Open, results: list[TryOnResult]) -> None:
    from playwright.sync_api import expect

    page = open_page(BOARD)
    after = page.locator(".tryon-before-after__result")
    expect(after).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(after).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(after).to_be_visible()
    page.locator(".tryon-before-after__pictures").hover()
    expect(after).to_be_hidden()


def test_ticked_ones_are_told_and_sent(open_page: Open, results: list[TryOnResult]) -> None:
    page = open_page(BOARD)
    scope = page.locator("[data-ticked]")
    assert scope.inner_text() == ""
    assert page.locator("[data-cost]").inner_text() == "about $0.044"
    page.locator("[name=ticked]").first.check()
    assert scope.inner_text() == "The buttons act on the 1 that is ticked."
    page.keyboard.press("t")
    assert scope.inner_text() == "The buttons act on the 2 that are ticked."
    assert page.locator("[data-cost]").inner_text() == "about $0.089"
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.keyboard.press("a")
    body = parse_qs(posted.value.post_data or "")
    assert body["ticked"] == [str(each.pk) for each in results[1:]]


def test_a_second_press_waits_for_what_comes_next(
    open_page: Open, results: list[TryOnResult], asked: list[str]
) -> None:
    page = open_page(BOARD)
    with page.expect_request(lambda request: request.method == "POST"):
        page.keyboard.press("a")
    page.keyboard.press("p")
    page.wait_for_load_state()
    assert asked.count(f"POST {BOARD}") == 1


def test_undo_and_next_have_keys(
    open_page: Open, staff: object, results: list[TryOnResult]
) -> None:
    TryOnResult.objects.filter(pk=results[0].pk).update(review="approved", reviewed_by=staff)
    page = open_page(f"{BOARD}?done={results[0].pk}")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.keyboard.press("u")
    body = parse_qs(posted.value.post_data or "")
    assert (body["do"], body["undone"]) == (["undo"], [str(results[0].pk)])
    page = open_page(BOARD)
    page.keyboard.press("n")
    page.wait_for_url("**?after=*")
    assert page.locator("[name=current]").get_attribute("value") == str(results[1].pk)


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits(open_page: Open, results: list[TryOnResult], width: int) -> None:
    page = open_page("/admin/")
    page.set_viewport_size({"width": width, "height": 844})
    page = open_page(BOARD)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator(".tryon-board__bar .button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    # However the page is scrolled, the buttons that stay in view leave room for all of the picture.
    bar = page.locator(".tryon-board__first" if width < 640 else ".tryon-board__bar").bounding_box()
    picture = page.locator(".tryon-board .tryon-figure__picture").first.bounding_box()
    assert bar is not None
    assert picture is not None
    assert bar["height"] + picture["height"] <= 844
    if width < 640:  # one row, and the rest only after what is beside the picture
        more = page.locator(".tryon-board__more").bounding_box()
        assert more is not None
        assert bar["height"] <= 64
        assert more["y"] > 844
