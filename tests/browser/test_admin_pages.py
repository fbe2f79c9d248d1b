"""The scripts of the admin in a real browser, under a content policy that allows nothing inline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.engines import get_engine
from django_tryon.models import Batch, Garment, Person, TryOnJob, TryOnResult, WaitingClip
from django_tryon.models.transitions import move
from django_tryon.services.pins import pin
from tests.browser.conftest import Open
from tests.conftest import picture
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.needs("chromium")


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
    assert total(page) == "10 try-ons · at most 21 s · about $0.443"
    page.check("input[value=p-image-try-on]")
    assert total(page).startswith("10 try-ons · at most 31 s")
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


def test_several_engines_are_added_up(
    open_page: Open, garment: Garment, person: Person, clip: Person, client: Client
) -> None:
    page = open_page(launch_path(garment))
    page.check("input[name=people]")
    page.check("input[value=try-on-diffusion]")
    assert total(page).startswith("1 try-on ")
    page.check("[data-several]")
    page.check("input[value=idm-vton]")
    page.fill("input[name=variations]", "3")
    page.check("input[value=video-tryon-v2]")
    assert page.locator("li[data-kind=video]").is_visible()
    data = {
        "batch": "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "garments": garment.pk,
        "people": person.pk,
        "engine": ["idm-vton", "try-on-diffusion"],
        "variations": "3",
        "check": "1",
        "params-idm-vton-seed": "1",
    }
    assert total(page) == str(client.post(launch_path(garment), data).context["estimate"])
    page.uncheck("input[value=video-tryon-v2]")
    page.click("button[name=check]")
    page.wait_for_selector("text=All 6 can be launched.")
    assert page.locator("input[name=engine]:checked").count() == 2
    page.uncheck("[data-several]")
    assert page.locator("input[name=engine]:checked").count() == 1
    assert total(page).startswith("3 try-ons")


def test_what_is_pinned_is_added_up(
    open_page: Open, garment: Garment, person: Person, client: Client
) -> None:
    pin("upper", "idm-vton", {})
    pin("lower", "try-on-diffusion", {})
    other = Garment.objects.create(
        product=garment.product, category="lower", image=ContentFile(picture(), name="j.jpg")
    )
    page = open_page(launch_path(garment, other))
    assert page.is_checked("input[value=pinned]")
    page.check("input[name=people]")
    page.fill("input[name=variations]", "2")
    data = {
        "batch": "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "garments": [garment.pk, other.pk],
        "people": person.pk,
        "engine": "pinned",
        "variations": "2",
        "check": "1",
    }
    estimate = client.post(launch_path(garment, other), data).context["estimate"]
    assert (total(page), estimate.count) == (str(estimate), 4)
    page.check("input[value=idm-vton]")
    assert total(page).startswith("4 try-ons · about 11 s")


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


def test_what_was_tried_on_already_is_not_counted_after_a_check(
    open_page: Open, garment: Garment, person: Person, admin_client: Client
) -> None:
    data = {
        "batch": "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "garments": garment.pk,
        "people": person.pk,
        "engine": "idm-vton",
        "launch": "1",
    }
    admin_client.post(launch_path(garment), data)
    page = open_page(launch_path(garment))
    page.check("input[name=people]")
    page.click("button[name=check]")
    page.wait_for_selector("text=1 was tried on already")
    assert total(page) == "Nothing to make anew, nothing to pay"
    page.check("input[name=anew]")
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


@pytest.mark.parametrize("listed", ["tryonjob", "waitingclip"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_list_is_not_cut(
    open_page: Open, garment: Garment, clip: Person, listed: str, width: int
) -> None:
    title = "Breton top, Sand trousers · Ana, turning"
    job = TryOnJob.objects.create(
        engine="try-on-diffusion", person=clip, status="failed", title=title, error_code="x"
    )
    TryOnJob.objects.filter(pk=job.pk).update(error_message="The provider could not do this try-on")
    WaitingClip.objects.create(
        frame=job,
        person=clip,
        video=clip.video.name,
        garments=[garment.pk],
        engine="video-tryon-v2",
        params=get_engine("video-tryon-v2").read_params(None),
        estimated_cost="4.745",
    )
    page = open_page("/admin/")
    page.set_viewport_size({"width": width, "height": 844})
    page = open_page(reverse(f"admin:django_tryon_{listed}_changelist"))
    table = page.locator("#result_list")
    assert table.locator("tbody tr").count() == 1
    assert table.evaluate("node => node.offsetWidth - node.parentElement.clientWidth") <= 8


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


def test_the_news_of_a_batch_takes_no_button_away(
    open_page: Open, garment: Garment, person: Person
) -> None:
    from playwright.sync_api import expect

    batch = Batch.objects.create(name="Tops")
    jobs = [
        TryOnJob.objects.create(engine="idm-vton", person=person, batch=batch, status="fetching")
        for _ in range(2)
    ]
    page = open_page("/admin/")
    page.clock.install()
    page = open_page(reverse("admin:django_tryon_batch_change", args=[batch.pk]))
    cancel = page.locator("[data-summary]").get_by_role("button", name="Cancel")
    cancel.focus()
    assert move(jobs[0], TryOnJob.Status.FAILED, error_code="unreachable")
    with page.expect_response("**/progress/"):
        page.clock.run_for(2500)
    expect(page.locator("[data-summary]")).to_contain_text("1 of 2")
    expect(page.get_by_text("What went wrong")).to_be_visible()
    expect(cancel).to_be_focused()
    assert move(jobs[1], TryOnJob.Status.FAILED, error_code="unreachable")
    with page.expect_response("**/progress/"):
        page.clock.run_for(2500)
    expect(page.locator("[data-summary]")).to_contain_text("2 of 2")
    expect(cancel).to_have_count(0)
    heads = page.locator("[data-summary] > *").evaluate_all("all => all.map((one) => one.tagName)")
    page.reload()
    assert heads == page.locator("[data-summary] > *").evaluate_all(
        "all => all.map((one) => one.tagName)"
    )
