"""Every endpoint, asked by everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from django_tryon.models import Person, TryOnJob, TryOnResult, WaitingClip
from django_tryon.rest.schema import document
from django_tryon.rest.urls import urlpatterns
from django_tryon.services import (
    cancel,
    launch,
    publish,
)
from django_tryon.services.shoppers.ask import ask
from tests.clips import in_clip, sent, waiting
from tests.rest.conftest import Client, finish, upload

ASKERS = ("nobody", "ada", "bob", "staff", "boss")
OPEN = (200, 200, 200, 200, 200)
OWN = (401, 200, 404, 404, 404)
SHOPPER = (401, 200, 200, 200, 200)

TABLE: dict[str, tuple[int, ...]] = {
    "GET config/?product={product}": OPEN,
    "GET engines/": OPEN,
    "GET engines/idm-vton/": OPEN,
    "GET garments/?product={product}": OPEN,
    "GET looks/?product={product}": OPEN,
    "GET people/": OPEN,
    "POST people/": (401, 201, 201, 201, 201),
    "DELETE people/{photo}/": (401, 204, 404, 404, 404),
    "DELETE people/{person}/": (401, 404, 404, 404, 404),
    "GET clips/": SHOPPER,
    "POST clips/": (401, 202, 422, 422, 422),
    "GET clips/{clip}/": OWN,
    "POST clips/{looked_at}/approve/": OWN,
    "POST clips/{clip}/reject/": OWN,
    "POST clips/uploads/": (401, 202, 202, 202, 202),
    "GET clips/uploads/{upload}/": OWN,
    "DELETE clips/uploads/{upload}/": (401, 204, 404, 404, 404),
    "GET jobs/": SHOPPER,
    "POST jobs/": (401, 202, 202, 202, 202),
    "GET jobs/{job}/": OWN,
    "POST jobs/{job}/cancel/": OWN,
    "POST jobs/{failed}/retry/": OWN,
    "GET results/?product={product}": OPEN,
    "GET results/?mine=1": SHOPPER,
    "GET results/{own}/": (404, 200, 404, 404, 404),
    "GET results/{published}/": OPEN,
    "PATCH results/{own}/": OWN,
    "PATCH results/{published}/": (401, 404, 404, 404, 404),
    "DELETE results/{own}/": (401, 204, 404, 404, 404),
    "DELETE results/{published}/": (401, 404, 404, 404, 404),
    "POST results/{own}/share/": OWN,
    "GET results/{own}/offer/": OWN,
    "POST results/{own}/offer/": OWN,
    "POST results/{published}/offer/": (401, 404, 404, 404, 404),
    "DELETE results/{own}/offer/": (401, 204, 404, 404, 404),
    "GET results/{own}/file/": (404, 302, 404, 404, 404),
    "GET results/{published}/file/": (302, 302, 302, 302, 302),
    "POST events/": (204, 204, 204, 204, 204),
    "POST shoppers/": (201, 201, 201, 201, 201),
    "GET shoppers/me/": SHOPPER,
    "DELETE shoppers/me/": (401, 204, 204, 204, 204),
    "GET schema/": OPEN,
}
BODIES = {
    "POST shoppers/": {},
    "POST clips/{looked_at}/approve/": {},
    "PATCH results/{own}/": {"liked": True},
    "POST results/{own}/offer/": {"consent": "1"},
    "POST results/{published}/offer/": {"consent": "1"},
}


@pytest.fixture
def clients(nobody: Client, ada: Client, bob: Client, django_user_model: Any) -> dict[str, Client]:
    """A client for each who may ask; ``boss`` is staff who may launch."""
    found = {"nobody": nobody, "ada": ada, "bob": bob}
    for name in ("staff", "boss"):
        user = django_user_model.objects.create_user(name, is_staff=True)
        if name == "boss":
            user.user_permissions.add(Permission.objects.get(codename="launch_tryonjob"))
        found[name] = Client()
        found[name].default_format = "json"
        found[name].force_login(user)
    return found


@pytest.fixture
def things(
    ada: Client,
    garment: Any,
    person: Person,
    photo: Person,
    wish: dict[str, Any],
    settings: Any,
) -> dict[str, Any]:
    """What the table speaks of. All but ``person`` and ``published`` is Ada's."""
    settings.TRYON = settings.TRYON | {
        "EVENTS": True,
        "STOREFRONT_CLIPS": True,
        "SHOPPER_CLIPS_DAILY": 9,
    }
    upload, looked_at = (in_clip(ada.shopper) for _each in range(2))
    seen = waiting(ada.shopper, garment, looked_at)
    frame = finish(seen.frame)

    def job(**how: Any) -> Any:
        return ask(ada.shopper, garments=[garment], person=photo, engine="idm-vton", **how)[0]

    done = finish(launch(garments=[garment], person=person, engine="idm-vton"))
    return {
        "product": f"shop.product:{garment.product_id}",
        "upload": upload.pk,
        "moving": upload.person_id,
        "clip": waiting(ada.shopper, garment, upload).pk,
        "looked_at": seen.pk,
        "frame": frame.pk,
        "photo": photo.pk,
        "person": person.pk,
        "job": job().pk,
        "failed": cancel(job(params={"seed": 1})).pk,
        "own": finish(job(params={"seed": 2})).pk,
        "published": publish(done).pk,
    }


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("request_line", TABLE)
def test_who_may_what(request_line: str, asker: str, clients: Any, things: Any, wish: Any) -> None:
    method, _space, path = request_line.partition(" ")
    data: Any = BODIES.get(request_line)
    kind = "json"
    if request_line == "POST jobs/":
        data = wish
    elif request_line == "POST events/":
        data = {"events": [{"kind": "seen", "product": things["product"]}]}
    elif request_line == "POST people/":
        data, kind = {"photo": upload(), "consent": "1"}, "multipart"
    elif request_line == "POST clips/uploads/":
        data, kind = {"clip": sent(), "consent": "1"}, "multipart"
    elif request_line == "POST clips/":
        data = {"garments": wish["garments"], "person": things["moving"], "engine": "idm-vton"}
        WaitingClip.objects.all().delete()
        TryOnJob.objects.filter(person=things["moving"]).delete()
    ask_it = getattr(clients[asker], method.lower())
    response = ask_it(path.format(**things), data, format=kind if data is not None else None)
    assert response.status_code == TABLE[request_line][ASKERS.index(asker)], response.content
    if response.status_code == 401:
        assert response.json()["error"]["code"] == "not_authenticated"
        assert response.headers["WWW-Authenticate"] == "Shopper"
    if response.status_code == 404:
        unknown = dict.fromkeys(("photo", "person"), 4711)
        other = "11111111-1111-4111-8111-111111111111"
        unknown |= dict.fromkeys(("job", "failed", "own", "published", "upload"), other)
        unknown |= dict.fromkeys(("clip", "looked_at"), other)
        same = ask_it(path.format(**things | unknown), data, format="json")
        assert (same.status_code, same.content) == (404, response.content)


def test_the_table_names_every_endpoint() -> None:
    named = {re.sub(r"{\w+}", "*", line.partition("?")[0]) for line in TABLE}
    named = {line.replace("engines/idm-vton/", "engines/*/") for line in named}
    described = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '*', path.lstrip('/'))}"
        for path, methods in document("")["paths"].items()
        for method in methods
    }
    assert named == described


def test_lists_show_ones_own_and_the_house_models(clients: Any, things: Any) -> None:
    def ids(asker: str, path: str) -> set[Any]:
        return {row["id"] for row in clients[asker].get(path.format(**things)).json()["results"]}

    assert ids("nobody", "people/") == ids("bob", "people/") == {things["person"]}
    filmed = set(Person.objects.filter(kind="video").values_list("pk", flat=True))
    assert ids("ada", "people/") == {things["person"], things["photo"]} | filmed
    assert ids("ada", "clips/") == {str(things["clip"]), str(things["looked_at"])}
    assert ids("bob", "clips/") == set()
    of_product = "results/?product={product}"
    assert ids("nobody", of_product) == ids("bob", of_product) == {str(things["published"])}
    own = {str(things["own"]), str(things["frame"])}
    assert ids("ada", of_product) == {str(things["published"])} | own
    assert ids("ada", "results/") == ids("ada", "results/?mine=1") == own
    assert ids("bob", "results/") == ids("bob", "jobs/") == set()
    assert len(ids("ada", "jobs/")) == 5


@pytest.mark.parametrize(
    ("asker", "sees"),
    [("nobody", False), ("ada", False), ("staff", False), ("boss", True)],
)
def test_prices_are_for_staff_who_may_launch(asker: str, sees: bool, clients: Any) -> None:
    one = clients[asker].get("engines/idm-vton/").json()
    first = clients[asker].get("engines/").json()["results"][0]
    assert ("price" in one) == ("price" in first) == sees
    if sees:
        assert one["price"] == "0.0443"


def test_a_token_carries_no_right_of_staffs(clients: Any, django_user_model: Any) -> None:
    token = clients["boss"].post("shoppers/", {}).json()["token"]
    client = Client(HTTP_AUTHORIZATION=f"Shopper {token}")
    assert "price" not in client.get("engines/idm-vton/").json()


def test_a_published_result_tells_nobody_what_its_owner_thinks(clients: Any, things: Any) -> None:
    TryOnResult.objects.filter(pk=things["own"]).update(liked=True)
    TryOnResult.objects.filter(pk=things["published"]).update(liked=True)
    assert clients["ada"].get(f"results/{things['own']}/").json()["liked"] is True
    for asker in ASKERS:
        assert clients[asker].get(f"results/{things['published']}/").json()["liked"] is None


def test_a_session_needs_the_csrf_token_to_change_anything(
    clients: Any, things: Any, django_user_model: Any, wish: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.get(username="staff"))
    response = client.post("jobs/", wish, format="json")
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "csrf_failed"
    assert client.post("shoppers/", {}, format="json").status_code == 201
    ours = Client(enforce_csrf_checks=True)
    ours.credentials(**clients["ada"]._credentials)
    assert ours.post("jobs/", wish, format="json").status_code == 202


def test_every_view_says_everything_itself() -> None:
    policies = (
        "authentication_classes",
        "permission_classes",
        "throttle_classes",
        "renderer_classes",
        "parser_classes",
        "content_negotiation_class",
        "metadata_class",
        "versioning_class",
        "schema",
    )
    for pattern in urlpatterns:
        ours = [
            one for one in pattern.callback.cls.__mro__ if one.__module__.startswith("django_tryon")
        ]
        for policy in policies:
            assert any(policy in vars(one) for one in ours), (pattern, policy)
