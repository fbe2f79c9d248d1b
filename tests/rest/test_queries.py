"""How many queries each endpoint takes, however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.services import cancel
from django_tryon.services.shoppers.ask import ask
from tests.clips import in_clip, sent, waiting
from tests.conftest import picture
from tests.rest.conftest import finish, upload
from tests.shop.models import Design

NUMBERS = {
    "GET config/?product={product}": 5,
    "GET engines/": 0,
    "GET garments/?product={product}": 4,
    "GET looks/?product={product}": 2,
    "GET people/": 2,
    "POST people/": 9,
    "DELETE people/{photo}/": 9,
    "GET clips/": 6,
    "POST clips/": 23,
    "GET clips/{clip}/": 4,
    "POST clips/{looked_at}/approve/": 26,
    "POST clips/{clip}/reject/": 10,
    "POST clips/uploads/": 9,
    "GET clips/uploads/{upload}/": 2,
    "DELETE clips/uploads/{upload}/": 17,
    "GET jobs/": 5,
    "POST jobs/": 11,
    "GET jobs/{job}/": 1,
    "GET jobs/{done}/": 2,
    "POST jobs/{job}/cancel/": 13,
    "POST jobs/{failed}/retry/": 15,
    "GET results/?product={product}": 4,
    "GET results/{own}/": 2,
    "PATCH results/{own}/": 5,
    "DELETE results/{own}/": 23,
    "POST results/{own}/share/": 3,
    "GET results/{own}/offer/": 3,
    "POST results/{own}/offer/": 15,
    "DELETE results/{own}/offer/": 6,
    "GET results/{own}/file/": 2,
    "POST shoppers/": 1,
    "GET shoppers/me/": 5,
    "DELETE shoppers/me/": 49,
    "GET schema/": 0,
}
"""Savepoints included, as each is a round trip."""


@pytest.mark.parametrize("much", [1, 4])
@pytest.mark.parametrize("request_line", NUMBERS)
def test_the_number_of_queries_is_fixed(
    request_line: str,
    much: int,
    ada: Any,
    garment: Any,
    photo: Person,
    person: Person,
    django_assert_num_queries: Any,
    settings: Any,
) -> None:
    clips_on = {"STOREFRONT_CLIPS": "clips" in request_line, "SHOPPER_CLIPS_DAILY": 9}
    settings.TRYON = settings.TRYON | clips_on

    def job(seed: int) -> TryOnJob:
        wish = {"garments": [garment], "person": photo, "engine": "idm-vton"}
        return ask(ada.shopper, **wish, params={"seed": seed})[0]

    if request_line != "DELETE shoppers/me/":  # it deletes files one by one
        for seed in range(100, 100 + much):
            finish(job(seed))
    done = job(1)
    names: dict[str, Any] = {}
    for _each in range(much if "clips" in request_line else 0):
        sent_clip, another = in_clip(ada.shopper), in_clip(ada.shopper)
        clip, looked_at = (waiting(ada.shopper, garment, each) for each in (sent_clip, another))
        finish(looked_at.frame)
        names = {"upload": sent_clip.pk, "clip": clip.pk, "looked_at": looked_at.pk}
    names |= {
        "product": f"shop.product:{garment.product_id}",
        "photo": photo.pk,
        "own": finish(done).pk,
        "done": done.pk,
        "job": job(2).pk,
        "failed": cancel(job(3)).pk,
    }
    method, _space, path = request_line.partition(" ")
    data: Any = {}
    kind = "json"
    if request_line == "POST jobs/":
        data = {"garments": [garment.pk], "person": person.pk, "params": {"seed": 5}}
    elif request_line == "POST results/{own}/offer/":
        data = {"consent": "1"}
    elif request_line == "PATCH results/{own}/":
        data = {"liked": True}
    elif request_line == "POST people/":
        data, kind = {"photo": upload(), "consent": "1"}, "multipart"
    elif request_line == "POST clips/":
        data = {"garments": [garment.pk], "person": in_clip(ada.shopper).person_id}
    elif request_line == "POST clips/uploads/":
        data, kind = {"clip": sent(), "consent": "1"}, "multipart"
    ada.get("jobs/")  # content types are asked for once in a process
    given: Any = {} if method == "GET" else {"data": data, "format": kind}
    with django_assert_num_queries(NUMBERS[request_line]):
        response = getattr(ada, method.lower())(path.format(**names), **given)
    assert response.status_code < 400


@pytest.mark.parametrize("products", [1, 10])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/tryon/api/config/?product={all}", 5),
        ("/tryon/api/garments/?product={all}", 4),
        ("/tryon/api/results/?product={all}", 4),
        ("/tryon/try/{all}/", 5),
    ],
)
def test_a_basket_takes_no_more_queries_than_a_product(
    path: str, queries: int, products: int, ada: Any, person: Person, django_assert_num_queries: Any
) -> None:
    named = []
    for number in range(products):
        design = Design.objects.create(title=f"Dress {number}")
        image = ContentFile(picture(), name="d.jpg")
        garment = Garment.objects.create(product=design, category="upper", image=image)
        named.append(f"shop.design:{design.pk}")
        job = ask(ada.shopper, garments=[garment], person=person, engine="idm-vton")[0]
        finish(job)
    ada.get("/tryon/api/jobs/")  # content types are asked for once in a process
    with django_assert_num_queries(queries):
        response = ada.get(path.format(all=",".join(named)))
    assert response.status_code == 200
    if "results" in path:
        assert response.json()["count"] == products
    elif "api" in path:
        shown = response.json()
        assert len(shown.get("garments", shown.get("results"))) == products
