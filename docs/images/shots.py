"""Take the pictures of the screens anew: ``python -m docs.images.shots [name …]``.

Everything is real: the sample shop, sandbox, worker, a storefront of another origin, Chromium.
WebP, as wide as they are shown: the docs stay small.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

from docs.images import studio
from docs.images.street import PHONE, TALL, Street, beside, seen, street
from example_project.shop import stock

HERE = Path(__file__).parent
READY, FAILED = "Your try-on is ready", "This did not work"


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.get_by_role("dialog")


def on_model(page: Page, name: str, title: str = READY) -> None:
    """Try the page's product on a house model."""
    page.locator("try-on:not([pill])").get_by_role("button").first.click()
    dialog(page).get_by_role("button", name=name, exact=True).click()
    dialog(page).get_by_role("heading", name=title).wait_for()


def button_failed(street: Street) -> Image.Image:
    """Take what is said when a try-on failed."""
    street.order("invalid@run")
    page = street.visit("/products/breton-top/")
    on_model(page, "Ana", FAILED)
    street.order()
    return seen(page)


def button_way(street: Street) -> Image.Image:
    """Take what is offered where another engine may do it."""
    street.order("fails@run")
    page = street.visit("/products/breton-top/")
    on_model(page, "Ana", FAILED)
    street.order()
    return seen(page)


def button_complete(street: Street) -> Image.Image:
    """Take a look that completes a top, chosen and worn."""
    page = street.visit("/products/breton-top/")
    page.locator("try-on:not([pill])").get_by_role("button").first.click()
    dialog(page).get_by_role("button", name="Harbour day").click()
    choose = seen(page)
    dialog(page).get_by_role("button", name="Ana", exact=True).click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    return beside([choose, seen(page)])


def my_try_ons(street: Street) -> Image.Image:
    """Take the page of what is stored."""
    page = street.visit("/products/breton-top/", viewport=TALL)
    page.locator("try-on:not([pill])").get_by_role("button").first.click()
    dialog(page).get_by_role("checkbox").check()
    dialog(page).locator("input[type=file]").set_input_files(stock.SHOPPER)
    dialog(page).get_by_role("button", name="Use this photo").click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    for slug in ("coral-tee", "rust-dress"):
        page.goto(f"/products/{slug}/")
        page.locator("try-on:not([pill])").get_by_role("button").first.click()
        dialog(page).get_by_role("heading", name=READY).wait_for()
    page.goto("/tryon/mine/")
    page.get_by_role("heading", name="My photos").wait_for()
    return seen(page)


def pages_phone(street: Street) -> Image.Image:
    """Take the way without JavaScript on a phone: choose, wait, see, share."""
    street.order("never-ends@run:1")
    page = street.visit("/products/breton-top/", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Try it on").click()
    page.get_by_label("Your photo").set_input_files(stock.SHOPPER)
    page.get_by_label("I agree that it is sent").check()
    pictures = [seen(page)]
    mine = page.get_by_role("region", name="Use my photo")
    mine.locator("button").click()
    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    pictures.append(seen(page))
    street.order()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    page.goto("/products/breton-top/")
    page.get_by_role("link", name="Try it on").click()
    page.get_by_role("region", name="Use my last photo").locator("button").click()
    page.get_by_text("AI picture").wait_for()
    pictures.append(seen(page))
    page.get_by_role("link", name="Share", exact=True).click()
    page.goto(page.get_by_label("Copy this link").input_value())
    page.get_by_text("AI-generated").first.wait_for()
    return beside([*pictures, seen(page)])


def basket(street: Street) -> Image.Image:
    """Take a basket that is tried on at once."""
    page = street.visit("/")
    for slug in ("coral-tee", "indigo-jeans"):
        page.goto(f"/products/{slug}/")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Add to basket").click()
        page.get_by_text("is in your basket.").wait_for()
    page.goto("/basket/")
    page.get_by_role("button", name="Try on my basket").click()
    dialog(page).get_by_role("button", name="Ana", exact=True).wait_for()
    choose = seen(page)
    dialog(page).get_by_role("button", name="Ana", exact=True).click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    return beside([choose, seen(page)])


def storefront(street: Street) -> Image.Image:
    """Take the page of plain HTML on another origin, where something was tried on."""
    page = street.visit(street.storefront, viewport=TALL)
    thing = page.get_by_role("listitem").filter(has_text="Breton top")
    thing.get_by_role("button", name="Try it on").click()
    dialog(page).get_by_role("button", name="Ana", exact=True).click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    dialog(page).get_by_role("button", name="Close").click()
    thing.get_by_role("button", name="See your try-on").wait_for()
    return seen(page)


SHOTS: dict[str, tuple[Callable[[Street], Image.Image], int]] = {
    "button-failed": (button_failed, 1000),
    "button-way": (button_way, 1000),
    "button-complete": (button_complete, 1608),
    "my-try-ons": (my_try_ons, 1000),
    "pages-phone": (pages_phone, 1608),
    "basket": (basket, 1608),
    "storefront": (storefront, 1000),
    "studio-launch": (studio.launch, 1200),
    "studio-batch": (studio.batch, 1200),
    "studio-review": (studio.review, 1200),
    "studio-dashboard": (studio.dashboard, 1200),
    "studio-look": (studio.look, 1200),
}
"""What is taken, and how wide it may be, in pixels."""


def main() -> None:
    """Take the pictures that are named, or all."""
    with street() as there:
        for name in sys.argv[1:] or SHOTS:
            take, width = SHOTS[name]
            picture = take(there).convert("RGB")
            picture.thumbnail((width, picture.height), Image.Resampling.LANCZOS)
            path = HERE / f"{name}.webp"
            picture.save(path, "WEBP", quality=82, method=6)
            print(f"{path.name}: {picture.width} by {picture.height}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
