"""A clip without JavaScript: sent, looked at, approved, seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from django_tryon import products, services
from django_tryon.models import (
    ClipUpload,
    Garment,
    Person,
    Shopper,
    TryOnJob,
    TryOnResult,
    WaitingClip,
)
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.clips.decline import decline_clip
from tests.clips import in_clip, sent
from tests.widget.conftest import Browser, path_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(change: Any) -> None:
    change(STOREFRONT_CLIPS=True)


@pytest.fixture
def film(product: Any, garment: Any) -> str:
    """The path of the page that takes a clip."""
    return f"/tryon/clip/new/{products.reference_to(product)}/"


@pytest.fixture
def send(ada: Browser, film: str, sandbox: Any) -> Any:
    """Have Ada send a clip; return the answer."""

    def go(**fields: Any) -> Any:
        page = ada.read(film)
        return ada.send(film, page, "", **({"clip": sent(), "consent": "1"} | fields))

    return go


@pytest.fixture
def place(send: Any) -> str:
    """The path of the page of Ada's upload."""
    response = send()
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


@pytest.fixture
def clip(ada: Browser, place: str, garment: Any) -> str:
    """The path of the page of her clip, whose first frame is on its way."""
    services.drive_until_idle()
    response = ada.send(place, ada.read(place), "", garment=garment.pk)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_the_whole_way(ada: Browser, bob: Browser, product: Any, place: str, garment: Any) -> None:
    assert "/tryon/clip/new/" in ada.read(path_to(product))
    assert "being prepared" in ada.read(place)
    services.drive_until_idle()
    page = ada.read(place)
    assert "So your clip begins" in page
    response = ada.send(place, page, "", garment=garment.pk, notify="ada@shop.example")
    clip = response["Location"]
    waiting = WaitingClip.objects.get()
    frame = f"/tryon/try/job/{waiting.frame_id}/"
    assert ada.get(clip)["Location"] == frame
    page = ada.read(frame)
    assert "seconds left" in page
    services.drive_until_idle()
    assert ada.get(frame)["Location"] == clip
    page = ada.read(clip)
    assert "Shall we make the clip of this picture? It takes about 10 minutes." in page
    assert "A look waits for your yes" in ada.read("/tryon/mine/")
    assert "My photos and clips" in ada.read("/tryon/mine/")
    assert bob.get(clip).status_code == bob.get(place).status_code == 404
    assert "tryon-mine" in bob.read(clip, 404)  # the button's visitor is let in by a script
    anothers = bob.hidden(bob.read(path_to(product)), "photo")["csrfmiddlewaretoken"]
    for verb in ("approve", "reject"):
        told = bob.post(f"{clip}{verb}/", {"csrfmiddlewaretoken": anothers})
        assert told.status_code == 404
        assert bob.post(f"{clip}{verb}/").status_code == 403  # no CSRF token
    token = {"csrfmiddlewaretoken": ada.hidden(page)["csrfmiddlewaretoken"]}
    assert "valid email" in ada.post(f"{clip}approve/", token | {"notify": "x"}).content.decode()
    response = ada.post(f"{clip}approve/", token | {"notify": "ada@shop.example"})
    job = TryOnJob.objects.get(engine="video-tryon-v2")
    assert response["Location"] == ada.get(clip)["Location"] == f"/tryon/try/job/{job.pk}/"
    assert "minutes left" in ada.read(f"/tryon/try/job/{job.pk}/")
    response = ada.post(f"{clip}reject/", token)
    assert "being made already" in response.content.decode()
    services.drive_until_idle()
    assert "<video" in ada.read(f"/tryon/try/job/{job.pk}/")
    assert "A look waits" not in ada.read("/tryon/mine/")


def test_a_no_keeps_the_picture(ada: Browser, clip: str) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    frame = ada.post(f"{clip}reject/", token)["Location"]
    assert "AI picture" in ada.read(frame)
    assert ada.get(clip)["Location"] == frame
    response = ada.post(f"{clip}approve/", token)
    assert response.status_code == 409


def test_nobody_in_sight(ada: Browser, place: str) -> None:
    services.drive_until_idle()
    ClipUpload.objects.update(notes=["nobody"])
    assert "We see nobody" in ada.read(place)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"consent": None}, "tick the box first"),
        ({"consent": "0"}, "text has changed"),
        ({"clip": None}, "required"),
        ({"clip": sent(b"GIF89a" + bytes(99))}, "not a video"),
        ({"begin": "1.5", "end": "1.6"}, "too short"),
        ({"begin": "-1"}, "greater than or equal to 0"),
        ({"form": "old"}, "too old"),
    ],
)
def test_what_is_refused(fields: Any, words: str, send: Any) -> None:
    response = send(**fields)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_part_is_cut(send: Any) -> None:
    send(begin="0.4", end="1.6")
    services.drive_until_idle()
    assert Person.objects.get().seconds == pytest.approx(1.2, abs=0.2)


def test_a_clip_that_cannot_be_prepared(ada: Browser, place: str) -> None:
    ClipUpload.objects.update(attempts=99)
    services.drive_until_idle()
    assert "damaged or incomplete" in ada.read(place, 422)


def test_one_sent_before_is_offered_again(ada: Browser, place: str, film: str) -> None:
    assert "that I have sent" not in ada.read(film)
    services.drive_until_idle()
    assert place in ada.read(film)


def test_without_a_garment(ada: Browser, place: str) -> None:
    services.drive_until_idle()
    response = ada.send(place, ada.read(place), "", garment=None)
    assert response.status_code == 422


def test_a_form_that_is_sent_again_with_something_else_chosen(
    ada: Browser, place: str, product: Any, garment: Garment
) -> None:
    services.drive_until_idle()
    trousers = Garment.objects.create(product=product, category="lower", description="grey")
    page = ada.read(place)
    clip = ada.send(place, page, "", garment=garment.pk)["Location"]
    assert ada.send(place, page, "", garment=garment.pk)["Location"] == clip
    again = ada.send(place, page, "", garment=trousers.pk)  # by the browser's way back
    assert again.status_code == 302
    assert again["Location"] != clip
    assert TryOnJob.objects.count() == 2


def test_where_no_clip_can_be_made(ada: Browser, place: str, film: str, change: Any) -> None:
    services.drive_until_idle()
    change(STOREFRONT_CLIPS=False)
    assert "No clips just now" in ada.read(film, 404)
    assert "No clips just now" in ada.read(place, 404)
    assert ada.get("/tryon/clip/new/shop.product:4711/").status_code == 404


def test_what_is_used_up(
    ada: Browser, send: Any, place: str, garment: Any, change: Any, sandbox: Any
) -> None:
    services.drive_until_idle()
    page = ada.read(place)
    change(SHOPPER_CLIPS_DAILY=0)
    assert ada.send(place, page, "", garment=garment.pk).status_code == 429
    change(SHOPPER_UPLOADS_DAILY=1)
    assert send().status_code == 429
    change(THROTTLES={"shopper": "1/hour", "upload": "1/hour"})
    assert send().status_code == 429
    assert ada.send(place, page, "", garment=garment.pk).status_code == 429


def test_no_clip_is_asked_for_that_could_not_be_tried_on(
    ada: Browser, film: str, send: Any, place: str, change: Any
) -> None:
    page = ada.read(film)
    change(SHOPPER_DAILY=0)
    assert "used today&#x27;s try-ons" in ada.read(film)
    assert 'type="file"' not in ada.read(film)
    assert ada.send(film, page, "", clip=sent(), consent="1").status_code == 429
    assert ClipUpload.objects.count() == 1  # the one of before


def test_a_consent_that_lapsed_meanwhile(
    ada: Browser, place: str, garment: Any, change: Any
) -> None:
    services.drive_until_idle()
    page = ada.read(place)
    change(CLIP_CONSENT_VERSION="2")
    response = ada.send(place, page, "", garment=garment.pk)
    assert "send your photo or clip again" in response.content.decode()


def test_a_yes_under_words_that_lapsed_names_the_way_on(
    ada: Browser, clip: str, change: Any
) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    change(CLIP_CONSENT_VERSION="2")
    page = ada.post(f"{clip}approve/", token).content.decode()
    assert "Please send your photo or clip again." in page
    assert "tick the box" not in page


def test_what_went_meanwhile(ada: Browser, clip: str, change: Any) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    change(SHOPPER_CLIPS_DAILY=0)
    assert ada.post(f"{clip}approve/", token).status_code == 429
    change(THROTTLES={"shopper": "1/hour"})
    assert ada.post(f"{clip}approve/", token).status_code == 429
    TryOnResult.objects.all().delete()
    assert "picture was deleted" in ada.read(clip, 410)
    Person.objects.update(delete_at=timezone.now())
    assert "given up" in ada.read(clip, 410)


def test_whoever_was_erased_meanwhile(
    ada: Browser, send: Any, clip: str, place: str, garment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    page = ada.read(place)

    def find(*_args: Any) -> Shopper:
        return Shopper.objects.get()

    Shopper.objects.update(erased_at=timezone.now())
    monkeypatch.setattr("django_tryon.widget.visitor.known", find)
    assert ada.post(f"{clip}approve/", token).status_code == 410
    assert send().status_code == 410
    TryOnJob.objects.all().delete()  # with the clip that waits, which would be found again
    assert ada.send(place, page, "", garment=garment.pk).status_code == 410


def test_a_shoppers_clip_is_shown_among_what_is_kept(ada: Browser, place: str) -> None:
    services.drive_until_idle()
    person = Person.objects.get()
    page = ada.read("/tryon/mine/")
    assert "<video" in page
    assert "<img" in ada.read(f"/tryon/mine/photos/{person.pk}/delete/")
    assert ada.press(f"/tryon/mine/photos/{person.pk}/delete/").status_code == 302
    assert not ClipUpload.objects.exists()


def test_a_house_models_job_waits_for_nothing(ada: Browser, try_on: Any, sandbox: Any) -> None:
    job = try_on()
    services.drive_until_idle()
    upload = in_clip(job.shopper)
    waiting = WaitingClip.objects.create(
        frame=job, person=upload.person, shopper=job.shopper, engine="e", estimated_cost=1
    )
    assert ada.get(f"/tryon/try/job/{job.pk}/").status_code == 302
    decline_clip(job.shopper, waiting)
    assert ada.get(f"/tryon/try/job/{job.pk}/").status_code == 200


def test_where_clips_were_switched_off_meanwhile(ada: Browser, clip: str, change: Any) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    change(STOREFRONT_CLIPS=False)
    told = ada.post(f"{clip}approve/", token).content.decode()
    assert "This shop makes no clips at the moment." in told
    assert WaitingClip.objects.get().clip is None


def test_an_uncertain_clip_is_not_offered_to_be_made_again(ada: Browser, clip: str) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    job = ada.post(f"{clip}approve/", token)["Location"]
    TryOnJob.objects.filter(engine="video-tryon-v2").update(
        status="uncertain", submitted_at=timezone.now(), error_code="answer_lost"
    )
    page = ada.read(job)
    assert "Your clip may still come" in page
    assert "Try again" not in page


def test_what_may_not_be_right_is_said_before_the_clip_is_paid_for(
    ada: Browser, clip: str, change: Any
) -> None:
    services.drive_until_idle()
    change(QUALITY={})
    TryOnResult.objects.update(findings=[["colour", "far", {"away": 50}]], needs_look=True)
    assert "Look closely" in ada.read(clip)


def kept_from_shoppers(response: Any) -> bool:
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "600")
    return "not available at the moment" in page and "Segmind" not in page


def test_what_only_the_shop_can_mend_is_logged_and_not_told(
    ada: Browser, place: str, garment: Any, change: Any, caplog: Any
) -> None:
    services.drive_until_idle()
    page = ada.read(place)
    change(API_KEY="")
    assert kept_from_shoppers(ada.send(place, page, "", garment=garment.pk))
    assert "There is no Segmind key" in caplog.text


def test_nor_is_it_where_the_clip_is_to_be_made(
    ada: Browser, clip: str, change: Any, caplog: Any
) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    change(API_KEY="")
    assert kept_from_shoppers(ada.post(f"{clip}approve/", token))
    assert "There is no Segmind key" in caplog.text


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize("gone", ["rejected", "made and deleted", "garment"])
def test_no_page_tells_a_shopper_to_launch(ada: Browser, clip: str, gone: str, verb: str) -> None:
    services.drive_until_idle()
    token = {"csrfmiddlewaretoken": ada.hidden(ada.read(clip))["csrfmiddlewaretoken"]}
    match gone:
        case "rejected":
            decline_clip(Shopper.objects.get(), WaitingClip.objects.get())
        case "made and deleted":
            WaitingClip.objects.update(state=WaitingClip.State.APPROVED)
        case _:
            WaitingClip.objects.update(garments=[4711])
    page = ada.post(f"{clip}{verb}/", token).content.decode()
    assert not any(word in page for word in ("aunch", "paid", "frame was"))
    told = {
        "rejected": "You said no to this clip. You can ask for it again.",
        "made and deleted": "This clip was deleted. You can send your clip again.",
        "garment": "This garment is no longer offered.",
    }
    if verb == "approve" or gone == "made and deleted":
        assert told[gone] in page


def test_what_is_being_prepared_is_named_among_what_is_kept(ada: Browser, place: str) -> None:
    assert "Your clip is being prepared" in ada.read("/tryon/mine/")
    services.drive_until_idle()
    assert "being prepared" not in ada.read("/tryon/mine/")


def test_a_look_that_was_deleted_waits_for_no_yes(ada: Browser, clip: str) -> None:
    services.drive_until_idle()
    assert "A look waits for your yes" in ada.read("/tryon/mine/")
    result = TryOnResult.objects.get()
    assert ada.press(f"/tryon/mine/results/{result.pk}/delete/").status_code == 302
    assert "A look waits for your yes" not in ada.read("/tryon/mine/")
    assert "This try-on was deleted" in ada.read(ada.get(clip)["Location"], 410)


def test_a_session_with_nothing_but_an_upload_keeps_it(ada: Browser, place: str) -> None:
    token, _until = tokens.issue(Shopper.objects.create())
    response = ada.post("/tryon/try/enter/", headers={"authorization": f"Shopper {token}"})
    assert not response.json()["changed"]
    assert "being prepared" in ada.read(place)
