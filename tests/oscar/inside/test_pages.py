"""Oscar's own pages, with the button."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from django_tryon.services.analytics.visits import visit_of
from tests.oscar.inside.conftest import Product, dress, stock

pytestmark = pytest.mark.django_db


def buttons(html: str) -> list[tuple[str, str]]:
    """Return what can be tried on, and the words of the button."""
    return re.findall(r'<try-on product="([^"]+)".*?>([^<]+)</a></try-on>', html, re.DOTALL)


def page_of(client: Client, product: Any) -> str:
    response = client.get(product.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def name_of(product: Any) -> str:
    return f"catalogue.product:{product.pk}"


def test_a_product_that_stands_alone_has_one_under_its_basket_form(
    client: Client, shirt: Any
) -> None:
    html = page_of(client, shirt)
    assert buttons(html) == [(name_of(shirt), "Try it on")]
    assert html.index('id="add_to_basket_form"') < html.index("<try-on")
    assert f'data-tryon-page="{shirt.get_absolute_url()}"' in html
    assert "no-cart" not in html
    assert html.count("/static/django_tryon/oscar.js") == 1


def test_what_cannot_be_bought_is_not_put_into_the_basket(client: Client, shirt: Any) -> None:
    shirt.stockrecords.update(num_in_stock=0)
    html = page_of(client, shirt)
    assert " no-cart>" in html
    assert "data-tryon-page" not in html


def test_without_garments_oscars_page_stays_as_it_is(client: Client, coat: SimpleNamespace) -> None:
    for product in (coat.parent, coat.grey):
        html = page_of(client, product)
        assert "try-on" not in html
        assert "tryon" not in html


def test_a_parents_page_has_a_button_for_each_dressed_variant(
    client: Client, coat: SimpleNamespace
) -> None:
    dress(coat.parent)
    dress(coat.blue)
    html = page_of(client, coat.parent)
    assert "Variants:" in html
    assert buttons(html) == [
        (name_of(coat.parent), "Try it on"),
        (name_of(coat.blue), "Try it on: Wool coat, blue"),
    ]
    assert html.count(" no-cart>") == 1  # a parent cannot be bought, a variant can
    assert f'data-tryon-page="{coat.blue.get_absolute_url()}"' in html


def test_a_variant_is_told_from_the_others_by_what_it_has(
    client: Client, coat: SimpleNamespace
) -> None:
    dress(coat.grey)
    assert buttons(page_of(client, coat.parent)) == [(name_of(coat.grey), "Try it on: Wool coat")]
    kind = coat.parent.product_class
    kind.attributes.create(name="Colour", code="colour", type="text")
    child = Product.objects.get(pk=coat.grey.pk)
    child.attr.colour = "grey"
    child.save()
    assert buttons(page_of(client, coat.parent))[0][1] == "Try it on: Colour: grey"


def test_a_variant_that_oscar_does_not_list_has_none(client: Client, coat: SimpleNamespace) -> None:
    dress(coat.blue)
    coat.blue.stockrecords.update(num_in_stock=0)
    assert buttons(page_of(client, coat.parent)) == []


def test_a_variant_without_garments_takes_its_parents(
    client: Client, coat: SimpleNamespace
) -> None:
    dress(coat.parent)
    html = page_of(client, coat.grey)
    assert buttons(html) == [(name_of(coat.parent), "Try it on")]
    assert f'data-tryon-page="{coat.grey.get_absolute_url()}"' in html
    dress(coat.grey)
    assert buttons(page_of(client, coat.grey)) == [(name_of(coat.grey), "Try it on")]


def test_what_is_hidden_has_none_not_even_for_staff(client: Client, shirt: Any, staff: Any) -> None:
    Product.objects.update(is_public=False)
    client.force_login(staff)
    assert buttons(page_of(client, shirt)) == []


def test_a_shop_that_forgot_the_setting_still_has_its_pages(
    client: Client, shirt: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert buttons(page_of(client, shirt)) == []


def test_the_basket_has_one_for_all_that_lies_in_it(
    client: Client, shirt: Any, coat: SimpleNamespace
) -> None:
    dress(coat.parent)
    for product in (shirt, coat.blue, coat.grey, stock("Mug")):
        client.post(f"/basket/add/{product.pk}/", {"quantity": 1})
    html = client.get("/basket/").content.decode()
    both = f"{name_of(shirt)},{name_of(coat.parent)}"
    assert buttons(html) == [(both, "Try on my basket")]
    assert html.index("<try-on") < html.index("Proceed to checkout")


def test_it_is_there_again_after_oscar_drew_the_basket_anew(client: Client, shirt: Any) -> None:
    client.post(f"/basket/add/{shirt.pk}/", {"quantity": 1})
    asked = client.get("/basket/").context["formset"]
    form = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": asked.forms[0].instance.pk,
        "form-0-quantity": 2,
    }
    answer = client.post("/basket/", form, headers={"x-requested-with": "XMLHttpRequest"})
    assert buttons(answer.json()["content_html"]) == [(name_of(shirt), "Try on my basket")]


def test_a_basket_with_nothing_to_try_on_stays_as_it_is(
    client: Client, coat: SimpleNamespace
) -> None:
    client.post(f"/basket/add/{coat.blue.pk}/", {"quantity": 1})
    assert "try-on" not in client.get("/basket/").content.decode()
    assert "Try on my basket" not in client.get("/basket/").content.decode()


def test_who_is_held_out_has_none(client: Client, shirt: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 1, "HOLDOUT_NEWCOMERS": True}
    assert "try-on" not in page_of(client, shirt)
    client.post(f"/basket/add/{shirt.pk}/", {"quantity": 1})
    assert "<try-on" not in client.get("/basket/").content.decode()
    assert visit_of(client.get("/basket/").wsgi_request)


def test_what_happens_to_it_is_counted(client: Client, shirt: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    assert 'data-tryon-events="1.0"' in page_of(client, shirt)
    client.post(f"/basket/add/{shirt.pk}/", {"quantity": 1})
    assert 'data-tryon-events="1.0"' in client.get("/basket/").content.decode()


def test_the_tag_asks_once_for_a_whole_family(
    client: Client, coat: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    from django_tryon.contrib.oscar.templatetags.tryon_oscar import tryon_oscar_buttons

    tryon_oscar_buttons({}, coat.parent)
    with django_assert_num_queries(2):  # the children, and all their garments
        tryon_oscar_buttons({}, coat.parent)
