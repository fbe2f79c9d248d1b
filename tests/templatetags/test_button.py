"""The tags that write the button and the pill."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.utils import translation

from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from tests.conftest import picture
from tests.shop.models import Design, Product


def render(product: Any, tag: str = "tryon_button product") -> str:
    return Template("{% load tryon %}{% " + tag + " %}").render(Context({"product": product}))


def test_it_is_a_link_and_one_module(garment: Garment) -> None:
    html = render(garment.product)
    reference = f"shop.product:{garment.product_id}"
    assert f'<try-on product="{reference}" api="/tryon/api/" lang="en-us">' in html
    assert f'href="/tryon/try/{reference}/">Try it on</a>' in html
    assert re.findall(r"<script([^>]*)>(.*?)</script>", html) == [
        (' type="module" src="/static/django_tryon/try-on.js"', "")
    ]
    assert "<link" not in html  # nothing blocks the page
    assert "style" not in html


def test_it_costs_one_query(garment: Garment, django_assert_num_queries: Any) -> None:
    render(garment.product)  # content types are known from here on
    with django_assert_num_queries(1):
        render(garment.product)


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_it_speaks_the_language_of_the_page(garment: Garment, lang: str) -> None:
    with translation.override(lang):
        html = render(garment.product)
    assert f'lang="{lang}"' in html
    assert ">Try it on<" not in html


def test_a_shop_may_say_it_in_its_own_words(garment: Garment) -> None:
    html = render(garment.product, 'tryon_button product label="See it on you"')
    assert ">See it on you</a>" in html


def test_there_is_none_where_there_is_nothing_to_try_on(product: Product) -> None:
    assert render(product).strip() == ""
    assert render([]).strip() == ""


def test_there_is_none_for_what_the_engine_cannot_put_on(product: Product, settings: Any) -> None:
    Garment.objects.create(product=product, category="dress")
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINE": "fashion-ai"}
    assert render(product).strip() == ""


def test_there_is_none_for_what_is_not_public(garment: Garment, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": {"is_public": "description"}}}
    product = garment.product
    assert isinstance(product, Product)
    assert render(product).strip()
    product.description = ""
    assert render(product).strip() == ""


def test_a_basket_has_one_button(garment: Garment, django_assert_num_queries: Any) -> None:
    design, bare = Design.objects.create(title="Dress"), Product.objects.create(name="Bag")
    Garment.objects.create(
        product=design, category="dress", image=ContentFile(picture(), name="d.jpg")
    )
    basket = [garment.product, bare, design, garment.product]
    html = render(basket)
    first = f"shop.product:{garment.product_id}"
    assert f'product="{first},shop.design:{design.pk}"' in html
    assert " no-cart>" in html  # it is all in the basket already
    assert ">Try on my basket</a>" in html
    assert f'href="/tryon/try/{first},shop.design:{design.pk}/"' in html
    with django_assert_num_queries(2):  # one for each model of products
        render(basket)


def test_another_model_is_a_mistake_of_the_shops(staff: Any) -> None:
    with pytest.raises(LaunchRefused, match="not one of the shop's products"):
        render(staff)


def test_the_pill_knows_where_the_api_is() -> None:
    html = render(None, "tryon_pill")
    assert '<try-on pill api="/tryon/api/" lang="en-us"></try-on>' in html
    assert 'src="/static/django_tryon/try-on.js"' in html


def test_under_debug_a_comment_says_what_is_missing(garment: Garment, settings: Any) -> None:
    settings.DEBUG = True
    bare = Product.objects.create(name="Bare")
    assert "no garment of this product can be put on by try-on-diffusion" in render(bare)
    assert "no button without products" in render([])
    assert "<!--" not in render(garment.product)
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": {"is_public": "description"}}}
    assert "the product is not public" in render(bare)


@pytest.mark.parametrize("tag", ["tryon_button product", "tryon_pill"])
def test_events_are_told_by_a_module_of_their_own(
    garment: Garment, settings: Any, tag: str
) -> None:
    assert "events.js" not in render(garment.product, tag)
    settings.TRYON = settings.TRYON | {"EVENTS": True, "EVENTS_SHARE": 0.5}
    with translation.override("de"):  # where half is 0,5
        html = render(garment.product, tag)
    assert re.findall(r"<script([^>]*)>", html) == [
        ' type="module" src="/static/django_tryon/events.js" data-tryon-events="0.5"',
        ' type="module" src="/static/django_tryon/try-on.js"',  # which may have something to tell
    ]
