"""One try-on, from nothing, with whatever is installed: `python one_try_on.py [STATEMENT]`.

It needs the package and its dependencies, and no test tool, so that it also runs where no extra is
installed, or the oldest dependencies are. The provider is a few answers in this file. The statement
is run in the end, where the shop is set up.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import django
import httpx
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import include, path
from PIL import Image

PROVIDER = "http://127.0.0.1:9"  # nothing listens there
URLS = "shop_urls"


def picture(colour: str) -> bytes:
    """Return a JPEG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (512, 768), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def answer(request: httpx.Request) -> httpx.Response:
    """Answer as Segmind would: accepted, completed, and the picture."""
    assert request.url.path.startswith(("/v2/", "/outputs/")), request.url
    if request.url.path.startswith("/outputs/"):
        return httpx.Response(200, content=picture("coral"))
    if request.method == "POST":
        return httpx.Response(200, json={"request_id": "r-1", "status": "QUEUED"})
    done = {"status": "COMPLETED", "output": f"{PROVIDER}/outputs/r-1.jpg"}
    return httpx.Response(200, json=done | {"metrics": {"cost": 0.01}})


def transport() -> httpx.AsyncBaseTransport:
    """Return what `HTTP_TRANSPORT` names."""
    return httpx.MockTransport(answer)


def set_up(folder: Path) -> None:
    """Set up a shop in a folder, and migrate it."""
    settings.configure(
        BASE_DIR=folder,
        MEDIA_ROOT=folder / "media",
        SECRET_KEY="only here",
        USE_TZ=True,
        ROOT_URLCONF=URLS,
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "django_tryon",
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db.sqlite3"}
        },
        TRYON={
            "API_KEY": "SG_0123456789abcdef",
            "BASE_URL": PROVIDER,
            "OUTPUT_HOSTS": ["127.0.0.1"],
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "PRODUCTS": {"auth.Group": {"title": "name"}},
            "HTTP_TRANSPORT": f"{Path(__file__).stem}.transport",
        },
    )
    django.setup()
    urls = ModuleType(URLS)
    urls.urlpatterns = [path("tryon/", include("django_tryon.urls"))]  # type: ignore[attr-defined]
    sys.modules[URLS] = urls
    call_command("check", fail_level="WARNING", verbosity=0)
    call_command("makemigrations", "--check", "--dry-run", "django_tryon", verbosity=0)
    call_command("migrate", verbosity=0)


def try_on() -> Any:
    """Launch a try-on, have the worker drive it, look at it over REST, and return it."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from django_tryon.models import Garment, Person
    from django_tryon.services import launch

    shirt = Garment.objects.create(
        product=Group.objects.create(name="Shirt"),
        image=ContentFile(picture("teal"), "shirt.jpg"),
        category="upper",
        description="teal shirt",
    )
    ana = Person.objects.create(
        kind="photo", photo=ContentFile(picture("peru"), "ana.jpg"), is_house_model=True, name="Ana"
    )
    job = launch(garments=[shirt], person=ana, engine="idm-vton")
    call_command("tryon_worker", "--until-idle", "--quiet")
    job.refresh_from_db()
    assert job.status == "succeeded", (job.status, job.error_message)
    assert [result.kind for result in job.results.all()] == ["image"]
    shown = Client().get("/tryon/api/schema/")
    assert shown.status_code == 200, shown.content[:500]
    return job


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    with tempfile.TemporaryDirectory() as work:
        set_up(Path(work))
        engine = try_on().engine
        exec(sys.argv[1] if len(sys.argv) > 1 else "")
    print(f"{engine}: succeeded, with Django {django.__version__} and Python {sys.version[:6]}")
