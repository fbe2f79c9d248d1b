"""The template tags: what a product page shows of the published results."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.template import Context, Template

from django_tryon import services
from django_tryon.models import Garment, Person, Placement, TryOnJob, TryOnResult
from tests.conftest import picture
from tests.shop.models import Product, Shot


def render(product: Any, tag: str = "tryon_results product") -> str:
    template = Template("{% load tryon %}{% " + tag + " %}")
    return template.render(Context({"product": product}))


def made(garment: Garment, person: Person | None, **fields: Any) -> TryOnResult:
    """Store a result as a worker would."""
    job = TryOnJob.objects.create(engine="idm-vton", person=person)
    job.garments.add(garment)
    kind = fields.get("kind", "image")
    name, kind_of = ("r.mp4", "video/mp4") if kind == "video" else ("r.jpg", "image/jpeg")
    fields = {"width": 384, "height": 512, "content_type": kind_of, "kind": kind} | fields
    return TryOnResult.objects.create(
        job=job, file=ContentFile(picture(colour="coral"), name=name), **fields
    )


def test_nothing_is_shown_where_nothing_is_published(garment: Garment, person: Person) -> None:
    made(garment, person)
    assert render(garment.product).strip() == ""


def test_a_picture_is_shown_beside_what_it_was_made_from(garment: Garment, person: Person) -> None:
    result = services.publish(made(garment, person))
    html = render(garment.product)
    assert html.count("<tryon-compare") == 1
    assert f'src="{result.url}"' in html
    assert 'alt="Ana in: Coral tee; AI-generated"' in html
    assert 'src="/tryon/files/view/' in html
    assert 'alt="Before"' in html
    assert html.count('loading="lazy"') == 2
    assert html.count('width="384"') == html.count('height="512"') == 2
    assert ">AI-generated<" in html
    assert ">Ana<" in html


def test_the_page_needs_no_inline_script_or_style(garment: Garment, person: Person) -> None:
    services.publish(made(garment, person))
    html = render(garment.product)
    assert re.findall(r"<script[^>]*>(.*?)</script>", html) == [""]
    assert '<script type="module" src="/static/django_tryon/results.js">' in html
    assert '<link rel="stylesheet" href="/static/django_tryon/results.css">' in html
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_a_clip_is_shown_as_one(garment: Garment, person: Person) -> None:
    poster = ContentFile(picture(), name="poster.jpg")
    result = services.publish(made(garment, person, kind="video", poster=poster))
    html = render(garment.product)
    video = re.search(r"<video[^>]*>", html)
    assert video is not None
    for wanted in ("muted", "loop", "playsinline", "controls", 'preload="none"'):
        assert wanted in video[0]
    assert f'src="{result.url}"' in video[0]
    assert f'poster="{result.poster_url}"' in video[0]
    assert "tryon-compare" not in html
    assert ">AI-generated<" in html


def test_a_clip_without_a_poster_names_none(garment: Garment, person: Person) -> None:
    services.publish(made(garment, person, kind="video"))
    assert "poster=" not in render(garment.product)


def test_without_a_photo_before_the_result_stands_alone(garment: Garment, person: Person) -> None:
    result = services.publish(made(garment, person, width=None, height=None))
    person.delete()
    html = render(garment.product)
    assert "<tryon-compare" not in html
    assert f'src="{result.url}" alt="Coral tee, worn; AI-generated"' in html
    assert "width=" not in html
    assert "<figcaption" not in html


def test_a_person_who_is_no_house_model_any_more_is_not_shown(
    garment: Garment, person: Person
) -> None:
    services.publish(made(garment, person))
    Person.objects.update(is_house_model=False)
    html = render(garment.product)
    assert "<img" in html
    assert "/tryon/files/view/" not in html


def test_a_nameless_person_has_no_caption(garment: Garment, person: Person) -> None:
    Person.objects.update(name="")
    person.refresh_from_db()
    services.publish(made(garment, person))
    html = render(garment.product)
    assert "<tryon-compare" in html
    assert 'alt="Coral tee, worn; AI-generated"' in html
    assert "<figcaption" not in html


def test_the_newest_come_first_and_a_limit_holds(garment: Garment, person: Person) -> None:
    urls = [services.publish(made(garment, person)).url for _ in range(3)]
    found = re.findall(r'src="(/media/[^"]+)"', render(garment.product, "tryon_results product 2"))
    assert found == [urls[2], urls[1]]


def test_names_are_escaped(garment: Garment, person: Person) -> None:
    Person.objects.update(name='<b>"Ana"')
    person.refresh_from_db()
    services.publish(made(garment, person))
    assert "<b>" not in render(garment.product)


@pytest.mark.parametrize("number", [0, 1, 5])
def test_it_costs_two_queries_however_many_there_are(
    garment: Garment, person: Person, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        services.publish(made(garment, person))
    product = Product.objects.get()
    ContentType.objects.clear_cache()
    with django_assert_num_queries(2):
        render(product)
    with django_assert_num_queries(1):
        render(product)


def test_a_model_that_the_settings_miss_breaks_no_page(
    garment: Garment, person: Person, settings: Any
) -> None:
    assert render(person).strip() == ""
    services.publish(made(garment, person))
    Product.objects.update(name="<b>Tee")
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    html = render(Product.objects.get())
    assert 'alt="Ana in: &lt;b&gt;Tee; AI-generated"' in html
    assert "<b>" not in html


def test_a_page_can_tell_which_pictures_are_try_ons(
    garment: Garment, person: Person, product: Product, django_assert_num_queries: Any
) -> None:
    kind = ContentType.objects.get_for_model(Product)
    others = {"content_type": kind, "product_id": "0", "reference": json.dumps({"row": "9"})}
    Placement.objects.create(**others)
    for reference in (json.dumps({"row": "7"}), "shot 8", "[1]"):
        made_of = made(garment, person)
        Placement.objects.create(
            result=made_of, content_type=kind, product_id=str(product.pk), reference=reference
        )
    tag = "tryon_pictures {} as tryons %}}{{% if picture in tryons %}}yes{{% endif"
    for given in ("product", "products"):
        page = Template("{% load tryon %}{% " + tag.format(given) + " %}")
        for picture_of, said in ((Shot(pk=7), "yes"), (Shot(pk=9), ""), ("shot 8", "yes")):
            context = {"product": product, "products": [product], "picture": picture_of}
            with django_assert_num_queries(1):
                assert page.render(Context(context)) == said
