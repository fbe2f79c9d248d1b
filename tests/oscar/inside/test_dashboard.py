"""The launch action: in oscar's dashboard, and in the Django admin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oscar
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from oscar.core.loading import get_class

from django_tryon.admin import TryOnProductAdminMixin
from django_tryon.contrib.oscar.admin import extend, load
from django_tryon.contrib.oscar.dashboard import LaunchTryOns, offer
from django_tryon.models import Garment
from tests.oscar.inside.conftest import Product, dress, variant

pytestmark = pytest.mark.django_db
LIST, ACTION = "/dashboard/catalogue/", "launch_tryons"
with_actions = pytest.mark.skipif(oscar.VERSION < (4, 2), reason="oscar had no actions before 4.2")
OPTION = f'<option value="{ACTION}">Launch try-ons…</option>'


def choose(client: Client, *products: Any) -> Any:
    form = {"action": ACTION, "selected_product": [product.pk for product in products]}
    return client.post(LIST, form)


def chosen(response: Any) -> list[int]:
    """Return the keys with which the launch page opens."""
    assert response.status_code == 302, response.content[:500]
    url = urlsplit(response["location"])
    assert url.path == "/admin/catalogue/product/launch/"
    return [int(key) for key in parse_qs(url.query)["ids"][0].split(",")]


def a_member(django_user_model: Any, *permissions: str, **fields: Any) -> Any:
    """Make somebody who may do this, and no more."""
    user = django_user_model.objects.create_user("member", "m@shop.example", "pw", **fields)
    named = [name.split(".") for name in permissions]
    for app, codename in named:
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


@with_actions
def test_it_stands_among_oscars_actions(client: Client, shirt: Any, staff: Any) -> None:
    client.force_login(staff)
    html = client.get(LIST).content.decode()
    assert OPTION in html
    assert 'value="set_product_price"' in html


@with_actions
def test_it_opens_the_launch_page_with_what_was_chosen(
    client: Client, shirt: Any, coat: SimpleNamespace, staff: Any
) -> None:
    client.force_login(staff)
    response = choose(client, shirt, coat.parent)
    assert chosen(response) == [shirt.pk, coat.parent.pk]
    html = client.get(response["location"]).content.decode()
    assert "Linen shirt" in html
    assert "Wool coat" in html


@with_actions
def test_dressed_variants_come_with_their_parent_and_may_stand_for_it(
    client: Client, coat: SimpleNamespace, staff: Any
) -> None:
    client.force_login(staff)
    dress(coat.blue)
    assert chosen(choose(client, coat.parent)) == [coat.blue.pk]
    dress(coat.parent)
    assert chosen(choose(client, coat.parent)) == [coat.parent.pk, coat.blue.pk]


@with_actions
def test_what_has_no_picture_is_told_on_the_launch_page(
    client: Client, coat: SimpleNamespace, staff: Any
) -> None:
    coat.parent.images.all().delete()
    client.force_login(staff)
    html = client.get(choose(client, coat.parent)["location"]).content.decode()
    assert "It has no picture and no garment. Give it one of them first." in html


@with_actions
@pytest.mark.parametrize(
    ("permissions", "is_there"),
    [
        (["catalogue.view_product"], False),
        (["catalogue.view_product", "django_tryon.launch_tryonjob"], True),
    ],
)
def test_it_is_for_those_who_may_launch(
    permissions: list[str],
    is_there: bool,
    client: Client,
    shirt: Any,
    django_user_model: Any,
) -> None:
    client.force_login(a_member(django_user_model, *permissions, is_staff=True))
    assert (OPTION in client.get(LIST).content.decode()) is is_there
    response = choose(client, shirt)
    assert ("/launch/" in response["location"]) is is_there


def test_partners_of_the_shop_are_no_staff(
    client: Client, shirt: Any, django_user_model: Any
) -> None:
    names = ("partner.dashboard_access", "django_tryon.launch_tryonjob", "catalogue.view_product")
    partner = a_member(django_user_model, *names)
    shirt.stockrecords.get().partner.users.add(partner)
    client.force_login(partner)
    html = client.get(LIST).content.decode()
    assert "Linen shirt" in html
    assert OPTION not in html


@pytest.mark.parametrize("missing", ["page", "address"])
def test_without_the_admins_pages_it_is_not_offered(
    missing: str, client: Client, shirt: Any, staff: Any, settings: Any, monkeypatch: Any
) -> None:
    if missing == "page":
        monkeypatch.delitem(admin.site._registry, Product)
    else:
        settings.ROOT_URLCONF = "tests.oscar.urls_without_admin"
    client.force_login(staff)
    assert OPTION not in client.get(LIST).content.decode()


def test_a_dashboard_without_actions_is_left_alone() -> None:
    class Older:
        """The list of oscar before 4.2."""

    offer(Older)
    assert not hasattr(Older, "get_actions")
    ours = get_class("dashboard.catalogue.views", "ProductListView")
    assert ("get_actions" in vars(ours)) is (oscar.VERSION >= (4, 2))
    assert str(LaunchTryOns()) == "Launch try-ons…"


@pytest.mark.parametrize(("missing", "untouched"), [("admin", "dashboard"), ("oscar", "orders")])
def test_what_is_not_installed_is_left_alone(
    missing: str, untouched: str, monkeypatch: Any
) -> None:
    def connect() -> None:
        raise AssertionError("there is nothing to connect to")

    monkeypatch.setattr(f"django_tryon.contrib.oscar.{untouched}.connect", connect)
    monkeypatch.delitem(apps.app_configs, missing)
    apps.get_app_config("django_tryon_oscar").ready()


def test_the_admin_has_the_action_and_the_garments(client: Client, shirt: Any, staff: Any) -> None:
    client.force_login(staff)
    assert OPTION in client.get("/admin/catalogue/product/").content.decode()
    form = {"action": ACTION, "_selected_action": [shirt.pk]}
    assert chosen(client.post("/admin/catalogue/product/", form)) == [shirt.pk]
    html = client.get(f"/admin/catalogue/product/{shirt.pk}/change/").content.decode()
    assert "django_tryon-garment-content_type-product_id-TOTAL_FORMS" in html
    assert "attribute_values-TOTAL_FORMS" in html  # oscar's own


def test_a_shops_own_admin_stays_as_it_is() -> None:
    class Own(TryOnProductAdminMixin, admin.ModelAdmin):  # type: ignore[type-arg]
        """Written by the shop."""

    site = admin.AdminSite("own")
    extend(site, Product)
    assert Product not in site._registry
    site.register(Product, Own)
    extend(site, Product)
    assert type(site._registry[Product]) is Own
    load(apps.get_app_config("widget_tweaks"))  # it has no pages of its own


def test_garments_go_with_their_product(coat: SimpleNamespace) -> None:
    dress(coat.parent)
    dress(variant(coat.parent, "Wool coat, red"))
    coat.parent.delete()  # its children with it
    assert not Garment.objects.exists()
