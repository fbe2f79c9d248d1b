"""The shop's pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client

from django_tryon.models import (
    CountedOrder,
    EventCount,
    Garment,
    Person,
    TryOnJob,
    TryOnResult,
)
from django_tryon.services import publish, unpublish
from django_tryon.services.analytics import visits
from example_project.shop.loading import Loaded
from example_project.shop.models import Product
from tests.example.inside.conftest import picture

pytestmark = pytest.mark.usefixtures("shop")


def test_the_front_page_shows_everything(client: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        page = client.get("/").content.decode()
    for product in Product.objects.all():
        assert product.name in page
        assert product.get_absolute_url() in page


@pytest.mark.parametrize(
    ("category", "number"), [("upper", 3), ("lower", 3), ("dress", 2), ("", 8)]
)
def test_departments(client: Any, category: str, number: int) -> None:
    page = client.get("/", {"category": category}).content.decode()
    assert page.count('class="card"') == number
    assert page.count('aria-current="page"') == 1


def test_an_unknown_department_is_not_found(client: Any) -> None:
    assert client.get("/", {"category": "hats"}).status_code == 404


def test_an_empty_shop_says_so(client: Any) -> None:
    Product.objects.update(is_active=False)
    assert "Nothing here at the moment" in client.get("/").content.decode()


@pytest.mark.parametrize("number", [0, 1, 4])
def test_a_product_page_with_its_results(
    client: Any, number: int, django_assert_num_queries: Any
) -> None:
    product = Product.objects.get(slug="meadow-dress")
    for _ in range(number):
        job = TryOnJob.objects.create(
            engine="idm-vton", person=Person.objects.get(name="Mei", is_house_model=True)
        )
        job.garments.add(Garment.objects.for_product(product).get())
        publish(
            TryOnResult.objects.create(
                job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
            )
        )
    ContentType.objects.get_for_model(Product)
    # Product, pictures, which are try-ons, garment (for the button), results; what goes with it,
    # its pictures, which are try-ons.
    with django_assert_num_queries(8):
        page = client.get(product.get_absolute_url()).content.decode()
    assert page.count("<tryon-compare") == number
    assert "Ana wears the meadow dress" in page
    assert page.count('name="size"') == 5
    assert "Two pockets" in page


def test_a_try_on_joins_the_products_own_pictures_and_goes_again(client: Any) -> None:
    shirt = Product.objects.get(slug="check-shirt")
    before = list(shirt.pictures.values())
    job = TryOnJob.objects.create(
        engine="idm-vton", person=Person.objects.get(name="Mei", is_house_model=True)
    )
    job.garments.add(Garment.objects.for_product(shirt).first())
    result = TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
    )
    publish(result, to="images", position=0)
    page = client.get(shirt.get_absolute_url()).content.decode()
    gallery = page[page.index("product__gallery") : page.index("product__buy")]
    said = re.findall(r'alt="([^"]*)"', gallery)[1:]
    assert said == [
        "Check shirt worn by Mei, AI-generated",
        "Kofi wears the check shirt",
        "Check shirt, blue",
    ]
    assert gallery.count("AI-generated</figcaption>") == 1
    card = client.get("/").content.decode()
    assert card.count('class="made"') == 1
    assert gallery.count('class="cutout"') == 2  # its main picture, and the one in blue
    assert "<tryon-compare" not in page
    unpublish(result)
    assert 'class="made"' not in client.get(shirt.get_absolute_url()).content.decode()
    assert list(shirt.pictures.values()) == before


def test_what_was_tried_on_has_a_page_by_its_reference(client: Any) -> None:
    tee = Product.objects.get(slug="coral-tee")
    page = client.get(tee.get_absolute_url()).content.decode()
    assert f'data-product="shop.product:{tee.pk}"' in page
    tried = "/products/tried/"
    assert client.get(f"{tried}shop.product:{tee.pk}/")["location"] == tee.get_absolute_url()
    assert client.get(f"{tried}shop.product:1,shop.product:2/")["location"] == "/basket/"
    for nonsense in ("shop.product:4711", "shop.product:x", "4" * 30):
        assert client.get(f"{tried}{nonsense}/").status_code == 404


def test_the_consent_box_leads_to_words_about_the_photo(client: Any, settings: Any) -> None:
    page = client.get(settings.TRYON["PRIVACY_URL"]).content.decode()
    assert "deleted within 24 hours" in page


def test_the_try_on_speaks_the_browsers_language(client: Any) -> None:
    tee = Product.objects.get(slug="coral-tee")
    page = client.get(tee.get_absolute_url(), headers={"accept-language": "fr"}).content.decode()
    assert ">Essayer</a>" in page
    page = client.get("/tryon/mine/", headers={"accept-language": "de"}).content.decode()
    assert '<div lang="de">' in page


def test_what_is_off_sale_has_no_page(client: Any) -> None:
    Product.objects.filter(slug="coral-tee").update(is_active=False)
    assert client.get("/products/coral-tee/").status_code == 404
    assert client.post("/basket/add/coral-tee/", {"size": "M"}).status_code == 404


def test_the_pages_allow_nothing_inline_and_nothing_from_elsewhere(
    client: Any, admin_client: Any
) -> None:
    for url in ("/", "/products/coral-tee/", "/basket/"):
        answer = client.get(url)
        assert answer["content-security-policy"].startswith("default-src 'none'")
        page = answer.content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
    assert "content-security-policy" not in client.get("/media/none.jpg")


def test_into_the_basket_and_out_again(client: Any, django_assert_num_queries: Any) -> None:
    tee = Product.objects.get(slug="coral-tee")
    assert "It is empty" in client.get("/basket/").content.decode()
    page = client.post("/basket/add/coral-tee/", {"size": "M"}, follow=True).content.decode()
    assert "Coral tee, size M, is in your basket." in page
    client.post("/basket/add/coral-tee/", {"size": "M"})
    client.post("/basket/add/indigo-jeans/", {"size": "30"})
    with django_assert_num_queries(3):  # the session, the products, garments (for the button)
        page = client.get("/basket/").content.decode()
    assert "$50" in page
    assert "$129" in page
    assert '<span class="header__count">3</span>' in page
    client.post("/basket/change/", {"key": f"{tee.pk}:M", "count": "0"})
    page = client.get("/basket/").content.decode()
    assert "Coral tee" not in page
    assert "$79" in page


@pytest.mark.parametrize("given", [{}, {"key": "1:M", "count": "2"}, {"key": "x", "count": "-1"}])
def test_nonsense_changes_nothing(client: Any, given: dict[str, str]) -> None:
    assert client.post("/basket/change/", given).status_code == 302
    assert "It is empty" in client.get("/basket/").content.decode()


def test_there_is_a_limit_to_what_a_basket_holds(client: Any) -> None:
    tee = Product.objects.get(slug="coral-tee")
    client.post("/basket/add/coral-tee/", {"size": "M"})
    client.post("/basket/change/", {"key": f"{tee.pk}:M", "count": "999999999"})
    assert '<span class="header__count">20</span>' in client.get("/basket/").content.decode()


def test_a_size_has_to_be_one_there_is(client: Any) -> None:
    page = client.post("/basket/add/coral-tee/", {"size": "99"}, follow=True).content.decode()
    assert "Choose a size first." in page
    assert "header__count" not in page


def test_what_went_off_sale_leaves_the_basket(client: Any) -> None:
    client.post("/basket/add/coral-tee/", {"size": "M"})
    Product.objects.update(is_active=False)
    assert "It is empty" in client.get("/basket/").content.decode()


def test_the_admin_knows_products_and_their_try_ons(shop: Loaded, admin_client: Any) -> None:
    page = admin_client.get("/admin/shop/product/").content.decode()
    assert "Launch try-ons" in page
    product = Product.objects.get(slug="coral-tee")
    url = f"/admin/shop/product/{product.pk}/change/"
    assert admin_client.get(url).status_code == 200


def test_a_product_without_a_custom_description_shows_its_summary(client: Any) -> None:
    Product.objects.filter(slug="coral-tee").update(description="", details="\n\n")
    page = client.get("/products/coral-tee/").content.decode()
    assert page.count("plain coral crew-neck T-shirt") == 2  # the picture's words, and the text
    assert 'class="details"' not in page


class TestMedia:
    """Pictures and clips on a developer's machine."""

    @pytest.fixture(autouse=True)
    def _file(self, settings: Any) -> None:
        settings.DEBUG = True
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / "clip.mp4").write_bytes(bytes(range(100)))

    def body(self, answer: Any) -> bytes:
        return answer.content if hasattr(answer, "content") else b"".join(answer)

    def test_a_whole_file(self, client: Any) -> None:
        answer = client.get("/media/clip.mp4")
        assert answer.status_code == 200
        assert answer["accept-ranges"] == "bytes"
        assert self.body(answer) == bytes(range(100))

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("bytes=0-1", 0, 1),
            ("bytes=10-", 10, 99),
            ("bytes=-5", 95, 99),
            ("bytes=90-500", 90, 99),
        ],
    )
    def test_a_part_of_it(self, client: Any, asked: str, first: int, last: int) -> None:
        answer = client.get("/media/clip.mp4", headers={"range": asked})
        assert answer.status_code == 206
        assert answer["content-range"] == f"bytes {first}-{last}/100"
        assert answer["content-type"] == "video/mp4"
        assert self.body(answer) == bytes(range(first, last + 1))

    def test_what_lies_behind_the_end(self, client: Any) -> None:
        answer = client.get("/media/clip.mp4", headers={"range": "bytes=100-"})
        assert answer.status_code == 416
        assert answer["content-range"] == "bytes */100"

    @pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=0-1,5-6"])
    def test_a_range_that_is_none_is_ignored(self, client: Any, asked: str) -> None:
        answer = client.get("/media/clip.mp4", headers={"range": asked})
        assert answer.status_code == 200
        assert len(self.body(answer)) == 100

    def test_what_is_still_the_same_is_not_sent(self, client: Any) -> None:
        first = client.get("/media/clip.mp4")
        self.body(first)
        again = client.get("/media/clip.mp4", headers={"if-modified-since": first["last-modified"]})
        assert again.status_code == 304

    def test_a_real_site_serves_no_files_here(self, client: Any, settings: Any) -> None:
        settings.DEBUG = False
        assert client.get("/media/clip.mp4").status_code == 404


def test_an_order_and_its_return_are_counted(
    client: Any, django_capture_on_commit_callbacks: Any
) -> None:
    tee = Product.objects.get(slug="coral-tee")
    client.post("/basket/order/")
    assert not CountedOrder.objects.exists()  # an empty basket is no order
    client.post("/basket/add/coral-tee/", {"size": "M"})
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/basket/order/", follow=True).content.decode()
    assert "Nothing is charged" in page
    assert "It is empty" in page
    counted = CountedOrder.objects.get()
    assert counted.returned_on is None
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/basket/send-back/", follow=True).content.decode()
    assert "is on its way back" in page
    assert "Send it back" not in page
    client.post("/basket/send-back/")
    counted.refresh_from_db()
    assert counted.returned_on is not None
    assert sorted(EventCount.objects.values_list("kind", "product", "count")) == [
        ("ordered", f"shop.product:{tee.pk}", 1),
        ("returned", f"shop.product:{tee.pk}", 1),
    ]


def test_who_is_held_out_stays_so(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 0.5}
    for lot, has_button in ((0, False), (2**32 - 1, True)):
        visitor = Client()
        for drawn in (lot, 2**32 - 1 - lot):  # of which only the first counts
            monkeypatch.setattr(visits.secrets, "randbelow", lambda most, drawn=drawn: drawn)
            answer = visitor.get("/products/coral-tee/")
            assert ("<try-on product" in answer.content.decode()) is has_button
            assert "Cookie" in answer["vary"]  # no cache may give it to another
