"""What staff do from their list of products to the product's page, with the real workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.test import Client

from django_tryon import services
from django_tryon.models import Batch, Garment, Person, Status, TryOnJob
from tests.browser.conftest import OpenWindow
from tests.conftest import picture
from tests.shop.models import Product
from tests.videos.making import clip

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
ENGINES = ("idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai")
WORN = "{% load tryon %}<!doctype html><html lang=en><title>x</title>{% tryon_results product %}"
PLAYS = "document.querySelector('video').currentTime > 0"


@pytest.fixture
def studio(open_window: OpenWindow, client: Client, staff: Any) -> Page:
    """A window in which a superuser is logged in."""
    client.force_login(staff)
    window = open_window()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": window.site}
    window.context.add_cookies([cookie])
    return window.page


def launch_page(page: Page, *names: str) -> None:
    """Tick products in their list, and go on to the launch page."""
    page.goto("/admin/shop/product/")
    for name in names:
        row = page.locator("#result_list tr").filter(has=page.get_by_role("link", name=name))
        row.locator("input.action-select").check()
    page.select_option("select[name=action]", "launch_tryons")
    page.click("button[name=index]")


def test_three_products_are_dressed_by_each_engine(
    studio: Page, garment: Garment, jeans: Product, person: Person
) -> None:
    """An outfit is one try-on with each, however many runs it takes; the jacket is made a garment
    on the way."""
    Product.objects.create(name="Jacket", image=ContentFile(picture(colour="olive"), name="j.jpg"))
    launch_page(studio, "Coral tee", "Jeans", "Jacket")
    make = studio.locator(".tryon-make")
    make.locator("select").select_option("outer")
    make.locator("input[type=text]").fill("an olive jacket")
    studio.locator("li[data-kind=photo] input[name=people]").check()
    studio.check("[data-several]")
    for engine in ENGINES:
        studio.check(f"input[name=engine][value={engine}]")
    studio.check("#id_together")
    assert studio.inner_text("[data-sum]").startswith("4 try-ons · about")
    studio.click("button[name=launch]")
    studio.get_by_text("4 try-ons are launched.").wait_for()
    services.drive_until_idle()
    assert TryOnJob.objects.count() == 3 + 3 + 1 + 3
    studio.reload()
    assert studio.locator("[data-summary] strong").inner_text() == "4 of 4"
    assert studio.locator(".tryon-card").count() == 4
    studio.get_by_role("link", name="Compare side by side").click()
    assert studio.locator("tbody td .tryon-card__picture").count() == 4
    studio.goto("/admin/django_tryon/tryonjob/?engine=idm-vton")
    assert studio.locator("#result_list tbody tr").count() == 1
    studio.locator("#result_list tbody a").first.click()
    studio.locator(".tryon-steps").wait_for()
    titles = studio.locator(".tryon-steps .tryon-card__title").all_inner_texts()
    assert titles == ["Jeans · Ana", "Jeans, Coral tee · Ana"]


def test_a_clip_goes_from_the_upload_to_the_products_page(
    studio: Page, garment: Garment, tmp_path: Path
) -> None:
    film = tmp_path / "lena.mp4"
    film.write_bytes(clip(1))
    studio.goto("/admin/django_tryon/person/add/")
    studio.fill("#id_name", "Lena")
    studio.select_option("#id_kind", "video")
    studio.set_input_files("#id_video", film)
    studio.check("#id_is_house_model")
    studio.click("[name=_save]")
    launch_page(studio, "Coral tee")
    studio.check("input[name=engine][value=video-tryon-v2]")
    studio.locator("li[data-kind=video] input[name=people]").check()
    studio.select_option("select[name=dresser]", "idm-vton")
    studio.locator("[data-for-dresser=idm-vton] summary").click()
    studio.fill("[name=frame-idm-vton-steps]", "36")
    studio.click("button[name=launch]")
    studio.get_by_text("1 clip waits until its first frame is approved.").wait_for()
    services.drive_until_idle()
    frame = TryOnJob.objects.get()
    assert (frame.status, frame.params["steps"]) == (Status.SUCCEEDED, 36)
    studio.reload()
    studio.get_by_role("link", name="Look and approve").click()
    studio.get_by_role("button", name="Make the clip: about $4.75").click()
    studio.get_by_text("is launched").wait_for()
    services.drive_until_idle()
    made = TryOnJob.objects.get(engine="video-tryon-v2").results.get()
    studio.goto(f"/admin/django_tryon/batch/{Batch.objects.get().pk}/change/")
    assert studio.locator("[data-summary] strong").inner_text() == "2 of 2"
    studio.goto(f"/admin/django_tryon/tryonresult/{made.pk}/change/")
    studio.get_by_role("button", name="Publish", exact=True).click()
    studio.get_by_text("is published").wait_for()
    shown = Template(WORN).render(Context({"product": garment.product}))

    def answer(route: Route) -> None:
        route.fulfill(body=shown, content_type="text/html")

    studio.route("**/a-page/", answer)
    studio.goto("/a-page/")
    studio.locator("video").scroll_into_view_if_needed()
    studio.wait_for_function(PLAYS)
