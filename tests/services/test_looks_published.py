"""The picture of a look, and how the look comes to its products' pages and goes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template

from django_tryon import services
from django_tryon.exceptions import NotPlaced, WrongState
from django_tryon.models import Garment, Look, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.services.looks import publish_look as publishing
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import keep_look, offer_look
from django_tryon.services.looks.offered import looks_for
from django_tryon.services.looks.publish_look import publish_look, withdraw_look
from django_tryon.services.looks.troubles import troubles
from django_tryon.services.looks.use_picture import looks_of, pictures_of, use_picture
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.erase import erase
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = pytest.mark.django_db
Make = Callable[..., TryOnResult]


@pytest.fixture
def jeans(db: None) -> Garment:
    """Another product's garment."""
    image = ContentFile(picture(colour="navy"), name="jeans.jpg")
    product = Product.objects.create(name="Indigo jeans")
    return Garment.objects.create(product=product, category="lower", name="Jeans", image=image)


@pytest.fixture
def look(garment: Garment, jeans: Garment) -> Look:
    """Tee and jeans."""
    return build("Weekend", [garment, jeans], note="For the market.")


@pytest.fixture
def make(garment: Garment, jeans: Garment, person: Person) -> Make:
    """Store a result as a worker would, approved."""

    def go(*garments: Garment, job: TryOnJob | None = None, **fields: Any) -> TryOnResult:
        if job is None:
            job = TryOnJob.objects.create(
                engine="p-image-try-on", person=person, status="succeeded", title="Weekend · Ana"
            )
            job.garments.set(garments or [garment, jeans])
        fields = {"kind": "image", "review": "approved", "width": 384, "height": 512} | fields
        file = ContentFile(picture(), name="r.jpg")
        return TryOnResult.objects.create(job=job, file=file, **fields)

    return go


def page(product: Product) -> str:
    """Return what a product's page shows of its try-ons."""
    template = Template("{% load tryon %}{% tryon_results product %}")
    return template.render(Context({"product": Product.objects.get(pk=product.pk)}))


def fresh(look: Look) -> Look:
    return Look.objects.whole().get(pk=look.pk)


def test_a_published_look_is_on_the_pages_of_all_its_products(
    look: Look, make: Make, garment: Garment, jeans: Garment, staff: Any
) -> None:
    result = make()
    publish_look(use_picture(look, result), by=staff)
    look, result = fresh(look), TryOnResult.objects.get()
    assert look.published_by == result.published_by == staff
    assert troubles(look) == []
    tee = page(garment.product)
    assert "Weekend</strong>" in tee
    assert "For the market." in tee
    assert f'With: <a href="/products/{jeans.product_id}/">Indigo jeans</a></span>' in tee
    assert 'alt="Ana in: Coral tee, Indigo jeans; AI-generated"' in tee
    assert f'<a href="/products/{garment.product_id}/">Coral tee</a>' in page(jeans.product)
    assert publish_look(look, by=staff).published_at == look.published_at
    withdraw_look(look, by=staff)
    assert page(garment.product).strip() == page(jeans.product).strip() == ""
    assert TryOnResult.objects.get().published_at is None
    assert withdraw_look(fresh(look)).published_at is None


def test_looks_stand_before_what_is_newer(
    look: Look, make: Make, garment: Garment, django_assert_num_queries: Any
) -> None:
    publish_look(use_picture(look, make()))
    for _ in range(2):
        services.publish(make(garment))
    product = garment.product
    with django_assert_num_queries(5):  # the product, results, looks, garments, their products
        html = page(product).split("<figure")
    assert [("Weekend" in each) for each in html[1:]] == [True, False, False]


def test_what_shoppers_do_not_see_is_not_named(
    look: Look, make: Make, garment: Garment, jeans: Garment, settings: Any
) -> None:
    publish_look(use_picture(look, make()))
    shop = settings.TRYON["PRODUCTS"]["shop.Product"] | {"is_public": "description"}
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": shop}}
    html = page(garment.product)
    assert "Weekend" in html
    assert "jeans" not in html
    offer_look(fresh(look))
    assert troubles(fresh(look)) == ["Shoppers do not see “Indigo jeans” now."]
    assert looks_for([garment.product]) == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("clip", "not_a_picture"),
        ("shopper", "not_a_house_model"),
        ("hers", "not_a_house_model"),
        ("nobody", "not_a_house_model"),
        ("step", "outfit_step"),
        ("less", "other_garments"),
        ("more", "other_garments"),
        ("pending", "not_approved"),
        ("rejected", "not_approved"),
    ],
)
def test_only_an_approved_picture_of_exactly_this_on_a_house_model_will_do(
    what: str, code: str, look: Look, make: Make, garment: Garment, jeans: Garment
) -> None:
    coat = Garment.objects.create(product=garment.product, category="outer", name="Coat")
    fields: dict[str, Any] = {
        "clip": {"kind": "video"},
        "pending": {"review": "pending"},
        "rejected": {"review": "rejected"},
    }.get(what, {})
    worn = {"less": [garment], "more": [garment, jeans, coat]}.get(what, [])
    result = make(*worn, **fields)
    job = result.job
    if what in {"shopper", "hers"}:
        job.shopper = Shopper.objects.create()
    if what == "hers":
        Person.objects.filter(pk=job.person_id).update(is_house_model=False)
    if what == "nobody":
        job.person = None
    if what == "step":
        job.outfit = TryOnJob.objects.create(engine="idm-vton")
    job.save()
    result = TryOnResult.objects.get(pk=result.pk)
    with pytest.raises(WrongState) as refused:
        use_picture(look, result)
    assert refused.value.code == code
    assert fresh(look).picture is None
    assert list(pictures_of(fresh(look))) == ([result] if what == "pending" else [])


def test_its_pictures_are_those_of_exactly_its_garments(
    look: Look, make: Make, garment: Garment
) -> None:
    older, newer = make(), make()
    make(garment)
    assert list(pictures_of(look)) == [newer, older]
    assert looks_of(newer) == [look]
    assert looks_of(make(garment)) == []


def test_a_published_look_keeps_its_picture(look: Look, make: Make) -> None:
    publish_look(use_picture(look, make()))
    with pytest.raises(WrongState, match="choose another picture"):
        use_picture(look, make())


def test_what_is_not_whole_is_neither_published_nor_offered(
    look: Look, make: Make, garment: Garment, jeans: Garment
) -> None:
    with pytest.raises(WrongState, match="has no picture"):
        publish_look(look)
    use_picture(look, make())
    jeans.product.delete()  # its garments go with it
    for deed in (publish_look, offer_look):
        with pytest.raises(WrongState, match="“Jeans” was deleted"):
            deed(fresh(look))
    assert troubles(fresh(look)) == ["“Jeans” was deleted."]
    assert fresh(look).published_at is None


def test_staff_are_told_why_it_is_not_offered(
    look: Look, garment: Garment, jeans: Garment, settings: Any
) -> None:
    assert offer_look(look).is_offered
    Garment.objects.filter(pk=garment.pk).update(image="", category="dress")
    Product.objects.update(image="")
    found = troubles(fresh(look))
    assert found[0] == "“Coral tee” has no picture."
    assert "cannot be worn together" in found[1]
    Garment.objects.filter(pk=garment.pk).update(category="lower")
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINES": ["idm-vton"]}
    assert "None of the storefront's engines" in troubles(fresh(look))[1]
    model = type(jeans.product)
    model.objects.filter(pk=jeans.product_id)._raw_delete("default")
    assert troubles(fresh(look))[0] == "The product of “Jeans” was deleted."
    assert keep_look(look).is_offered is False


def test_staff_are_told_that_its_picture_is_not_seen(look: Look, make: Make) -> None:
    publish_look(use_picture(look, make()))
    services.unpublish(TryOnResult.objects.get())
    assert troubles(fresh(look)) == [
        "Its picture was unpublished. Publish the look again, or unpublish it."
    ]
    publish_look(fresh(look))
    assert troubles(fresh(look)) == []
    TryOnResult.objects.all().delete()
    assert "Its picture was deleted" in troubles(fresh(look))[0]
    withdraw_look(fresh(look))
    assert troubles(fresh(look)) == []


def test_the_picture_stays_while_another_look_shows_it(
    look: Look, make: Make, garment: Garment, jeans: Garment
) -> None:
    result = make()
    twin = build("Twin", [garment, jeans])
    for each in (look, twin):
        publish_look(use_picture(each, result))
    withdraw_look(fresh(look))
    assert "Twin</strong>" in page(garment.product)
    withdraw_look(fresh(twin))
    assert page(garment.product).strip() == ""


def test_a_failure_to_publish_changes_nothing(
    look: Look, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_how: Any) -> None:
        raise NotPlaced("No room.")

    use_picture(look, make())
    monkeypatch.setattr(publishing, "publish", fails)
    with pytest.raises(NotPlaced):
        publish_look(look)
    assert fresh(look).published_at is None
    monkeypatch.undo()
    publish_look(fresh(look))
    monkeypatch.setattr(publishing, "publish", fails)
    with pytest.raises(NotPlaced):  # it was published before, and stays so
        publish_look(fresh(look))
    monkeypatch.setattr(publishing, "unpublish", fails)
    with pytest.raises(NotPlaced):
        withdraw_look(fresh(look))
    assert fresh(look).published_at is not None


def test_a_look_that_is_withdrawn_while_it_is_published_is_on_no_page(
    look: Look, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = make()
    use_picture(look, result)
    publish = publishing.publish

    def overtaken(*args: Any, **how: Any) -> None:
        publish(*args, **how)
        Look.objects.update(published_at=None)  # by whoever withdraws it, who then waits

    monkeypatch.setattr(publishing, "publish", overtaken)
    publish_look(look)
    result.refresh_from_db()
    assert result.published_at is None


def test_a_look_that_was_changed_meanwhile_is_not_published(look: Look, make: Make) -> None:
    first, second = make(), make()
    use_picture(look, first)
    seen = fresh(look)
    use_picture(look, second)
    with pytest.raises(WrongState, match="changed meanwhile"):
        publish_look(seen)
    assert fresh(look).published_at is None


def test_other_garments_take_the_picture_off(look: Look, make: Make, garment: Garment) -> None:
    use_picture(look, make())
    coat = Garment.objects.create(product=garment.product, category="outer", name="Coat")
    assert build("Weekend", look.garments, look=look).picture is not None
    assert build("Weekend", [garment, coat], look=look).picture is None


def test_a_shopper_who_goes_leaves_nothing_in_a_look(
    look: Look, make: Make, garment: Garment, jeans: Garment, person: Person
) -> None:
    ada = Shopper.objects.create()
    job = ask(ada, garments=[garment, jeans], person=person, engine="p-image-try-on")[0]
    theirs = make(job=job)
    with pytest.raises(WrongState, match="in try-ons that staff launched"):
        use_picture(look, theirs)
    use_picture(look, make())
    erase(ada)
    assert fresh(look).picture is not None
    assert not TryOnResult.objects.filter(pk=theirs.pk).exists()


def test_who_is_no_house_model_any_more_is_shown_in_no_look(
    look: Look, make: Make, garment: Garment
) -> None:
    publish_look(use_picture(offer_look(look), make()))
    assert looks_for([garment.product])[0].picture is not None
    Person.objects.update(is_house_model=False)
    assert looks_for([garment.product])[0].picture is None
    assert "Weekend" not in page(garment.product)
