"""The pictures of the staff's screens: ``python -m docs.images.shots [name …]`` takes them."""

from __future__ import annotations

from PIL import Image
from playwright.sync_api import Page

from docs.images.street import Street, seen

ADMIN, PASSWORD = "admin", "tryon-demo"
WIDE = {"width": 1280, "height": 900}

GARMENTS = ("Meadow dress", "Breton top", "Indigo jeans", "Coral tee")
MODELS = ("Ana", "Tom")


def desk(street: Street) -> Page:
    """Open the admin as its superuser."""
    page = street.visit("/admin/", viewport=WIDE)
    page.get_by_label("Username").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


def chosen(page: Page) -> None:
    """Tick products in their list, and house models on the launch page."""
    page.goto("/admin/shop/product/")
    for name in GARMENTS:
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label="Launch try-ons…")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    for name in MODELS:
        picked = page.locator(".tryon-pick").filter(has=page.get_by_text(name, exact=True))
        picked.get_by_role("checkbox").check()


def launched(page: Page) -> None:
    """Launch what is chosen, whatever was launched before, and wait for its pictures."""
    page.get_by_label("Make anew what was tried on already").check()
    page.get_by_role("button", name="Launch", exact=True).click()
    page.get_by_text("8 of 8").first.wait_for()


def launch(street: Street) -> Image.Image:
    """Take the launch page, with its price before its button."""
    page = desk(street)
    chosen(page)
    return seen(page)


def batch(street: Street) -> Image.Image:
    """Take a batch whose last try-ons are on their way, and one that failed."""
    street.order("invalid@run:1")
    page = desk(street)
    chosen(page)
    launched(page)
    street.order()
    return seen(page)


def review(street: Street) -> Image.Image:
    """Take the board, with a result large."""
    page = desk(street)
    chosen(page)
    launched(page)
    page.goto("/admin/django_tryon/tryonresult/review/")
    return seen(page)


def dashboard(street: Street) -> Image.Image:
    """Take the dashboard after a season of try-ons that were only written down."""
    season = "from bench.studio_pages import fill; fill(900, of_a_batch=0)"
    street.shop.django("shell", "-c", season)
    page = desk(street)
    page.get_by_role("link", name="Dashboard").first.click()
    return seen(page)


def look(street: Street) -> Image.Image:
    """Take a look that is published, after its try-ons were launched and one was approved."""
    page = desk(street)
    page.set_viewport_size({"width": 1280, "height": 1160})
    page.goto("/admin/django_tryon/look/")
    page.get_by_role("link", name="Harbour day").click()
    there = page.url
    page.get_by_role("link", name="Launch try-ons of this look…").click()
    page.locator("label", has_text="Ana").first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Launch", exact=True).click()
    page.get_by_text("1 of 1").first.wait_for()
    page.goto(there)
    page.get_by_role("button", name="Approve and use").first.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("See it on the pages of").wait_for()
    return seen(page)
