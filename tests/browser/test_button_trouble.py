"""What the button says and does when something goes wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Garment, Person, Shopper, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import Window
from tests.browser.test_button import READY, WAITING, look_at, wait_for_job
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
FAILED = "This did not work"


def launch(window: Window, garment: Garment) -> TryOnJob:
    """Launch a try-on on the house model."""
    window.show(garment.product).click()
    window.step("Try it on")
    window.press("Ana")
    return wait_for_job(window)


def first_steps(window: Window) -> list[str]:
    """Return the buttons of the step that shows, without the one that closes it."""
    return window.dialog.locator(".view button").all_inner_texts()


@pytest.mark.parametrize(
    ("code", "says", "steps"),
    [
        ("invalid_input", "could not work with this photo", ["Another photo or model"]),
        (
            "unreachable",
            "could not take it at the moment",
            ["Try again", "Another photo or model"],
        ),
    ],
)
def test_a_failure_is_told_in_plain_words_with_the_best_step_first(
    window: Window, garment: Garment, person: Person, code: str, says: str, steps: list[str]
) -> None:
    job = launch(window, garment)
    assert move(job, Status.FAILED, error_code=code, error_message="CUDA out of memory")
    window.step(FAILED)
    alert = window.dialog.get_by_role("alert").inner_text()
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
    assert "cannot be reached" in window.dialog.get_by_role("alert").inner_text()
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


def test_used_up_is_said_kindly(
    window: Window, settings: Any, garment: Garment, person: Person
) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 0}
    window.expected = ("429",)
    window.show(garment.product).click()
    window.press("Ana")
    window.step(FAILED)
    said = "You have used today's try-ons. You can go on tomorrow."
    assert window.dialog.get_by_role("alert").inner_text() == said
    assert first_steps(window) == []


def test_the_button_goes_away_when_the_budget_is_spent(
    window: Window, settings: Any, garment: Garment, person: Person
) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": 1}
    Tally.take(f"budget:{timezone.localdate()}", 1, limit=1)  # type: ignore[arg-type]
    window.show(garment.product)
    window.page.get_by_text("Try-on is taking a break for today.").wait_for()
    assert window.page.get_by_role("button").count() == 0


def test_words_that_changed_meanwhile_are_shown_again(
    window: Window, settings: Any, garment: Garment, person: Person, photo: Path
) -> None:
    window.expected = ("422",)
    window.show(garment.product).click()
    window.give(photo)
    settings.TRYON = settings.TRYON | {"CONSENT_VERSION": "2", "CONSENT_TEXT": "New words."}
    window.press("Use this photo")
    window.dialog.get_by_role("alert").get_by_text("The text has changed.").wait_for()
    assert "New words." in window.dialog.locator("label").inner_text()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    window.tells("open", "photo", "error", "photo", "launched")


def test_a_photo_that_the_shop_refuses_says_why(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    window.expected = ("422",)

    def refuse(route: Route) -> None:
        error = {"code": "too_narrow", "message": "This picture is too narrow.", "field": "photo"}
        if route.request.method == "POST":
            route.fulfill(status=422, json={"error": error})
        else:
            route.continue_()

    window.page.route("**/api/people/", refuse)
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    window.dialog.get_by_role("alert").get_by_text("This picture is too narrow.").wait_for()
    window.step("Try it on")
    assert window.detail("error")["code"] == "too_narrow"


def test_with_the_api_gone_the_link_still_leads_on(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("ERR_FAILED", "404")
    window.page.route("**/api/config/**", lambda route: route.abort())
    window.show(garment.product).click()
    window.page.wait_for_url(f"**/tryon/try/shop.product:{garment.product_id}/")


def test_a_token_that_has_expired_is_renewed(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    look_at(window, garment.product)
    window.expected = ("401",)
    asked: list[str] = []

    def expired_once(route: Route) -> None:
        asked.append(route.request.headers["authorization"])
        if len(asked) == 1:
            route.fulfill(status=401, json={"error": {"code": "token_expired", "message": "."}})
        else:
            route.continue_()

    window.page.route("**/api/people/", expired_once)
    window.show(jeans).click()
    wait_for_job(window)
    assert len(asked) == 2
    assert Shopper.objects.count() == 1


def test_whoever_logs_in_is_another_shopper(
    window: Window, garment: Garment, person: Person, staff: Any
) -> None:
    look_at(window, garment.product)
    before = window.memory()
    Shopper.objects.create(user=staff)
    window.page.evaluate(
        "() => { const key = Object.keys(localStorage)[0]; const kept = "
        "JSON.parse(localStorage[key]); localStorage[key] = JSON.stringify({ ...kept, at: 0 }) }"
    )
    client = pytest.importorskip("django.test").Client()
    client.force_login(staff)
    cookie = client.cookies["sessionid"].value
    window.context.add_cookies([{"name": "sessionid", "value": cookie, "url": window.site}])
    window.expected = ("404",)  # the job is not theirs
    window.show(garment.product)
    window.until(f"JSON.parse(localStorage[Object.keys(localStorage)[0]]).id !== {before['id']!r}")
    window.page.get_by_role("button", name="See your try-on").wait_for(state="detached")
    assert window.memory()["jobs"] == {}


def test_where_nothing_may_be_stored_this_page_alone_remembers(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error() } })"
    )
    look_at(window, garment.product)
    assert Shopper.objects.count() == 1


def test_a_link_to_a_picture_that_has_expired_is_renewed(
    window: Window, settings: Any, garment: Garment, person: Person
) -> None:
    look_at(window, garment.product)
    window.press("Close")
    window.expected = ("410",)
    pictures: list[str] = []

    def expired_once(route: Route) -> None:
        pictures.append(route.request.url)
        if len(pictures) == 1:
            route.fulfill(status=410)
        else:
            route.continue_()

    settings.TRYON = settings.TRYON | {"FILE_URL_LIFETIME": timedelta(minutes=16)}
    window.page.route("**/results/**", expired_once)
    window.page.get_by_role("button", name="See your try-on").click()
    window.step(READY)
    assert TryOnResult.objects.count() == 1


def test_a_result_without_its_photo_stands_alone(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("410",)
    window.page.route("**/api/jobs/*/", lambda route: route.fulfill(response=route.fetch()))
    look_at(window, garment.product)
    window.dialog.get_by_role("slider").wait_for()
    window.dialog.get_by_alt_text("Before").evaluate(
        "node => node.dispatchEvent(new Event('error'))"
    )
    assert window.dialog.get_by_role("slider").count() == 0
    assert window.dialog.get_by_alt_text("AI-generated").is_visible()


def test_a_mail_is_sent_when_it_is_ready(window: Window, garment: Garment, person: Person) -> None:
    job = launch(window, garment)
    window.dialog.get_by_label("E-mail me when it is ready").fill("ada@shop.example")
    window.press("Send")
    window.dialog.locator("form").get_by_text("We will write to ada@shop.example.").wait_for()
    job.refresh_from_db()
    assert job.notify == "ada@shop.example"
    services.drive_until_idle()
    window.step(READY)
    assert [message.to for message in mail.outbox] == [["ada@shop.example"]]


def test_an_address_that_is_none_is_not_sent(
    window: Window, garment: Garment, person: Person
) -> None:
    job = launch(window, garment)
    window.dialog.get_by_label("E-mail me when it is ready").fill("ada")
    window.press("Send")
    job.refresh_from_db()
    assert job.notify == ""
    window.step(WAITING)


def test_a_job_that_was_erased_elsewhere_is_forgotten(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("404",)
    job = launch(window, garment)
    window.press("Close")
    job.delete()
    window.show(garment.product)
    window.page.get_by_role("button", name="Try it on").wait_for()
    window.until(
        "Object.keys(JSON.parse(localStorage[Object.keys(localStorage)[0]]).jobs).length", 0
    )


def test_a_storefront_may_say_no_to_opening(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.add_init_script("addEventListener('tryon:open', (event) => event.preventDefault())")
    window.show(garment.product).click()
    window.tells("open")
    assert window.dialog.count() == 0


def test_many_windows_are_many_shoppers(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    for window in (open_window(), open_window()):
        look_at(window, garment.product)
    assert Shopper.objects.count() == 2
    assert TryOnJob.objects.count() == 2
