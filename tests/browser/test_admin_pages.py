"""The scripts of the admin in a real browser, under a content policy that allows nothing inline."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Batch, Garment, Person, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from tests.conftest import picture
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.needs("chromium")

SITE = "http://testserver"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'"
)
Open = Callable[[str], "Page"]


@pytest.fixture
def asked() -> list[str]:
    """Every request that the browser made: method and path."""
    return []


@pytest.fixture
def open_page(browser_page: Page, client: Client, staff: Any, asked: list[str]) -> Iterator[Open]:
    """Open pages of the admin as a superuser, with no server between; complaints fail the test."""
    client.force_login(staff)
    complaints: list[str] = []
    # Playwright calls back in a context of its own, and Django's connections belong to a context.
    here = contextvars.copy_context()

    def answer(route: Route) -> None:
        request = route.request
        url = urlsplit(request.url)
        asked.append(f"{request.method} {url.path}")
        if url.path.startswith("/static/"):
            route.fulfill(path=finders.find(url.path.removeprefix("/static/")))
            return
        if url.path.startswith("/media/"):
            route.fulfill(body=picture(), content_type="image/jpeg")
            return
        response = here.copy().run(
            client.generic,
            request.method,
            f"{url.path}?{url.query}",
            request.post_data_buffer or b"",
            content_type=request.headers.get("content-type", ""),
            headers={"if-none-match": request.headers.get("if-none-match", "")},
        )
        if response.status_code == 302:  # a browser would follow it past this door
            route.fulfill(status=204)
            return
        headers = {name: str(value) for name, value in response.items()}
        route.fulfill(
            status=response.status_code,
            body=response.getvalue(),
            headers=headers | {"content-security-policy": POLICY},
        )

    def complain(message: Any) -> None:
        if message.type == "error":
            complaints.append(message.text)

    browser_page.route("**/*", answer)
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.on("console", complain)

    def go(path: str) -> Page:
        browser_page.goto(SITE + path)
        return browser_page

    yield go
    assert complaints == []


@pytest.fixture
def clip(person: Person) -> Person:
    """A house model in a clip."""
    row = Person.objects.create(kind="video", name="Ana, turning", is_house_model=True)
    name = row.video.storage.save("tryon/people/turn.mp4", ContentFile(b"a clip"))
    Person.objects.filter(pk=row.pk).update(video=name)
    return row


def launch_path(*garments: Garment) -> str:
    """Return the address of the launch page."""
    keys = ",".join(str(garment.pk) for garment in garments)
    return f"{reverse('admin:django_tryon_tryonjob_launch')}?garments={keys}"


def total(page: Page) -> str:
    """Return what the bar says."""
    return page.inner_text("[data-sum]")


def test_the_bar_follows_what_is_ticked(open_page: Open, garment: Garment, person: Person) -> None:
    page = open_page(launch_path(garment))
    assert total(page) == "No try-ons yet"
    page.check("input[name=people]")
    assert total(page) == "1 try-on · about 11 s · about $0.044"
    page.fill("input[name=variations]", "10")
    assert total(page) == "10 try-ons · about 21 s · about $0.443"
    page.check("input[value=p-image-try-on]")
    assert total(page).startswith("10 try-ons · about 31 s")
    page.uncheck("input[name=garments]")
    assert total(page) == "No try-ons yet"


def test_it_agrees_with_the_server(
    open_page: Open, garment: Garment, person: Person, client: Client
) -> None:
    data = {
        "batch": "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "garments": garment.pk,
        "people": person.pk,
        "engine": "p-image-try-on",
        "variations": "7",
        "check": "1",
    }
    page = open_page(launch_path(garment))
    page.check("input[name=people]")
    page.check("input[value=p-image-try-on]")
    page.fill("input[name=variations]", "7")
    estimate = client.post(launch_path(garment), data).context["estimate"]
    assert total(page) == str(estimate)


def test_each_engine_shows_what_it_needs(
    open_page: Open, garment: Garment, person: Person, clip: Person
) -> None:
    garment.category = "dress"
    garment.save()
    page = open_page(launch_path(garment))
    photo = page.locator("li[data-kind=photo]")
    moving = page.locator("li[data-kind=video]")
    photo.locator("input").check()
    assert (photo.is_visible(), moving.is_visible()) == (True, False)
    assert page.locator("[data-frames]").is_hidden()

    page.check("input[value=fashion-ai]")
    assert total(page) == "No try-ons yet"
    assert page.get_by_text("Fashion AI cannot do this category: dress.").is_visible()
    assert page.locator("[data-variations]").is_hidden()

    page.check("input[value=video-tryon-v2]")
    assert (photo.is_visible(), moving.is_visible()) == (False, True)
    assert page.locator("[data-frames]").is_visible()
    moving.locator("input").check()
    assert total(page) == "No try-ons yet: choose a first frame"
    frame = {"name": "f.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.set_input_files("input[name=reference]", [frame])
    assert total(page) == "1 try-on · about 10 min · about $4.75"


def test_an_outfit_is_one_picture(open_page: Open, garment: Garment, person: Person) -> None:
    other = Garment.objects.create(
        product=garment.product, category="lower", image=ContentFile(picture(), name="j.jpg")
    )
    page = open_page(launch_path(garment, other))
    page.check("input[name=people]")
    page.check("input[value=p-image-try-on]")
    assert total(page).startswith("2 try-ons")
    page.check("input[name=together]")
    assert total(page).startswith("1 try-on ")


def test_the_bar_counts_only_what_can_be_launched(
    open_page: Open, garment: Garment, person: Person
) -> None:
    bare = Product.objects.create(name="Bare", image=ContentFile(picture(), name="b.jpg"))
    url = reverse("admin:shop_product_tryon_launch")
    page = open_page(f"{url}?ids={garment.product_id},{bare.pk}")
    page.check("input[name=people]")
    assert total(page).startswith("1 try-on ")
    page.uncheck("input[name=garments]")
    assert total(page) == "No try-ons yet: say what the ticked products are"
    page.select_option(f"[name=make-{bare.pk}-category]", "dress")
    assert total(page).startswith("1 try-on ")
    page.check("input[value=fashion-ai]")
    assert total(page) == "No try-ons yet"


def test_what_a_check_refused_is_not_counted(
    open_page: Open, garment: Garment, person: Person
) -> None:
    silent = Garment.objects.create(product=garment.product, category="upper")
    page = open_page(launch_path(garment, silent))
    page.check("input[value=fashion-ai]")
    page.check("input[name=people]")
    assert total(page).startswith("2 try-ons")
    page.click("button[name=check]")
    page.wait_for_selector("text=These would be left out")
    assert total(page).startswith("1 try-on ")
    page.uncheck(f"input[name=garments][value='{garment.pk}']")
    assert total(page) == "No try-ons yet"
    page.check("input[value=idm-vton]")
    assert total(page) == "1 try-on · about 11 s · about $0.044"


def test_the_review_is_seen_on_a_phone(open_page: Open, garment: Garment, person: Person) -> None:
    job = TryOnJob.objects.create(
        engine="idm-vton", person=person, status="succeeded", title="Coral tee with buttons · Ana"
    )
    TryOnResult.objects.create(job=job, kind="image", file=ContentFile(picture(), name="r.jpg"))
    page = open_page("/admin/")
    page.set_viewport_size({"width": 390, "height": 844})
    page = open_page(reverse("admin:django_tryon_tryonresult_changelist"))
    label = page.locator("#result_list .tryon-label").bounding_box()
    assert label is not None
    assert label["x"] + label["width"] <= 390


def test_a_batch_fills_with_pictures_and_then_rests(
    open_page: Open, garment: Garment, person: Person, asked: list[str]
) -> None:
    batch = Batch.objects.create(name="Tops")
    job = TryOnJob.objects.create(
        engine="idm-vton",
        person=person,
        batch=batch,
        title="Coral tee · Ana",
        status="fetching",
    )
    job.garments.add(garment)
    path = reverse("admin:django_tryon_batch_change", args=[batch.pk])
    news = f"GET {reverse('admin:django_tryon_batch_progress', args=[batch.pk])}"
    from playwright.sync_api import expect

    page = open_page("/admin/")
    page.clock.install()
    page = open_page(path)
    card = page.locator(f"[data-key='{job.pk}']")
    expect(card).to_contain_text("Being fetched")
    assert news not in asked

    with page.expect_response("**/progress/") as first:
        page.clock.run_for(2500)
    assert first.value.status == 200
    with page.expect_response("**/progress/") as second:
        page.clock.run_for(2500)
    assert second.value.status == 304

    TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(colour="coral"), name="r.jpg")
    )
    assert move(job, TryOnJob.Status.SUCCEEDED)
    with page.expect_response("**/progress/"):
        page.clock.run_for(2500)
    expect(card).to_contain_text("Done")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 384)
    expect(page.locator("[data-summary]")).to_contain_text("1 of 1")
    expect(page.get_by_text("Review the results")).to_be_visible()
    told = asked.count(news)
    page.clock.run_for(20_000)
    assert asked.count(news) == told


@pytest.mark.parametrize(
    ("key", "action"),
    [("a", "approve_results"), ("R", "reject_results"), ("p", "publish_results")],
)
def test_keys_review(
    open_page: Open, garment: Garment, person: Person, key: str, action: str
) -> None:
    job = TryOnJob.objects.create(engine="idm-vton", person=person, status="succeeded")
    job.garments.add(garment)
    result = TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
    )
    page = open_page(reverse("admin:django_tryon_tryonresult_change", args=[result.pk]))
    with page.expect_request("**/do/**") as pressed:
        page.keyboard.press(key)
    path = reverse("admin:django_tryon_tryonresult_do", args=[result.pk, action])
    assert (pressed.value.method, urlsplit(pressed.value.url).path) == ("POST", path)
