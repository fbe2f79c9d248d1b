"""The page on Wagtail: the project that it builds tries a page on. Skipped without Wagtail."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import picture
from tests.docs.reader import Reader
from tests.run import ROOT

PAGE = ROOT / "docs" / "howto" / "wagtail.md"
SHIRT = """
from django.core.files.images import ImageFile
from django.test import Client
from django.contrib.auth import get_user_model
from django_tryon.models import Garment
from django_tryon.products import adapter_for
from products.models import ProductPage
from wagtail.images.models import Image
from wagtail.models import Page
photo = Image.objects.create(title="Shirt", file=ImageFile(open("shirt.jpg", "rb"), "shirt.jpg"))
home = Page.objects.get(slug="home")
shirt = home.add_child(instance=ProductPage(title="Linen shirt", slug="shirt", photo=photo))
drafted = home.add_child(instance=ProductPage(title="A draft", slug="draft", live=False))
inside = shirt.add_child(instance=ProductPage(title="Its twin", slug="twin", photo=photo))
for page in (shirt, drafted, inside):
    Garment.objects.create(product=page, category="upper")
print("shirt", shirt.pk)
print("draft", adapter_for(drafted).is_public(drafted))
preview = ProductPage(title="Not saved", photo=photo).make_preview_request()
print("preview", preview.status_code, "<try-on" in preview.rendered_content)
get_user_model().objects.create_superuser("staff", "staff@shop.example", "pw")
client = Client()
client.login(username="staff", password="pw")
chosen = {"action": "launch_tryons", "_selected_action": [shirt.pk]}
there = "/django-admin/products/productpage/"
print("listed", b"Linen shirt" in client.get(there).content)
print("edited", client.get(f"{there}{shirt.pk}/change/").status_code)
print("launch", client.post(there, chosen).status_code)
"""
AFTER = """
from django_tryon.models import Garment
from products.models import ProductPage
from wagtail.models import PageViewRestriction
from django_tryon.products import adapter_for
shirt = ProductPage.objects.get(slug="shirt")
PageViewRestriction.objects.create(page=shirt, restriction_type="login")
print("private", adapter_for(shirt).is_public(shirt))
shirt.delete()
print("left", Garment.objects.count())
"""


def test_a_page_is_tried_on(tmp_path: Path) -> None:
    pytest.importorskip("wagtail", reason="wagtail is not installed")
    (tmp_path / "shirt.jpg").write_bytes(picture(size=(768, 1024)))
    shell = [sys.executable, "manage.py", "shell"]
    with ExitStack() as stack:
        reader = Reader(tmp_path, stack)
        # What is written goes in before what is run.
        text = PAGE.read_text(encoding="utf-8")
        commands = text.partition("```console\n$ python manage.py makemigrations")
        garments = text.partition("\n## Garments\n")[2]
        reader.read(commands[0] + garments)
        reader.read(commands[1] + commands[2].partition("\n## Garments\n")[0])
        said = dict(line.split(" ", 1) for line in reader.run(shell, SHIRT).splitlines()[-6:])
        shirt = said["shirt"]
        assert said["preview"] == "200 False"
        assert (said["listed"], said["edited"]) == ("True", "200")
        assert said["launch"] == "302"
        assert said["draft"] == "False"
        page = reader.ask("GET", "/shirt/").text
        assert f'<try-on product="products.productpage:{shirt}"' in page
        job = reader.try_on(f"products.productpage:{shirt}")
        assert (job["status"], len(job["results"])) == ("succeeded", 1)
        after = dict(line.split(" ", 1) for line in reader.run(shell, AFTER).splitlines()[-2:])
    assert after == {"private": "False", "left": "1"}  # the twin's went with the tree
