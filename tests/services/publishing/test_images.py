"""Results among the shop's own pictures: put in, told apart, and taken out to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from django_tryon import products, services
from django_tryon.exceptions import NotPlaced, WrongState
from django_tryon.marks import SOURCE_TYPE, read_mark
from django_tryon.marks.mark import mark_picture
from django_tryon.models import DoomedFile, Garment, Placement, TryOnResult
from django_tryon.services.publishing.places import propose_alt
from django_tryon.services.shoppers.purge import purge
from tests.conftest import picture
from tests.services.publishing.conftest import (
    OneWay,
    OwnAdapter,
    Silent,
    Stubborn,
    Unready,
    shot,
)
from tests.shop.models import Design, Product, Shot

pytestmark = pytest.mark.django_db
final = pytest.mark.django_db(transaction=True)
"""Files go once a transaction is final."""
Make = Callable[..., TryOnResult]
Public = Callable[[], set[str]]
Adapted = Callable[..., None]
OURS = "ours, AI-generated"


def order(product: Product) -> list[tuple[int, str]]:
    """Return the product's own pictures as its page shows them."""
    shots = Shot.objects.filter(product=product).order_by("position", "pk")
    return [(one.position, one.alt) for one in shots]


@final
def test_it_joins_the_shops_own_pictures_and_leaves_nothing_behind(
    make_result: Make, product: Product, staff: Any, public: Public
) -> None:
    own = shot(product, 4, "from the front")
    before = public()
    content = mark_picture(picture((96, 128)))
    result = make_result(file=ContentFile(content, name="r.jpg"))
    services.publish(result, by=staff, to="both")
    added = Shot.objects.exclude(pk=own.pk).get()
    assert (added.product, added.position) == (product, 5)
    assert added.alt == "Coral tee worn by Ana, AI-generated"
    assert (added.width, added.height) == (96, 128)
    assert added.image.name.startswith("shots/coral-tee-")
    with added.image.open() as file:
        copy = file.read()
    assert (copy, read_mark(copy)) == (content, SOURCE_TYPE)
    assert public() - before == {added.image.name, result.published_file.name}
    assert list(TryOnResult.objects.published_for(product)) == [result]
    assert not DoomedFile.objects.exists()
    services.unpublish(result, by=staff)
    assert list(Shot.objects.all()) == [own]
    assert public() == before
    assert not Placement.objects.exists()
    assert (result.published_at, result.in_gallery) == (None, True)


def test_alone_it_is_not_in_the_gallery(result: TryOnResult, product: Product, client: Any) -> None:
    services.publish(result, to="images", alt="Ana in coral")
    assert order(product) == [(0, "Ana in coral, AI-generated")]
    assert not TryOnResult.objects.published_for(product)
    assert result.published_at is not None
    listed = client.get("/tryon/api/results/", {"product": f"shop.product:{product.pk}"}).json()
    assert listed["results"] == []
    services.publish(result, to="gallery")  # another place is added
    assert list(TryOnResult.objects.published_for(product)) == [result]
    published = result.published_file.name
    services.publish(result, to="both")  # and what is there stays
    assert (result.published_file.name, len(order(product))) == (published, 1)


def test_a_place_is_added_to_what_is_in_the_gallery(
    result: TryOnResult, product: Product, public: Public
) -> None:
    services.publish(result)
    at, name = result.published_at, result.published_file.name
    services.publish(result, to="images")
    assert (result.published_at, result.published_file.name) == (at, name)
    assert public() == {name, Shot.objects.get().image.name}


@pytest.mark.parametrize(
    ("numbers", "position", "then"),
    [
        ([], None, [0]),
        ([3, 7], None, [3, 7, 8]),
        ([3, 7], 0, [2, 3, 7]),
        ([3, 7], 1, [3, 6, 7]),
        ([3, 7], 9, [3, 7, 8]),
        ([0, 1, 5], 0, [0, 1, 2, 5]),
        ([0, 0, 0], 1, [0, 0, 1, 1]),
        ([0, 1, 1, 2], 1, [0, 1, 2, 2, 3]),
    ],
)
def test_its_place_among_the_others(
    numbers: list[int],
    position: int | None,
    then: list[int],
    result: TryOnResult,
    product: Product,
) -> None:
    names = [shot(product, number, f"own {index}").alt for index, number in enumerate(numbers)]
    services.publish(result, to="images", position=position, alt=OURS)
    place = len(names) if position is None else position
    assert [number for number, _alt in order(product)] == then
    assert [alt for _number, alt in order(product)] == [*names[:place], OURS, *names[place:]]
    services.unpublish(result)
    assert order(product) == list(zip(numbers, names, strict=True))


def test_two_that_were_put_first_go_in_either_order(make_result: Make, product: Product) -> None:
    shot(product, 0, "own")
    for first in (0, 1):
        results = [make_result(), make_result()]
        for result in results:
            services.publish(result, to="images", position=0)
        services.unpublish(results[first])
        services.unpublish(results[1 - first])
        assert order(product) == [(0, "own")]


def test_what_staff_have_sorted_since_stays_so(result: TryOnResult, product: Product) -> None:
    old = shot(product, 0, "old")
    services.publish(result, to="images", position=0, alt=OURS)
    shot(product, 0, "new")
    assert [alt for _number, alt in order(product)] == [OURS, "new", "old"]
    services.unpublish(result)
    assert order(product) == [(0, "new"), (1, "old")]
    old.refresh_from_db()


@final
def test_what_staff_have_deleted_is_no_fault(result: TryOnResult, public: Public) -> None:
    services.publish(result, to="images")
    Shot.objects.all().delete()
    services.unpublish(result)
    assert (public(), result.published_at) == (set(), None)


@final
def test_what_staff_have_made_their_own_stays(
    make_result: Make, product: Product, public: Public
) -> None:
    replaced, copied = make_result(), make_result()
    for result in (replaced, copied):
        services.publish(result, to="images")
    theirs, first = Shot.objects.order_by("pk")
    theirs.image.save("new.jpg", ContentFile(picture((30, 40))))
    Shot.objects.create(product=Product.objects.create(name="Copy"), image=first.image.name)
    for result in (replaced, copied):
        services.unpublish(result)
    assert list(Shot.objects.filter(product=product)) == [theirs]
    assert public() == {theirs.image.name, first.image.name}


def test_an_outfit_joins_each_of_its_products(
    make_result: Make, garment: Garment, product: Product
) -> None:
    other = Product.objects.create(name="Sand trousers")
    lower = Garment.objects.create(product=other, category="lower")
    again = Garment.objects.create(product=product, category="upper", name="In blue")
    bare = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    result = services.publish(make_result(garment, lower, again, bare), to="images")
    said = "Coral tee, Sand trousers, D worn by Ana, AI-generated"
    assert order(product) == order(other) == [(0, said)]
    assert Placement.objects.filter(result=result).count() == 2


def test_the_proposed_alt_text_fits(result: TryOnResult, product: Product, person: Any) -> None:
    Product.objects.update(name="A shirt with a name as long as the sleeves that it does not have")
    said = propose_alt(TryOnResult.objects.get())
    assert said == "A shirt with a name as long as th… worn by Ana, AI-generated"
    assert len(said) == 60
    type(person).objects.update(is_house_model=False)
    assert "worn by a customer, AI" in propose_alt(TryOnResult.objects.get())
    type(person).objects.update(is_house_model=True)
    with pytest.raises(WrongState, match="has 61 characters; the shop's pictures take 60"):
        services.publish(result, to="images", alt="x" * 47)
    type(person).objects.update(name="")
    Garment.objects.update(product_id="0")
    assert propose_alt(TryOnResult.objects.get()) == "Coral tee worn by a model, AI-generated"


@pytest.mark.parametrize(
    ("alt", "then"),
    [
        ("Ana in coral", "Ana in coral, AI-generated"),
        ("AI-generated, they say", "AI-generated, they say, AI-generated"),
        ("Ana. ai-generated.", "Ana. ai-generated."),
        ("Ana, KI-generiert", "Ana, KI-generiert"),
        (" ", "Coral tee worn by Ana, AI-generated"),
    ],
)
def test_an_alt_text_ends_by_saying_what_the_picture_is(
    result: TryOnResult, product: Product, alt: str, then: str
) -> None:
    services.publish(result, to="images", alt=alt)
    assert order(product) == [(0, then)]


def test_an_alt_text_too_long_for_that_is_refused(result: TryOnResult) -> None:
    with pytest.raises(WrongState, match="has 501 characters with “AI-generated” at its end"):
        services.publish(result, to="images", alt="x" * 487)
    assert not Shot.objects.exists()


@pytest.mark.parametrize("adapter", [Stubborn, Silent, Unready])
def test_whatever_an_adapter_raises_publishes_nothing(
    adapter: type,
    result: TryOnResult,
    product: Product,
    adapted: Adapted,
    public: Public,
    caplog: Any,
) -> None:
    adapted(adapter)
    before = public()
    with pytest.raises(NotPlaced) as caught:
        services.publish(result, to="both")
    error = {Stubborn: "RuntimeError", Silent: "TypeError", Unready: "OSError"}[adapter]
    assert caught.value.message == (
        f"The shop's own pictures of “{product}” did not take it ({error}). Nothing was published."
    )
    assert product.name not in caplog.text  # the error's own words
    assert (result.published_at, result.review) == (None, "pending")
    result.refresh_from_db()
    assert (result.published_at, result.review, result.published_file.name) == (None, "pending", "")
    assert not Shot.objects.exists()
    assert not Placement.objects.exists()
    # What its own code wrote into a storage is the shop's to see to.
    assert {name for name in public() - before if not name.startswith("shots/")} == set()
    assert not DoomedFile.objects.exists()


def test_a_shops_own_table_that_refuses(
    result: TryOnResult, product: Product, public: Public, monkeypatch: Any
) -> None:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(Shot, "save", refuse)
    with pytest.raises(NotPlaced, match=r"\(ValueError\)"):
        services.publish(result, to="both")
    assert (public(), TryOnResult.objects.get().published_at) == (set(), None)


def test_an_adapter_of_the_shops_own(
    result: TryOnResult, product: Product, adapted: Adapted
) -> None:
    adapted(OwnAdapter)
    services.publish(result, to="images", position=3)
    placement = Placement.objects.get()
    assert placement.reference == f"shot {Shot.objects.get().pk}"
    assert str(placement) == f"product:{product.pk}"
    assert order(product) == [(3, "Coral tee worn by Ana, AI-generated")]
    services.unpublish(result)
    assert not Shot.objects.exists()


@final
def test_what_cannot_be_taken_out_stays_published(
    result: TryOnResult, product: Product, adapted: Adapted, public: Public
) -> None:
    adapted(OwnAdapter)
    services.publish(result, to="both")
    adapted(Stubborn)
    there = public()
    with pytest.raises(NotPlaced, match=r"could not be taken out .* “Coral tee” \(RuntimeError\)"):
        services.unpublish(result)
    assert result.published_at is not None
    assert (public(), Shot.objects.count(), Placement.objects.count()) == (there, 1, 1)
    adapted({"title": "name"})
    with pytest.raises(NotPlaced, match=r"\(NotImplementedError\)"):
        services.unpublish(result)
    adapted(OwnAdapter)
    services.unpublish(result)
    assert not Shot.objects.exists()


@final
@pytest.mark.parametrize("how", ["result", "job"])
def test_with_the_result_its_pictures_go(
    how: str, result: TryOnResult, product: Product, public: Public
) -> None:
    own = shot(product, 0)
    before = public()
    services.publish(result, to="both", position=0)
    (result if how == "result" else result.job).delete()
    assert list(Shot.objects.values_list("pk", "position")) == [(own.pk, 0)]
    assert public() == before
    assert not Placement.objects.exists()


@final
def test_what_would_not_go_with_its_result_goes_with_the_next_purge(
    result: TryOnResult, adapted: Adapted, caplog: Any
) -> None:
    adapted(OwnAdapter)
    services.publish(result, to="images")
    adapted(Stubborn)
    result.delete()
    left = Placement.objects.get()
    assert (left.result, left.problem, Shot.objects.count()) == (None, "RuntimeError", 1)
    assert "placement.not_removed" in [record.event for record in caplog.records]  # type: ignore[attr-defined]
    now = timezone.now()
    adapted(OwnAdapter)
    purge(now=now, dry_run=True)
    assert Placement.objects.exists()
    purge(now=now)
    assert not Placement.objects.exists()
    assert not Shot.objects.exists()


@final
def test_with_the_product_all_of_it_goes(
    result: TryOnResult, product: Product, public: Public
) -> None:
    services.publish(result, to="images")
    product.delete()
    assert not Placement.objects.exists()
    assert public() == set()


def test_a_product_that_went_behind_our_back(result: TryOnResult, product: Product) -> None:
    services.publish(result, to="images")
    Shot.objects.all().delete()
    models.QuerySet(Product).filter(pk=product.pk)._raw_delete("default")
    services.unpublish(result)
    assert not Placement.objects.exists()


def test_a_model_that_went(result: TryOnResult) -> None:
    from django.contrib.contenttypes.models import ContentType

    services.publish(result, to="images")
    gone = ContentType.objects.create(app_label="shop", model="hat")
    Placement.objects.update(content_type=gone)
    services.unpublish(result)
    assert not Placement.objects.exists()


@final
def test_files_of_a_process_that_died_go_with_the_purge(
    result: TryOnResult, public: Public, monkeypatch: Any
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    monkeypatch.setattr(DoomedFile, "bury", die)
    monkeypatch.setattr("django_tryon.services.publishing.copies.Copies.spare_gallery", die)
    with pytest.raises(Killed):
        services.publish(result, to="both")
    assert len(public()) == 2
    assert TryOnResult.objects.get().review == "pending"
    monkeypatch.undo()
    purge(now=timezone.now())
    assert len(public()) == 2  # somebody may be about to name them
    purge(now=timezone.now() + timedelta(hours=2))
    assert public() == set()


@final
def test_a_storage_that_gives_another_name(
    result: TryOnResult, public: Public, monkeypatch: Any
) -> None:
    storage = TryOnResult._meta.get_field("published_file").storage  # type: ignore[union-attr]
    save = storage.save

    def rename(name: str, *args: Any, **kwargs: Any) -> str:
        return str(save(f"{name}.x", *args, **kwargs))

    monkeypatch.setattr(storage._wrapped, "save", rename)
    services.publish(result, to="both")
    assert result.published_file.name.endswith(".x")
    assert not DoomedFile.objects.exists()
    services.unpublish(result)
    assert public() == set()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "video"}, "A clip cannot stand among the shop's own pictures"),
        ({"bare": True}, "Nothing says where the shop keeps its own pictures of “D”"),
        ({"gone": True}, "Its product was deleted."),
        ({"forbidden": True}, "Nothing says where the shop keeps its own pictures of “Coral tee”"),
    ],
)
def test_what_has_no_place_among_them(
    change: dict[str, Any], said: str, make_result: Make, garment: Garment, settings: Any
) -> None:
    if "bare" in change:
        garment = Garment.objects.create(product=Design.objects.create(title="D"), category="upper")
    result = make_result(garment, kind=change.get("kind", "image"))
    if "gone" in change:
        Garment.objects.update(product_id="0")
    if "forbidden" in change:
        settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Design": {}}}
    for to in ("images", "both"):
        with pytest.raises(WrongState, match=said):
            services.publish(result, to=to)
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "images"}
    with pytest.raises(WrongState, match=said):
        services.publish(result)
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "both"}
    services.publish(result)  # the gallery is what is left
    assert (result.in_gallery, Placement.objects.count()) == (True, 0)


def test_the_settings_say_where(result: TryOnResult, product: Product, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "both"}
    services.publish(result)
    assert (result.in_gallery, len(order(product))) == (True, 1)


def test_a_place_that_there_is_not(result: TryOnResult) -> None:
    with pytest.raises(ValueError, match="no place “wall”"):
        services.publish(result, to="wall")


@final
def test_one_that_was_deleted_meanwhile(result: TryOnResult, public: Public) -> None:
    copy = TryOnResult.objects.get()
    TryOnResult.objects.filter(pk=result.pk)._raw_delete("default")  # type: ignore[attr-defined]
    for do in (services.publish, services.unpublish):
        with pytest.raises(WrongState, match="deleted meanwhile"):
            do(copy)
    assert public() == set()


GOOD = {"relation": "shots", "file": "image", "alt": "alt", "order": "position"}


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ("shots", "must be a dict with “relation” and “file”"),
        ({"relation": "shots"}, "must be a dict with “relation” and “file”"),
        (GOOD | {"caption": "alt"}, "may have “alt” and “order”"),
        (GOOD | {"relation": "pictures"}, "under that name. There are: shots."),
        (GOOD | {"file": "alt"}, "'file'] must name a file field of shop.Shot, and “alt” is none"),
        (GOOD | {"alt": "title"}, "'alt'] must name a text field of shop.Shot, and “title”"),
        (GOOD | {"order": "id"}, "'order'] must name a whole number of shop.Shot, and “id”"),
    ],
)
def test_a_wrong_word_about_the_images(images: Any, said: str, adapted: Adapted) -> None:
    adapted({"images": images})
    with pytest.raises(ImproperlyConfigured) as caught:
        products.adapters()
    assert str(caught.value).startswith("TRYON['PRODUCTS']['shop.Product']['images']")
    assert said in str(caught.value)


def test_a_row_that_needs_more_than_we_know(adapted: Adapted, monkeypatch: Any) -> None:
    monkeypatch.setattr(Shot._meta.get_field("width"), "null", False)
    adapted({"images": GOOD})
    with pytest.raises(ImproperlyConfigured, match=r"a row of shop\.Shot needs “width”, too"):
        products.adapters()


def test_who_adds_also_removes(adapted: Adapted) -> None:
    adapted(OneWay)
    with pytest.raises(ImproperlyConfigured, match="OneWay has one of add_image and remove_image"):
        products.adapters()


def test_the_bare_minimum(result: TryOnResult, product: Product, adapted: Adapted) -> None:
    adapted({"title": "name", "images": {"relation": "shots", "file": "image"}})
    adapter = products.adapter_for(product)
    assert adapter.alt_length is None
    services.publish(result, to="images", position=0, alt="x" * 400)
    assert order(product) == [(0, "")]
    services.unpublish(result)
    assert order(product) == []


def test_an_adapter_without_pictures_says_so(product: Product, adapted: Adapted) -> None:
    adapted({"title": "name"})
    adapter = products.adapter_for(product)
    assert not adapter.can_add_images
    with pytest.raises(NotImplementedError, match="no add_image"):
        adapter.add_image(product, ContentFile(b""), alt="", position=None)
