"""Looks in the admin: built by pictures, given one, published, offered, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from django_tryon import services
from django_tryon.admin.looks import page as looks
from django_tryon.admin.looks.making import one_of_each
from django_tryon.models import Garment, Look, Person, TryOnResult
from django_tryon.services.looks import build as building
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import offer_look
from django_tryon.services.looks.publish_look import publish_look
from django_tryon.services.looks.use_picture import use_picture
from tests.admin.conftest import act, change, changelist, page, press, said
from tests.shop.models import Product

ADD = "/admin/django_tryon/look/add/"
BUILDER = ("view_look", "add_look", "change_look", "delete_look")


@pytest.fixture
def look(garment: Garment, trousers: Garment) -> Look:
    """Tee and trousers."""
    return build("Weekend", [garment, trousers])


@pytest.fixture
def picture(look: Look, make_job: Any, make_result: Any) -> Callable[..., TryOnResult]:
    """Make a picture of all of it."""

    def make(review: str = "approved", **fields: Any) -> TryOnResult:
        job = make_job(status="succeeded", garments=look.garments, **fields)
        result: TryOnResult = make_result(job, review=review)
        return result

    return make


def fresh(look: Look) -> Look:
    return Look.objects.whole().get(pk=look.pk)


def save(client: Client, url: str, *garments: Garment, **fields: str) -> Any:
    """Press “Save” on the page of a look."""
    data = {"name": "Weekend", "note": "", "_save": "1"} | fields
    return client.post(url, data | {"garments": [one.pk for one in garments]}, follow=True)


def use(client: Client, look: Look, key: object) -> Any:
    url = reverse("admin:django_tryon_look_picture", args=[look.pk])
    return client.post(url, {"result": str(key)}, follow=True)


def test_an_empty_list_says_what_a_look_is(admin: Client, as_staff: Any) -> None:
    html = admin.get(changelist("look")).content.decode()
    assert "There is no look yet. A look is a set of garments" in html
    assert "Make the first look" in html
    html = as_staff("view_look").get(changelist("look")).content.decode()
    assert "Make the first look" not in html


def test_a_look_is_built_from_the_list_of_products(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    blue = Garment.objects.create(product=garment.product, category="upper", name="Blue tee")
    data = {
        "action": "make_look",
        "_selected_action": [garment.product_id, trousers.product_id],
    }
    response = admin.post(reverse("admin:shop_product_changelist"), data, follow=True)
    html = response.content.decode()
    for one in (garment, trousers):  # one of each product is picked, the other stands beside
        assert f'value="{one.pk}" checked' in html
    assert f'value="{blue.pk}"' in html
    assert f'value="{blue.pk}" checked' not in html
    response = save(admin, ADD, garment, trousers, name="Office", note="For Mondays.")
    look = Look.objects.get()
    assert response.redirect_chain[-1][0] == change(look)
    assert [one.name for one in look.garments] == ["Trousers", "Coral tee"]
    assert (look.note, look.created_by.username) == ("For Mondays.", "staff")
    html = response.content.decode()
    assert "No picture yet" in html
    assert "There is no picture of all of it yet. Launch try-ons of this look" in html
    launch = response.context["launch_url"]
    response = admin.get(launch)
    form, html = response.context["form"], response.content.decode()
    assert (form["together"].value(), form["name"].value()) == (True, "Office")
    assert html.count('data-category="upper" checked') == 1


def test_a_look_is_built_from_the_list_of_garments(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    html = act(admin, "garment", "make_look", [garment, trousers]).content.decode()
    assert html.count("checked") == 2


def test_products_without_garments_make_no_look(admin: Client, bare_product: Product) -> None:
    data = {"action": "make_look", "_selected_action": [bare_product.pk]}
    response = admin.post(reverse("admin:shop_product_changelist"), data, follow=True)
    assert said(response) == ["None of these products has a garment yet. Add one on its page."]
    assert one_of_each([]) == ([], [])


def test_what_cannot_be_worn_is_told_on_saving_and_before(
    admin: Client, trousers: Garment, garment: Garment
) -> None:
    dress = Garment.objects.create(product=garment.product, category="dress", name="Red dress")
    html = save(admin, ADD, trousers, dress).content.decode()
    assert "Leave out “Trousers”, or the dress." in html
    assert html.count("checked") == 2  # what was picked stays so
    assert "Pick what it is made of." in save(admin, ADD).content.decode()
    assert not Look.objects.exists()
    judge = reverse("admin:django_tryon_look_judge")
    told = admin.get(f"{judge}?garments={trousers.pk},{dress.pk},x").json()["says"]
    assert "Leave out “Trousers”, or the dress." in told
    assert admin.get(f"{judge}?garments={trousers.pk},{garment.pk}").json() == {"says": ""}


def test_garments_are_found_by_their_name_or_their_products(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    find = reverse("admin:django_tryon_look_find")

    def found(term: str) -> set[int]:
        html = admin.get(find, {"q": term}).content.decode()
        return {one.pk for one in (garment, trousers) if f'value="{one.pk}"' in html}

    Garment.objects.filter(pk=garment.pk).update(name="", description="")
    assert found("trous") == {trousers.pk}
    assert found("Coral") == {garment.pk}  # its product is called so
    assert found(" ") == {garment.pk, trousers.pk}
    assert found("hat") == set()


def test_its_picture_is_chosen_where_it_is_shown(
    admin: Client, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    first, second = picture(), picture("pending")
    html = admin.get(change(look)).content.decode()
    assert "Choose its picture" in html
    assert "Use this picture" in html
    assert "Approve and use" in html
    assert said(use(admin, look, second.pk)) == ["This is the picture of “Weekend” now."]
    second.refresh_from_db()
    assert (fresh(look).picture, second.review) == (second, "approved")
    html = admin.get(change(look)).content.decode()
    assert "Other pictures of this look" in html
    assert html.count("Use this picture") == 1
    first_page = admin.get(change(first)).content.decode()
    assert "Use as the picture of the look “Weekend”" in first_page
    assert "The picture of the look" in admin.get(change(second)).content.decode()
    for gone in (first.pk, "nonsense"):
        TryOnResult.objects.filter(pk=first.pk).delete()
        assert said(use(admin, look, gone)) == ["This picture was deleted meanwhile."]
    key = look.pk
    look.delete()
    look.pk = key
    assert "Perhaps it was deleted?" in said(use(admin, look, second.pk))[0]


def test_a_no_that_comes_just_before_counts(
    admin: Client, look: Look, picture: Callable[..., TryOnResult], monkeypatch: Any
) -> None:
    result = picture("pending")
    check = looks.check_picture

    def rejected_first(*given: Any, **more: Any) -> None:
        TryOnResult.objects.update(review="rejected")
        check(*given, **more)

    monkeypatch.setattr(looks, "check_picture", rejected_first)
    assert "has rejected it already" in said(use(admin, look, result.pk))[0]
    assert fresh(look).picture is None


def test_who_may_not_review_uses_what_others_approved(
    as_staff: Any, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    client = as_staff(*BUILDER)
    pending, approved = picture("pending"), picture()
    html = client.get(change(look)).content.decode()
    assert "Approve and use" not in html
    assert "Not approved yet" in html
    assert "It is not approved" in said(use(client, look, pending.pk))[0]
    use(client, look, approved.pk)
    assert fresh(look).picture == approved
    assert "publish_looks" not in client.get(change(look)).content.decode()


def test_nothing_is_approved_that_cannot_be_its_picture(
    as_staff: Any, look: Look, picture: Callable[..., TryOnResult], shopper: Person
) -> None:
    client = as_staff(*BUILDER, "review_tryonresult")  # and no permission to see shoppers
    theirs = picture("pending", person=shopper, shopper=shopper.shopper)
    assert "house models only" in said(use(client, look, theirs.pk))[0]
    theirs.refresh_from_db()
    assert (theirs.review, fresh(look).picture) == ("pending", None)


def test_it_is_published_offered_and_taken_back(
    admin: Client, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    use_picture(look, picture())
    html = admin.get(change(look)).content.decode()
    assert "It will be on the pages of:" in html
    assert ">Draft<" in html
    text = said(press(admin, look, "publish_looks"))[0]
    assert text.startswith("“Weekend” is published. See it on the pages of <a href=")
    html = admin.get(change(look)).content.decode()
    assert "It is on the pages of:" in html
    assert "unpublish it first" in html
    assert "data-look-picks" not in html
    assert said(press(admin, look, "offer_looks")) == [
        "“Weekend” is offered with each of its products."
    ]
    assert [fresh(look).is_offered, fresh(look).published_at is None] == [True, False]
    assert said(press(admin, look, "keep_looks")) == ["“Weekend” is no longer offered."]
    assert said(press(admin, look, "withdraw_looks")) == ["“Weekend” is on no page any more."]
    assert TryOnResult.objects.get().published_at is None


def test_several_are_published_and_offered_at_once(
    admin: Client, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    shown = picture()
    twin = build("Twin", look.garments)
    for each in (look, twin):
        use_picture(each, shown)
    assert said(act(admin, "look", "publish_looks", [look, twin])) == ["2 looks published."]
    assert said(act(admin, "look", "offer_looks", [look, twin])) == ["2 looks are offered."]
    html = admin.get(changelist("look")).content.decode()
    for word in ("Published", "Offered"):
        assert html.count(f'tryon-label--good">{word}<') == 2
    for state, count in (("published", 2), ("offered", 2), ("draft", 0), ("", 2)):
        response = admin.get(f"{changelist('look')}?state={state}" if state else changelist("look"))
        assert response.context["cl"].result_count == count


def test_what_keeps_it_back_is_said(
    admin: Client, look: Look, trousers: Garment, settings: Any
) -> None:
    shop = settings.TRYON["PRODUCTS"]["shop.Product"] | {"is_public": "description"}
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": shop}}
    Product.objects.filter(pk=trousers.product_id).update(description="")
    text = said(press(admin, look, "offer_looks"))[0]
    assert "as soon as this is settled: Shoppers do not see “Sand trousers” now." in text
    assert "Shoppers do not see" in admin.get(changelist("look")).content.decode()
    trousers.delete()
    html = admin.get(change(look)).content.decode()
    assert "“Trousers” was deleted." in html
    assert "launch?" not in html
    assert "publish_looks" not in html


def test_without_pages_of_its_own_a_shop_is_told_so(
    admin: Client, look: Look, picture: Callable[..., TryOnResult], settings: Any
) -> None:
    shop = settings.TRYON["PRODUCTS"]["shop.Product"] | {"url": "description"}
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": shop}}
    Product.objects.update(description="")
    use_picture(look, picture())
    text = said(press(admin, look, "publish_looks"))[0]
    assert text == "“Weekend” is published: it is on its products' pages now."
    assert "Sand trousers, Coral tee" in " ".join(
        admin.get(change(look)).content.decode().split()
    ).replace(" , ", ", ")


def test_its_words_change_while_it_is_published_and_what_is_in_it_does_not(
    admin: Client, look: Look, picture: Callable[..., TryOnResult], garment: Garment
) -> None:
    coat = Garment.objects.create(product=garment.product, category="outer", name="Coat")
    publish_look(use_picture(look, picture()))
    assert save(admin, change(look), name="Sunday").status_code == 200
    assert fresh(look).name == "Sunday"
    html = save(admin, change(look), garment, coat).content.decode()
    assert "This look was published meanwhile. Unpublish it" in html
    save(admin, change(look), *look.garments, name="Monday")
    assert (fresh(look).name, len(fresh(look).garments)) == ("Monday", 2)


def test_other_garments_are_saved_into_a_draft(
    admin: Client, look: Look, picture: Callable[..., TryOnResult], garment: Garment
) -> None:
    coat = Garment.objects.create(product=garment.product, category="outer", name="Coat")
    use_picture(look, picture())
    save(admin, change(look), garment, coat)
    assert [one.name for one in fresh(look).garments] == ["Coral tee", "Coat"]
    assert fresh(look).picture is None


def test_whoever_was_faster_is_told_of(
    admin: Client, look: Look, garment: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    coat = Garment.objects.create(product=garment.product, category="outer", name="Coat")

    def publishes_first(look: Look) -> set[Any]:
        Look.objects.update(published_at=look.created_at)
        return set()

    monkeypatch.setattr(building, "_keys", publishes_first)
    response = save(admin, change(look), garment, coat)
    assert said(response) == ["This look is published. Unpublish it, then change what is in it."]
    assert len(fresh(look).garments) == 2


def test_what_is_published_is_not_deleted(
    admin: Client, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    publish_look(use_picture(look, picture()))
    delete = reverse("admin:django_tryon_look_delete", args=[look.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    press(admin, look, "withdraw_looks")
    admin.post(delete, {"post": "yes"})
    assert not Look.objects.exists()
    assert TryOnResult.objects.exists()


def test_building_and_publishing_are_two_things(
    as_staff: Any, look: Look, picture: Callable[..., TryOnResult]
) -> None:
    use_picture(look, picture())
    client = as_staff("publish_tryonresult")
    html = client.get(change(look)).content.decode()
    assert "data-look-picks" not in html
    assert "Launch try-ons" not in html
    assert press(client, look, "publish_looks").status_code == 200
    assert fresh(look).published_at is not None
    assert client.get(ADD).status_code == 403
    for url in ("find", "judge"):
        assert client.get(reverse(f"admin:django_tryon_look_{url}")).status_code == 403
    assert use(client, look, picture().pk).status_code == 403


def test_builders_publish_nothing(as_staff: Any, look: Look) -> None:
    client = as_staff(*BUILDER)
    assert client.get(ADD).status_code == 200
    assert press(client, look, "offer_looks").status_code == 403
    assert fresh(look).is_offered is False


def test_a_picture_of_several_garments_leads_to_a_look(
    admin: Client, as_staff: Any, make_job: Any, make_result: Any, trousers: Garment, garment: Any
) -> None:
    both = make_result(make_job(status="succeeded", garments=[garment, trousers]))
    html = admin.get(change(both)).content.decode()
    assert f"{ADD}?garments={garment.pk}%2C{trousers.pk}" in html
    assert "Make a look of" not in admin.get(change(make_result())).content.decode()
    look = offer_look(build("Weekend", [garment, trousers]))
    html = admin.get(change(both)).content.decode()
    assert "It shows the look" in html  # it is not approved yet
    services.approve(both)
    publish_look(use_picture(look, both))
    html = as_staff("view_tryonresult").get(change(both)).content.decode()
    assert "Weekend" not in html


def test_the_list_costs_the_same_for_any_number(
    admin: Client,
    look: Look,
    garment: Garment,
    trousers: Garment,
    django_assert_max_num_queries: Any,
) -> None:
    admin.get(changelist("look"))
    for number in range(5):
        build(f"Look {number}", [garment, trousers], by=None)
    with django_assert_max_num_queries(8):
        admin.get(changelist("look"))


def test_the_launch_page_without_a_look_begins_as_ever(admin: Client, garment: Garment) -> None:
    form = admin.get(page(garments=[garment])).context["form"]
    assert (form["together"].value(), form["name"].value()) == (None, None)
