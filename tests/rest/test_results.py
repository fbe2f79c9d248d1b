"""Results: one's own, and what the shop published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from django_tryon import services
from django_tryon.conf import conf
from django_tryon.models import TryOnJob, TryOnResult
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.share import open_shared
from tests.rest.conftest import code, finish, hide, read


def test_thumbs(ada: Any, result: TryOnResult) -> None:
    path = f"results/{result.pk}/"
    for liked in (True, False, None):
        assert ada.patch(path, {"liked": liked}).json()["liked"] is liked
        result.refresh_from_db()
        assert result.liked is liked
    for bad in ({}, {"liked": "yes"}, {"liked": 1}, {"loved": True}, []):
        assert ada.patch(path, bad).status_code == 422


def test_a_shared_link_opens_the_result_for_a_while(ada: Any, result: TryOnResult) -> None:
    shared = ada.post(f"results/{result.pk}/share/").json()
    assert shared["url"].startswith("http://testserver/tryon/share/")
    opened = open_shared(shared["url"].rstrip("/").rpartition("/")[2])
    assert opened == result
    assert shared["expires_at"] < (timezone.now() + conf.SHARE_LIFETIME).isoformat() + "Z"


def test_deleting_is_at_once_and_for_good(
    ada: Any, result: TryOnResult, settings: Any, committed: Any
) -> None:
    link = ada.get(f"results/{result.pk}/").json()["url"]
    assert read(ada.get(link))
    file = Path(settings.BASE_DIR) / "tryon_private" / result.file.name
    assert file.is_file()
    with committed(execute=True):
        assert ada.delete(f"results/{result.pk}/").status_code == 204
    assert not file.exists()
    assert ada.get(link).status_code == 404
    assert ada.get(f"results/{result.pk}/").status_code == 404
    assert ada.get(f"jobs/{result.job_id}/").json()["results"] == []


def test_what_the_shop_published_of_its_model_stays(ada: Any, wish: Any) -> None:
    job = ada.post("jobs/", wish).json()["id"]
    result = finish(TryOnJob.objects.get(pk=job))
    services.publish(result)
    assert code(ada.delete(f"results/{result.pk}/")) == (409, "published", None)
    assert ada.get(f"results/{result.pk}/").json()["published_at"]


def test_a_result_whose_day_has_come_is_gone(ada: Any, result: TryOnResult) -> None:
    TryOnResult.objects.update(delete_at=timezone.now() - timedelta(seconds=1))
    assert ada.get(f"results/{result.pk}/").status_code == 404
    assert ada.get("results/").json()["count"] == 0


def test_before_is_null_when_the_photo_is_gone(ada: Any, result: TryOnResult, photo: Any) -> None:
    assert read(ada.get(ada.get(f"results/{result.pk}/").json()["before"]))
    assert ada.delete(f"people/{photo.pk}/").status_code == 204
    assert ada.get(f"results/{result.pk}/").json()["before"] is None


def test_a_clip_without_a_poster(ada: Any, result: TryOnResult, garment: Any) -> None:
    TryOnResult.objects.update(kind="video")
    garment.delete()
    shown = ada.get(f"results/{result.pk}/").json()
    assert (shown["poster"], shown["product"], shown["kind"]) == (None, None, "video")


def test_nobody_has_to_name_a_product(nobody: Any) -> None:
    assert code(nobody.get("results/")) == (422, "required", "product")
    assert code(nobody.get("results/?mine=1")) == (401, "not_authenticated", None)


def test_a_hidden_product_shows_nothing(
    ada: Any, result: TryOnResult, garment: Any, settings: Any
) -> None:
    reference = f"shop.product:{garment.product_id}"
    assert ada.get(f"results/?product={reference}").json()["count"] == 1
    hide(settings)
    for path in ("results", "garments", "config"):
        hidden = ada.get(f"{path}/?product={reference}")
        unknown = ada.get(f"{path}/?product=shop.product:4711")
        nonsense = ada.get(f"{path}/?product=nonsense")
        assert code(hidden) == (404, "not_found", None)
        assert hidden.content == unknown.content == nonsense.content
    assert ada.get("results/").json()["count"] == 1


def test_a_file_can_be_saved_from_any_origin(ada: Any, nobody: Any, result: TryOnResult) -> None:
    shown = ada.get(f"results/{result.pk}/file/")["Location"]
    link = ada.get(f"results/{result.pk}/file/?save")["Location"]
    seen = nobody.get(shown)
    assert read(seen)
    assert "attachment" not in seen.headers.get("Content-Disposition", "")
    saved = nobody.get(link)
    assert read(saved)
    assert saved["Content-Disposition"] == 'attachment; filename="try-on.jpg"'


def test_a_published_result_of_a_hidden_product_is_its_owners_alone(
    ada: Any, bob: Any, nobody: Any, garment: Any, person: Any, settings: Any
) -> None:
    job = ask(ada.shopper, garments=[garment], person=person, engine="idm-vton")[0]
    path = f"results/{services.publish(finish(job)).pk}/"
    assert [one.get(path).status_code for one in (ada, bob, nobody)] == [200, 200, 200]
    hide(settings)
    assert [one.get(path).status_code for one in (ada, bob, nobody)] == [200, 404, 404]
    assert nobody.get(f"{path}file/").status_code == 404
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}  # the model is none of the shop's any more
    assert nobody.get(path).status_code == 404
