"""The launch page: what is chosen is launched once, what cannot be is said, input is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_tryon.admin.launch import page as launch_module
from django_tryon.models import Batch, Garment, Person, TryOnJob
from tests.admin.conftest import change, page, said, wish
from tests.conftest import picture
from tests.shop.models import Product


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
    assert response.context["form"].errors["garments"] == ["Choose at least one garment."]
    text = response.content.decode()
    heading = text.index('<h2 id="tryon-garments">Garments</h2>')
    assert heading < text.index("Choose at least one garment.") < text.index("tryon-picks")
    assert not response.context["garments"][0].checked


def test_an_engine_for_outfits_takes_all_at_once(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    data = wish([garment, trousers], [person], engine="p-image-try-on", together="on")
    admin.post(page(garments=[garment, trousers]), data)
    job = TryOnJob.objects.get()
    assert set(job.garments.all()) == {garment, trousers}


def test_one_for_single_garments_puts_them_on_one_after_another(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    data = wish([garment, trousers], [person], together="on")
    response = admin.post(page(garments=[garment, trousers]), data | {"check": "1"})
    assert str(response.context["estimate"]).startswith("1 try-on · about 21 s · about $0.089")
    admin.post(page(garments=[garment, trousers]), data)
    job = TryOnJob.objects.get(outfit=None)
    assert (set(job.garments.all()), len(job.steps)) == ({garment, trousers}, 1)
    assert (job.batch is not None, job.steps[0].batch) == (True, None)


def test_an_outfit_that_cannot_be_worn_is_told_before(
    admin: Client, garment: Garment, trousers: Garment, person: Person
) -> None:
    Garment.objects.filter(pk=garment.pk).update(category="dress")
    data = wish([garment, trousers], [person], together="on", check="1")
    response = admin.post(page(garments=[garment, trousers]), data)
    assert "cannot be worn together" in response.content.decode()
    assert not TryOnJob.objects.exists()


def test_variations_of_a_seed_left_open_differ(
    admin: Client, garment: Garment, person: Person
) -> None:
    data = wish([garment], [person], engine="try-on-diffusion", variations="3")
    admin.post(page(garments=[garment]), data)
    seeds = {job.params["seed"] for job in TryOnJob.objects.all()}
    assert len(seeds) == 3
    assert min(seeds) >= 0


def test_the_page_costs_the_same_for_any_number_of_rows(admin: Client, product: Product) -> None:
    def fill(count: int) -> list[Product]:
        for number in range(count):
            one = Product.objects.create(
                name=f"P{number}", image=ContentFile(picture((288, 384)), name="p.jpg")
            )
            Garment.objects.create(product=one, category="upper")
            Person.objects.create(name=f"M{number}", photo="m.jpg", is_house_model=True)
        return list(Product.objects.all())

    url = page(ids=fill(2))
    admin.get(url)
    with CaptureQueriesContext(connection) as few:
        admin.get(url)
    url = page(ids=fill(5))
    with CaptureQueriesContext(connection) as many:
        assert len(admin.get(url).context["garments"]) == 7
    assert len(many) == len(few) <= 14, [query["sql"] for query in many]


def test_nobody_to_dress_is_said(admin: Client, garment: Garment) -> None:
    text = admin.get(page(garments=[garment])).content.decode()
    assert "data-nobody>" in text
    Person.objects.create(name="Ana", is_house_model=True)  # without a photo there is no Ana
    assert "data-nobody>" in admin.get(page(garments=[garment])).content.decode()
    Person.objects.update(photo="ana.jpg")
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
