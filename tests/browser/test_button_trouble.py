"""What the button says and does when something goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core import mail
from django.core.signing import b62_decode, b62_encode

from django_tryon import services
from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.models.files import RESULTS, Steady, open_signed, private_storage
from django_tryon.models.transitions import move
from django_tryon.services.steps import submit
from tests.browser.shopping import (
    FAILED,
    READY,
    WAITING,
    Window,
    first_steps,
    launch,
    look_at,
    wait_for_job,
)

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("code", "says", "steps"),
    [
        ("invalid_input", "It did not work with this model", ["Another photo or model"]),
        (
            "unreachable",
            "could not take it at the moment",
            ["Try again", "Try another way", "Another photo or model"],
        ),
    ],
)
def test_a_failure_is_told_in_plain_words_with_the_best_step_first(
    window: Window, garment: Garment, person: Person, code: str, says: str, steps: list[str]
) -> None:
    job = launch(window, garment)
    assert move(job, Status.FAILED, error_code=code, error_message="CUDA out of memory")
    window.step(FAILED)
    alert = window.dialog.get_by_role("status").inner_text()
    assert says in alert
    assert "CUDA" not in alert
    assert window.dialog.get_by_text("It cost nothing.").is_visible()
    assert first_steps(window) == steps
    window.tells("open", "launched", "error")
    assert window.detail("error")["code"] == code


def test_what_failed_can_be_tried_again(window: Window, garment: Garment, person: Person) -> None:
    job = launch(window, garment)
    assert move(job, Status.FAILED, error_code="unreachable")
    window.step(FAILED)
    window.press("Try again")
    assert wait_for_job(window) == job
    services.drive_until_idle()
    window.step(READY)
    window.tells("open", "launched", "error", "launched", "ready")


def test_what_nobody_knows_of_ends_for_its_shopper(
    window: Window, garment: Garment, person: Person
) -> None:
    job = launch(window, garment)
    assert move(job, Status.SUBMITTING)
    submit.uncertain(job, "worker_died", "The worker stopped during the submit.")
    window.step(FAILED)
    assert "got lost on its way" in window.dialog.get_by_role("status").inner_text()
    window.press("Try again")
    other = wait_for_job(window)
    assert other != job
    services.drive_until_idle()
    window.step(READY)
    other.refresh_from_db()
    assert other.status == Status.SUCCEEDED
    window.tells("open", "launched", "error", "launched", "ready")


def test_a_failure_that_nobody_saw_is_shown_on_the_page(
    window: Window, garment: Garment, person: Person
) -> None:
    job = launch(window, garment)
    window.press("Close")
    assert move(job, Status.FAILED, error_code="unreachable")
    told = window.page.locator("try-on").first.get_by_role("button", name=FAILED)
    told.click()
    window.step(FAILED)
    assert window.dialog.get_by_role("button", name="Try again").is_visible()


def test_a_line_that_breaks_does_not_pay_twice(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("ERR_FAILED",)
    keys: list[str] = []

    def lose_the_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # the shop hears it; the shopper hears nothing
            route.abort()
        else:
            route.continue_()

    window.page.route("**/tryon/api/jobs/", lose_the_answer)
    window.show(garment.product).click()
    window.press("Ana")
    window.step(FAILED)
    assert "cannot be reached" in window.dialog.get_by_role("status").inner_text()
    window.press("Try again")
    wait_for_job(window)
    assert keys[0] == keys[1]
    assert TryOnJob.objects.count() == 1


def test_polling_outlives_a_line_that_is_gone_for_a_while(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    launch(window, garment)
    window.context.set_offline(True)
    services.drive_until_idle()
    with window.page.expect_event("requestfailed"):
        pass
    window.context.set_offline(False)
    window.step(READY)


def test_polling_says_what_it_knows_and_nothing_new_costs_nothing(
    window: Window, garment: Garment, person: Person
) -> None:
    launch(window, garment)
    with window.page.expect_response(
        lambda response: "/api/jobs/" in response.url and response.status == 304
    ) as again:
        pass
    assert again.value.request.headers["if-none-match"]


def test_a_page_that_nobody_sees_does_not_ask(
    window: Window, garment: Garment, person: Person
) -> None:
    hide = (
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, "
        "configurable: true }); document.dispatchEvent(new Event('visibilitychange')) }"
    )
    launch(window, garment)
    window.page.evaluate(hide, True)
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    services.drive_until_idle()
    window.page.wait_for_timeout(2000)  # longer than any pause between two questions here
    # One question may have been on its way.
    assert len([url for url in asked if "/api/jobs/" in url]) <= 1
    window.page.evaluate(hide, False)
    window.step(READY)


def test_with_the_api_gone_the_link_still_leads_on(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("ERR_FAILED", "404")
    window.page.route("**/api/config/**", lambda route: route.abort())
    window.show(garment.product).click()
    window.page.wait_for_url(f"**/tryon/try/shop.product:{garment.product_id}/")


def test_a_link_to_a_picture_that_has_expired_is_renewed(
    window: Window, monkeypatch: Any, garment: Garment, person: Person
) -> None:
    window.expected = ("410",)
    links: list[str] = []

    def expire(route: Route) -> None:
        url = route.request.url
        if not name_behind(url).startswith(RESULTS):
            route.continue_()
            return
        if not links:
            give_new_links(monkeypatch)
        if url not in links:
            links.append(url)
        if url == links[0]:
            route.fulfill(status=410)
        else:
            route.continue_()

    launch(window, garment)
    window.page.route("**/files/view/**", expire)
    with window.page.expect_response(lambda reply: reply.ok and reply.url in links[1:]):
        services.drive_until_idle()
    shown = window.dialog.get_by_alt_text("AI-generated")
    assert shown.evaluate("node => node.decode().then(() => node.naturalWidth)") > 0
    first, second = links
    assert shown.evaluate("node => node.src") == second != first
    assert TryOnResult.objects.count() == 1


def give_new_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the time be over in which links stay the same."""
    usual = Steady.timestamp
    earlier = lambda self: b62_encode(b62_decode(usual(self)) - 1)  # noqa: E731
    monkeypatch.setattr(Steady, "timestamp", earlier)


@pytest.mark.parametrize("later", ["result", "photo"])
def test_a_result_without_its_photo_stands_alone(
    window: Window, garment: Garment, photo: Path, later: str
) -> None:
    window.expected = ("404",)
    held: list[Route] = []

    def sort(route: Route) -> None:
        name = name_behind(route.request.url)
        is_result = name.startswith(RESULTS)
        if not is_result:
            private_storage().delete(name)
        if is_result is (later == "result"):
            held.append(route)
        else:
            route.continue_()

    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    window.page.route("**/files/view/**", sort)
    if later == "result":
        with window.page.expect_response(lambda reply: reply.status == 404):
            services.drive_until_idle()
        assert window.dialog.get_by_role("heading", name=WAITING).is_visible()
    else:
        services.drive_until_idle()
        window.step(READY)
        window.dialog.get_by_role("slider").wait_for()
        window.waits_for(held)
    window.page.unroute("**/files/view/**")
    for route in held:
        route.continue_()
    window.step(READY)
    window.dialog.get_by_role("slider").wait_for(state="detached")
    assert window.dialog.get_by_alt_text("Before").count() == 0
    assert window.dialog.get_by_text("Before", exact=True).count() == 0
    assert window.dialog.get_by_alt_text("AI-generated").is_visible()
    assert window.dialog.get_by_role("button", name="I like it").is_visible()


def test_a_link_that_is_renewed_too_late_opens_nothing(
    window: Window, monkeypatch: pytest.MonkeyPatch, garment: Garment, person: Person
) -> None:
    window.expected = ("410",)
    look_at(window, garment.product)
    window.page.route("**/files/view/**", lambda route: route.fulfill(status=410))
    window.show(garment.product)
    again = window.page.get_by_role("button", name="See your try-on")
    again.wait_for()
    held: list[Route] = []
    window.page.route("**/tryon/api/jobs/*/", lambda route: held.append(route))
    again.click()
    window.step(READY)
    window.waits_for(held)
    window.press("Close")
    give_new_links(monkeypatch)
    with window.page.expect_response("**/tryon/api/jobs/*/"):
        held[0].continue_()
    window.settles()
    assert window.dialog.count() == 0


def name_behind(url: str) -> str:
    """Return under which name the file of a link is stored."""
    return open_signed("view", unquote(urlsplit(url).path.split("/")[-2]))[1]


def test_a_mail_is_sent_when_it_is_ready(window: Window, garment: Garment, person: Person) -> None:
    job = launch(window, garment)
    window.dialog.get_by_label("E-mail me when it is ready").fill("ada@shop.example")
    window.press("Tell me")
    window.dialog.get_by_role("status").get_by_text("We will write to ada@shop.example.").wait_for()
    job.refresh_from_db()
    assert job.notify == "ada@shop.example"
    services.drive_until_idle()
    window.step(READY)
    assert [message.to for message in mail.outbox] == [["ada@shop.example"]]
