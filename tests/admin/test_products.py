"""What the shop's own product admin gains, and what of its own stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from django_tryon.admin import TryOnProductAdminMixin, register
from django_tryon.admin.garments import GarmentInline
from django_tryon.admin.product_page import overview
from django_tryon.admin.readiness import readiness_label
from django_tryon.models import Batch, Garment, TryOnJob, TryOnResult
from django_tryon.services import publish
from tests.admin.conftest import change
from tests.admin.conftest import page as launch_page
from tests.conftest import picture
from tests.shop.models import Design, Product

LIST = "admin:shop_product_changelist"
FORMSET = "django_tryon-garment-content_type-product_id"


def run(client: Client, products: list[Product]) -> Any:
    """Choose products and the launch action."""
    data = {"action": "launch_tryons", "_selected_action": [str(item.pk) for item in products]}
    return client.post(reverse(LIST), data)


def test_chosen_products_lead_to_the_launch_page(
    admin: Client, product: Product, bare_product: Product
) -> None:
    response = run(admin, [product, bare_product])
    url = reverse("admin:shop_product_tryon_launch")
    assert response["Location"] == f"{url}?ids={product.pk}%2C{bare_product.pk}"


def test_without_the_permission_there_is_neither_action_nor_button(
    as_staff: Any, garment: Garment
) -> None:
    client = as_staff("view_product", "change_product")
    assert "launch_tryons" not in client.get(reverse(LIST)).content.decode()
    assert "Launch try-ons" not in client.get(change(garment.product)).content.decode()
    url = reverse("admin:shop_product_tryon_launch")
    assert client.get(url).status_code == 403


def test_launching_from_products_needs_a_view_of_them(as_staff: Any, product: Product) -> None:
    client = as_staff("launch_tryonjob")
    assert client.get(reverse("admin:shop_product_tryon_launch")).status_code == 403


def test_the_page_of_a_product_has_button_garments_and_results(
    admin: Client, make_result: Any, garment: Garment
) -> None:
    result = make_result()
    page = admin.get(change(garment.product)).content.decode()
    launch = reverse("admin:shop_product_tryon_launch")
    assert f'href="{launch}?ids={garment.product.pk}"' in page
    assert garment.image.url in page
    assert f'href="{change(result)}"' in page
    assert "django_tryon/admin.css" in page


def test_it_says_what_is_published_what_waits_and_where_to_go(
    admin: Client, make_result: Any, garment: Garment, shopper: Any, make_job: Any
) -> None:
    product = garment.product
    empty = admin.get(change(product)).content.decode()
    assert "Nobody has tried it on yet." in empty
    assert "Nothing is published" in empty
    assert "Review board" in empty
    shown, waiting, rejected = make_result(), make_result(), make_result(review="rejected")
    hidden = make_result(make_job(status="succeeded", person=shopper))
    publish(shown)
    response = admin.get(change(product))
    tryon, page = response.context["tryon"], response.content.decode()
    assert [figure.href for figure, _label in tryon.published] == [change(shown)]
    assert [figure.href for figure, _label in tryon.newest] == [change(rejected), change(waiting)]
    assert f'href="{change(hidden)}"' not in page
    assert "Published: 1" in page
    assert f'<a href="{product.get_absolute_url()}">See on site</a>' in page
    board = f"/admin/django_tryon/tryonresult/review/?product=shop.product%3A{product.pk}"
    assert f'<a href="{board}">Review 1 result</a>' in page
    assert f"{readiness_label(garment)}" in page  # of the garment, beside its picture


def test_it_costs_the_same_for_any_number(
    admin: Client, make_result: Any, garment: Garment, django_assert_max_num_queries: Any
) -> None:
    def asked_for() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert admin.get(change(garment.product)).status_code == 200
        return len(asked)

    publish(make_result())
    make_result()
    asked_for()
    few = asked_for()
    for _number in range(4):
        publish(make_result())
        make_result()
        Garment.objects.create(product=garment.product, category="lower")
    asked_for()  # whose pictures are looked at once
    assert asked_for() == few


def test_without_a_page_in_the_shop_and_results_there_is_nothing_to_show(
    as_staff: Any, garment: Garment, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {
        "PRODUCTS": {"shop.Product": {"image": "image", "url": "description"}}
    }
    Product.objects.update(description="")
    page = as_staff("view_product").get(change(garment.product)).content.decode()
    assert "tryon-product" not in page


def test_results_are_for_those_who_may_see_them(
    as_staff: Any, make_result: Any, garment: Garment
) -> None:
    make_result()
    page = as_staff("view_product").get(change(garment.product)).content.decode()
    assert "Nobody has tried it on yet." not in page
    assert "tryon-card" not in page
    assert "See on site" in page


def test_a_clip_among_the_results(admin: Client, make_result: Any, garment: Garment) -> None:
    from django.core.files.base import ContentFile

    make_result(kind="video", file=ContentFile(b"clip", name="a.mp4"))
    page = admin.get(change(garment.product)).content.decode()
    assert '<video class="tryon-card__picture"' in page


def formset(**fields: Any) -> dict[str, Any]:
    """Return what the page of a product posts with one garment."""
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 9}
    data = {f"{FORMSET}-{name}": value for name, value in counts.items()}
    return data | {f"{FORMSET}-0-{name}": value for name, value in fields.items()}


def test_a_garment_is_added_on_the_page_of_its_product(admin: Client, product: Product) -> None:
    photo = SimpleUploadedFile("t.jpg", picture(), "image/jpeg")
    data = {"name": "Coral tee"} | formset(category="upper", name="Tee", image=photo)
    assert admin.post(change(product), data).status_code == 302
    garment = Garment.objects.for_product(product).get()
    assert (garment.name, garment.width) == ("Tee", 384)


def test_also_on_one_with_a_uuid(admin: Client) -> None:
    design = Design.objects.create(title="Lace")
    data = {"id": str(design.pk), "title": "Lace"} | formset(category="dress", name="Lace dress")
    assert admin.post(change(design), data).status_code == 302
    assert Garment.objects.for_product(design).get().name == "Lace dress"
    page = admin.get(change(design)).content.decode()
    assert "Lace dress" in page


def test_an_upload_that_cannot_be_used_is_refused_beside_its_field(
    admin: Client, product: Product
) -> None:
    photo = SimpleUploadedFile("t.jpg", b"nothing", "image/jpeg")
    data = {"name": "Coral tee"} | formset(category="upper", image=photo)
    response = admin.post(change(product), data)
    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert list(errors[0]) == ["image"]


class HostAdmin(TryOnProductAdminMixin, django_admin.ModelAdmin):
    """A shop's own class, which sets all that the mixin touches too."""

    inlines = []
    actions = ["mark"]
    change_form_template = "admin/change_form.html"

    class Media:
        css = {"all": ["host.css"]}

    def mark(self, request: Any, queryset: Any) -> None:
        """Do something of the shop's own."""

    def get_urls(self) -> Any:
        """Add a page of the shop's own."""
        own = path("report/", lambda request: HttpResponse("report"), name="host_report")
        return [own, *super().get_urls()]


@pytest.fixture
def asked(rf: RequestFactory, staff: Any) -> Any:
    """A request by a superuser."""
    request = rf.get("/")
    request.user = staff
    return request


def test_what_the_shop_sets_stays(asked: Any) -> None:
    host = HostAdmin(Product, django_admin.site)
    assert list(host.get_actions(asked)) == [
        *("delete_selected", "mark", "launch_tryons", "make_look"),
    ]
    assert host.get_inlines(asked, None) == [GarmentInline]
    names = [pattern.name for pattern in host.get_urls()]
    assert "host_report" in names
    assert "shop_product_tryon_launch" in names
    assert "host.css" in str(host.media)
    assert "django_tryon/admin.css" in str(host.media)
    assert host.check() == []


def test_a_shop_without_actions_gets_none(asked: Any) -> None:
    host = type("NoActions", (HostAdmin,), {"actions": None})(Product, django_admin.site)
    assert host.get_actions(asked) == {}


def test_a_popup_offers_no_launch(rf: RequestFactory, staff: Any) -> None:
    request = rf.get("/?_popup=1")
    request.user = staff
    assert HostAdmin(Product, django_admin.site).get_actions(request) == {}


def test_a_model_that_is_no_product_gains_nothing(
    admin: Client, product: Product, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    page = admin.get(change(product)).content.decode()
    assert "Launch try-ons" not in page
    assert "Try-on garments" not in page
    assert "launch_tryons" not in admin.get(reverse(LIST)).content.decode()
    assert admin.get(launch_page(ids=[product])).status_code == 403


def test_an_answer_of_the_shops_own_is_left_alone(
    asked: Any, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = HttpResponse("mine")
    monkeypatch.setattr(
        django_admin.ModelAdmin, "render_change_form", lambda *args, **kwargs: answer
    )
    host = HostAdmin(Product, django_admin.site)
    assert host.render_change_form(asked, {"original": product}) is answer


def test_another_site_shows_them_too_once_told(asked: Any, garment: Garment) -> None:
    site = django_admin.AdminSite("other")
    site.register(Product, HostAdmin)
    host = site._registry[Product]
    shown = overview(asked, host.admin_site, garment.product)
    assert (shown.published, shown.newest, shown.board_url) == ([], [], "")
    register(site)
    assert {TryOnJob, TryOnResult, Batch, Garment} <= set(site._registry)
