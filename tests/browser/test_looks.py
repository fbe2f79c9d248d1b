"""A look is made by ticking pictures; what cannot be worn together is said at once."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import expect

from django_tryon.models import Garment, Look
from tests.browser.conftest import Open
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = pytest.mark.needs("chromium")
LOGIN = """() => { window.fetch = async () => Object.defineProperty(
    new Response("<li><input name='username'></li>"), "redirected", { value: true }) }"""
"""Answers as a site does to whoever is logged out: it leads to its login page."""


def test_a_look_is_made_of_what_is_ticked(
    open_page: Open, garment: Garment, jeans: Product, asked: list[str]
) -> None:
    gown = Product.objects.create(
        name="Evening gown", image=ContentFile(picture(colour="black"), name="gown.jpg")
    )
    dress = Garment.objects.create(product=gown, category="dress", name="Gown")
    page = open_page(f"{reverse('admin:django_tryon_look_add')}?garments={garment.pk}")
    chosen, rest = page.locator("[data-chosen] li"), page.locator("[data-rest] li")
    says = page.locator("[data-says]")
    expect(chosen).to_have_count(1)
    assert says.is_hidden()

    page.get_by_role("checkbox", name="Jeans").check()
    page.get_by_role("checkbox", name="Gown").check()
    expect(chosen).to_have_count(3)
    expect(says).to_have_text(
        "“Gown”, “Jeans” cannot be worn together. Leave out “Jeans”, or the dress."
    )
    expect(page.get_by_role("checkbox", name="Gown")).to_be_focused()
    page.get_by_role("checkbox", name="Gown").uncheck()
    expect(says).to_be_hidden()

    find = page.get_by_label("Find garments")
    find.fill("evening")  # what its product is called
    find.press("Enter")
    expect(rest).to_have_count(1)
    assert rest.locator("input").get_attribute("value") == str(dress.pk)
    find.fill("no such thing")
    expect(page.get_by_text("There is nothing by that name.")).to_be_visible()
    assert chosen.count() == 2  # what is ticked stays

    page.fill("input[name=name]", "Weekend")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Save", exact=True).click()
    look = Look.objects.whole().get()
    assert [one.name for one in look.garments] == ["Jeans", "Coral tee"]
    assert sum("POST" in line for line in asked) == 1


def test_who_was_logged_out_is_told_that_nothing_was_found_out(
    open_page: Open, garment: Garment
) -> None:
    page = open_page(f"{reverse('admin:django_tryon_look_add')}?garments={garment.pk}")
    page.evaluate(LOGIN)
    find = page.get_by_label("Find garments")
    find.fill("evening")
    find.press("Enter")
    root = page.locator("[data-look-picks]")
    expect(page.locator("[data-says]")).to_have_text(str(root.get_attribute("data-lost")))
    expect(root.locator("input[name=username]")).to_have_count(0)
