"""The launch page: what is chosen is launched once, what cannot be is said, input is kept."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_tryon.admin import launch as launch_module
from django_tryon.models import Batch, Garment, Person, TryOnJob
from tests.admin.conftest import change, said
from tests.conftest import picture
from tests.shop.models import Design, Product

PARAMS = {
    "params-idm-vton-seed": "42",
    "params-idm-vton-steps": "30",
    "params-try-on-diffusion-seed": "-1",
    "params-p-image-try-on-seed": "5",
    "params-video-tryon-v2-go_fast": "on",
}


def page(*, ids: list[Any] | None = None, garments: list[Any] | None = None) -> str:
    """Return the address of the launch page, from products or from garments."""
    if ids is not None:
        keys = ",".join(str(item.pk) for item in ids)
        model = ids[0]._meta.model_name if ids else "product"
        return f"{reverse(f'admin:shop_{model}_tryon_launch')}?ids={keys}"
    keys = ",".join(str(item.pk) for item in garments or [])
    return f"{reverse('admin:django_tryon_tryonjob_launch')}?garments={keys}"


def wish(garments: list[Garment], people: list[Person], **fields: Any) -> dict[str, Any]:
    """Return what the page posts."""
    return (
        PARAMS
        | {
            "batch": str(uuid.uuid4()),
            "garments": [garment.pk for garment in garments],
            "people": [person.pk for person in people],
            "engine": "idm-vton",
            "variations": "1",
            "launch": "1",
        }
        | fields
    )


@pytest.fixture
def mei(db: None) -> Person:
    """A second house model."""
    return Person.objects.create(
        photo=ContentFile(picture(colour="gray"), name="mei.jpg"), is_house_model=True, name="Mei"
    )


def test_everybody_gets_everything(
    admin: Client, garment: Garment, trousers: Garment, person: Person, mei: Person, staff: Any
) -> None:
    data = wish([garment, trousers], [person, mei], variations="2")
    response = admin.post(page(garments=[garment, trousers]), data, follow=True)
    batch = Batch.objects.get()
    assert response.redirect_chain == [(change(batch), 302)]
    assert said(response) == ["8 try-ons are launched."]
    assert (str(batch.pk), batch.created_by) == (data["batch"], staff)
    assert batch.name == "Coral tee, Trousers · IDM-VTON"
    jobs = list(batch.jobs.all())
    assert sorted(job.params["seed"] for job in jobs) == [42] * 4 + [43] * 4
    assert {job.requested_by for job in jobs} == {staff}
    assert {job.status for job in jobs} == {"queued"}


def test_a_second_press_launches_nothing_more(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], name="Once")
    for _press in range(3):
        response = admin.post(page(garments=[garment]), data)
        assert response["Location"] == change(Batch.objects.get())
    assert TryOnJob.objects.count() == 1
    assert Batch.objects.get().name == "Once"


def test_two_presses_at_the_same_moment(
    admin: Client, garment: Garment, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch.objects.create()
    monkeypatch.setattr(launch_module, "_batch_of", lambda token: None)
    data = wish([garment], [person], batch=str(batch.pk))
    assert admin.post(page(garments=[garment]), data)["Location"] == change(batch)
    assert not TryOnJob.objects.exists()
    with pytest.raises(IntegrityError):
        Batch.objects.create(pk=batch.pk)


def test_a_page_opens_with_what_was_chosen(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    context = admin.get(page(ids=[garment.product])).context
    assert [(card.garment, card.checked) for card in context["garments"]] == [(garment, True)]
    context = admin.get(page(garments=[])).context
    assert {(card.garment, card.checked) for card in context["garments"]} == {
        (garment, False),
        (trousers, False),
    }
    assert context["nothing_chosen"]


def test_each_page_has_a_batch_of_its_own(admin: Client, garment: Garment) -> None:
    tokens = {
        str(admin.get(page(garments=[garment])).context["form"]["batch"].value())
        for _time in range(2)
    }
    assert len(tokens) == 2


def test_what_cannot_be_done_is_left_out_and_said(
    admin: Client, garment: Garment, person: Person, mei: Person
) -> None:
    bare = Garment.objects.create(
        product=Product.objects.create(name="Bare"), category="upper", name="Bare"
    )
    data = wish([garment, bare], [person, mei])
    texts = said(admin.post(page(garments=[garment, bare]), data, follow=True))
    assert texts[0] == "2 try-ons are launched."
    assert texts[1].startswith("2 were left out: “Bare” has no usable picture.")
    assert Batch.objects.get().name == "Coral tee · IDM-VTON"


def test_nothing_launched_stays_on_the_page_and_keeps_the_input(
    admin: Client, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    data = wish([garment], [person], name="Spring", **{"params-idm-vton-steps": "12"})
    response = admin.post(page(garments=[garment]), data)
    assert response.status_code == 200
    assert "There is no Segmind key." in response.context["reasons"][0][0]
    assert not Batch.objects.exists()
    text = response.content.decode()
    assert "Nothing was launched" in text
    assert 'value="Spring"' in text
    assert 'value="12"' in text
    assert data["batch"] in text
    assert response.context["garments"][0].checked
    assert response.context["people"][0].checked
    settings.TRYON = settings.TRYON | {"API_KEY": "SG_0123456789abcdef"}
    assert admin.post(page(garments=[garment]), data).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"people": []}, "people"),
        ({"engine": "warp-drive"}, "engine"),
        ({"engine": ""}, "engine"),
        ({"variations": "11"}, "variations"),
        ({"variations": "0"}, "variations"),
        ({"engine": "fashion-ai", "variations": "2"}, "variations"),
        ({"garments": ["999"]}, "garments"),
        ({"batch": "x"}, "batch"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_launched(
    admin: Client, garment: Garment, person: Person, fields: dict[str, Any], field: str
) -> None:
    response = admin.post(page(garments=[garment]), wish([garment], [person]) | fields)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert str(errors[field][0]) in response.content.decode().replace("&#x27;", "'")
    assert not Batch.objects.exists()


def test_parameters_out_of_range_are_said_beside_them(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], **{"params-idm-vton-steps": "99"})
    response = admin.post(page(garments=[garment]), data)
    text = response.content.decode()
    assert "less than or equal to 40" in text
    assert 'data-for-engine="idm-vton" open' in text
    assert not Batch.objects.exists()


def test_what_other_engines_say_does_not_matter(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], **{"params-try-on-diffusion-seed": "many"})
    assert admin.post(page(garments=[garment]), data).status_code == 302


def test_no_garment_is_no_launch(admin: Client, garment: Garment, person: Person) -> None:
    response = admin.post(page(garments=[garment]), wish([], [person]))
    assert response.context["problems"] == ["Choose at least one garment."]
    assert not response.context["garments"][0].checked


def test_too_much_at_once_is_refused(
    admin: Client, garment: Garment, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_module, "MOST_JOBS", 3)
    for button in ("launch", "check"):
        data = wish([garment], [person], variations="4", **{button: "1"})
        response = admin.post(page(garments=[garment]), data)
        assert response.context["problems"] == [
            "That would be 4 try-ons; at most 3 can be launched at once."
        ]
    assert not Batch.objects.exists()


def test_a_check_says_what_it_would_come_to(
    admin: Client, garment: Garment, trousers: Garment, person: Person, mei: Person
) -> None:
    data = wish([garment, trousers], [person, mei], variations="3", check="1")
    response = admin.post(page(garments=[garment, trousers]), data)
    assert str(response.context["estimate"]) == "12 try-ons · about 32 s · about $0.532"
    assert "12 try-ons · about 32 s · about $0.532" in response.content.decode()
    assert not Batch.objects.exists()


def test_a_check_names_what_would_be_left_out(
    admin: Client, garment: Garment, person: Person, clip: Person
) -> None:
    response = admin.post(page(garments=[garment]), wish([garment], [person, clip], check="1"))
    assert "These would be left out" in response.content.decode()
    assert response.context["estimate"].count == 1
    response = admin.post(page(garments=[garment]), wish([garment], [clip], check="1"))
    assert "None of this can be launched" in response.content.decode()


def test_an_engine_for_outfits_takes_all_at_once(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    data = wish([garment, trousers], [person], engine="p-image-try-on", together="on")
    admin.post(page(garments=[garment, trousers]), data)
    job = TryOnJob.objects.get()
    assert set(job.garments.all()) == {garment, trousers}


def test_one_for_single_garments_does_not(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    data = wish([garment, trousers], [person], together="on")
    admin.post(page(garments=[garment, trousers]), data)
    assert TryOnJob.objects.count() == 2


def test_variations_of_a_seed_left_open_differ(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], engine="try-on-diffusion", variations="3")
    admin.post(page(garments=[garment]), data)
    seeds = {job.params["seed"] for job in TryOnJob.objects.all()}
    assert len(seeds) == 3
    assert min(seeds) >= 0


# --- Products without a garment ------------------------------------------------------------------


def test_a_garment_is_made_from_the_products_picture(
    admin: Client, bare_product: Product, person: Person
) -> None:
    url = page(ids=[bare_product])
    card = admin.get(url).context["products"][0]
    assert card.form["description"].value() == "wide sand trousers"
    prefix = f"make-{bare_product.pk}"
    made = {
        f"{prefix}-make": "on",
        f"{prefix}-category": "lower",
        f"{prefix}-description": "sand trousers",
    }
    check = admin.post(url, wish([], [person], check="1") | made)
    assert check.context["estimate"].count == 1
    assert not Garment.objects.exists()
    admin.post(url, wish([], [person]) | made)
    garment = Garment.objects.get()
    assert (garment.product, garment.category, garment.name, garment.description) == (
        bare_product,
        "lower",
        "Sand trousers",
        "sand trousers",
    )
    assert not garment.image
    assert list(TryOnJob.objects.get().garments.all()) == [garment]
    assert admin.get(url).context["products"] == []


def test_its_category_is_asked_for(admin: Client, bare_product: Product, person: Person) -> None:
    prefix = f"make-{bare_product.pk}"
    data = wish([], [person]) | {f"{prefix}-make": "on", f"{prefix}-category": ""}
    response = admin.post(page(ids=[bare_product]), data)
    assert "Say what it is" in response.content.decode()
    assert not Garment.objects.exists()


def test_what_the_shop_says_of_the_category_is_taken(
    admin: Client, bare_product: Product, settings: Any
) -> None:
    adapter = {"image": "image", "title": "name", "category": "description"}
    Product.objects.update(description="dress")
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": adapter}}
    form = admin.get(page(ids=[bare_product])).context["products"][0].form
    assert (form["make"].value(), form["category"].value()) == (True, "dress")


def test_nothing_is_left_behind_where_nothing_was_launched(
    admin: Client, bare_product: Product, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    prefix = f"make-{bare_product.pk}"
    data = wish([], [person]) | {f"{prefix}-make": "on", f"{prefix}-category": "lower"}
    admin.post(page(ids=[bare_product]), data)
    assert not Garment.objects.exists()


def test_what_cannot_be_made_says_why(as_staff: Any, bare_product: Product) -> None:
    design = Design.objects.create(title="Lace")
    client = as_staff("launch_tryonjob", "view_product", "view_design")
    [card] = client.get(page(ids=[bare_product])).context["products"]
    assert (card.form, "permission to add garments" in card.why) == (None, True)
    response = client.get(page(ids=[design]))
    assert "It has no picture and no garment." in response.context["products"][0].why
    assert change(design) in response.content.decode()


def test_a_product_that_has_no_page_in_the_admin_has_no_link(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.urls import NoReverseMatch

    def no_such_page(*args: Any, **kwargs: Any) -> str:
        raise NoReverseMatch

    monkeypatch.setattr("django_tryon.admin.launch_cards.reverse", no_such_page)
    response = admin.get(page(ids=[Design.objects.create(title="Lace")]))
    assert response.context["products"][0].change_url == ""


def test_keys_that_are_none_are_passed_over(admin: Client, product: Product) -> None:
    url = reverse("admin:shop_product_tryon_launch")
    response = admin.get(f"{url}?ids=x,{product.pk},999")
    assert [card.product for card in response.context["products"]] == [product]


# --- Clips ---------------------------------------------------------------------------------------


@pytest.fixture
def dressed(make_job: Any, make_result: Any) -> TryOnJob:
    """A finished try-on, whose picture can start a clip."""
    job: TryOnJob = make_result(make_job(status="succeeded")).job
    return job


def test_a_clip_starts_from_an_earlier_picture(
    admin: Client, garment: Garment, trousers: Garment, clip: Person, dressed: TryOnJob
) -> None:
    url = page(garments=[garment, trousers])
    [frame] = admin.get(url).context["frames"]
    assert (frame["key"], frame["garments"]) == (str(dressed.pk), str(garment.pk))
    data = wish([garment, trousers], [clip], engine="video-tryon-v2", previous=frame["key"])
    texts = said(admin.post(url, data, follow=True))
    assert texts == [
        "1 try-on is launched.",
        "1 was left out: The chosen first frame does not show “Trousers”.",
    ]
    job = TryOnJob.objects.get(engine="video-tryon-v2")
    assert (job.previous, job.person) == (dressed, clip)


def test_a_clip_starts_from_a_frame_that_is_uploaded(
    admin: Client, garment: Garment, trousers: Garment, clip: Person
) -> None:
    frame = SimpleUploadedFile("frame.jpg", picture(), "image/jpeg")
    data = wish([garment, trousers], [clip], engine="video-tryon-v2", reference=frame)
    admin.post(page(garments=[garment, trousers]), data)
    jobs = list(TryOnJob.objects.all())
    assert len(jobs) == 2
    assert all(job.reference.size for job in jobs)
    assert jobs[0].reference.name != jobs[1].reference.name


def test_a_clip_without_a_frame_is_refused(admin: Client, garment: Garment, clip: Person) -> None:
    data = wish([garment], [clip], engine="video-tryon-v2")
    response = admin.post(page(garments=[garment]), data)
    assert "first frame already dressed" in response.context["reasons"][0][0]


def test_a_frame_that_is_no_picture_is_refused_on_its_field(
    admin: Client, garment: Garment, clip: Person
) -> None:
    frame = SimpleUploadedFile("frame.jpg", b"nothing", "image/jpeg")
    data = wish([garment], [clip], engine="video-tryon-v2", reference=frame)
    response = admin.post(page(garments=[garment]), data)
    assert list(response.context["form"].errors) == ["reference"]


def test_two_frames_are_one_too_many(
    admin: Client, garment: Garment, clip: Person, dressed: TryOnJob
) -> None:
    frame = SimpleUploadedFile("frame.jpg", picture(), "image/jpeg")
    data = wish(
        [garment], [clip], engine="video-tryon-v2", reference=frame, previous=str(dressed.pk)
    )
    response = admin.post(page(garments=[garment]), data)
    assert response.context["form"].errors["reference"] == [
        "Choose a picture or upload one, not both."
    ]


def test_a_frame_is_of_no_matter_to_a_picture(
    admin: Client, garment: Garment, person: Person, dressed: TryOnJob
) -> None:
    data = wish([garment], [person], previous=str(dressed.pk))
    admin.post(page(garments=[garment]), data)
    assert TryOnJob.objects.get(status="queued").previous is None


def test_a_shoppers_picture_is_no_frame(
    admin: Client, garment: Garment, make_job: Any, make_result: Any, shopper: Person
) -> None:
    make_result(make_job(status="succeeded", person=shopper))
    assert admin.get(page(garments=[garment])).context["frames"] == []
    assert admin.get(page(garments=[])).context["frames"] == []


# --- How it is drawn -----------------------------------------------------------------------------


def test_the_page_costs_the_same_for_any_number_of_rows(admin: Client, product: Product) -> None:
    def fill(count: int) -> list[Product]:
        for number in range(count):
            one = Product.objects.create(
                name=f"P{number}", image=ContentFile(picture((288, 384)), name="p.jpg")
            )
            Garment.objects.create(product=one, category="upper")
            Person.objects.create(name=f"M{number}", is_house_model=True)
        return list(Product.objects.all())

    url = page(ids=fill(2))
    admin.get(url)
    with CaptureQueriesContext(connection) as few:
        admin.get(url)
    url = page(ids=fill(5))
    with CaptureQueriesContext(connection) as many:
        assert len(admin.get(url).context["garments"]) == 7
    assert len(many) == len(few) <= 12, [query["sql"] for query in many]


def test_nobody_to_dress_is_said(admin: Client, garment: Garment) -> None:
    text = admin.get(page(garments=[garment])).content.decode()
    assert "data-nobody>" in text
    Person.objects.create(name="Ana", is_house_model=True)
    assert "data-nobody hidden>" in admin.get(page(garments=[garment])).content.decode()


def test_nothing_to_wear_is_said(admin: Client) -> None:
    text = admin.get(page(garments=[])).content.decode()
    assert "There is no garment yet." in text


def test_shoppers_are_not_offered(admin: Client, garment: Garment, shopper: Person) -> None:
    assert admin.get(page(garments=[garment])).context["people"] == []
    response = admin.post(page(garments=[garment]), wish([garment], [shopper]))
    assert list(response.context["form"].errors) == ["people"]


def test_there_is_no_script_or_style_in_the_page(admin: Client, garment: Garment) -> None:
    text = admin.get(page(garments=[garment])).content.decode()
    form = text[text.index("<form method") : text.rindex("</form>")]
    assert "<script" not in form
    assert "style=" not in form
    assert " on" not in {part[:3] for part in form.split("<input")}
