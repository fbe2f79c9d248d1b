"""The files of the page on deployment fit one another and this version."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType
from typing import Any

import celery.bin.celery
import pytest
import yaml
from celery import current_app
from django.core.management import get_commands
from django.urls import reverse

from django_tryon import tasks
from django_tryon.checks import check_all
from django_tryon.photos.limits import PHOTO_LIMITS
from django_tryon.videos.facts import CLIP_LIMITS
from tests.run import ROOT

FOLDER = ROOT / "docs" / "howto" / "deployment"
PAGE = (ROOT / "docs" / "howto" / "deployment.md").read_text(encoding="utf-8")
UNITS = sorted(FOLDER.glob("*.service"))


def text(name: str) -> str:
    """Return one of the files."""
    return (FOLDER / name).read_text(encoding="utf-8")


ENVIRONMENT = dict(
    line.split("=", 1) for line in text("shop.env").splitlines() if not line.startswith("#")
)
FILES = ENVIRONMENT["SHOP_FILES"]


def unit(path: Path) -> Any:
    """Return the section [Service] of a unit."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser["Service"]


def words_of(command: str) -> list[str]:
    """Return a command's words, without the folder of its program."""
    first, *rest = shlex.split(command)
    return [Path(first).name, *rest]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings, with the environment of the page and no other."""
    for name in ("mysite", "mysite.settings"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setattr("os.environ", dict(ENVIRONMENT))
    return runpy.run_path(str(FOLDER / "production.py"))


def test_the_settings_pass_the_checks(
    production: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_app.conf, "beat_schedule", production["CELERY_BEAT_SCHEDULE"])
    settings.TRYON, settings.STORAGES = production["TRYON"], production["STORAGES"]
    said = {message.id for message in check_all()}
    assert said == {"django_tryon.W007"}  # what it thinks of the licences is the shop's own


def test_beat_knows_its_tasks(production: dict[str, Any]) -> None:
    ours = {task.name for task in vars(tasks).values() if hasattr(task, "apply_async")}
    assert {entry["task"] for entry in production["CELERY_BEAT_SCHEDULE"].values()} <= ours


def test_each_name_in_the_environment_is_read() -> None:
    read = set(re.findall(r"env\[[\"'](\w+)[\"']\]", text("production.py")))
    assert read | {"DJANGO_SETTINGS_MODULE"} == set(ENVIRONMENT)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_there_is(path: Path) -> None:
    service = unit(path)
    assert service["EnvironmentFile"] == "/etc/shop.env"
    program, *arguments = words_of(service["ExecStart"])
    if program == "celery":
        assert arguments[:2] == ["-A", "mysite"]
        command = celery.bin.celery.celery.commands[arguments[2]]
        command.make_context(arguments[2], arguments[3:], resilient_parsing=True)
    else:
        assert (program, arguments[0]) == ("gunicorn", "mysite.wsgi")
        assert f"server {arguments[2]};" in text("nginx.conf")
        assert arguments[1] == "--bind"
    if "--schedule" in arguments:
        assert f"/var/lib/{service['StateDirectory']}/" in arguments[-1]


def test_compose_starts_the_same() -> None:
    compose = yaml.safe_load(text("compose.yaml"))
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or source in {"./nginx.conf", "./tls"}
        if "build" in service:
            assert set(service["environment"]) <= set(ENVIRONMENT)
            assert service["env_file"] == "shop.env"
            assert f"files:{FILES}" in service["volumes"]
    for name in ("worker", "beat"):
        started = words_of(unit(FOLDER / f"shop-{name}.service")["ExecStart"])
        assert words_of(services[name]["command"])[:6] == started[:6]
    written = re.search(r"^CMD (\[.*\])$", text("Dockerfile"), re.MULTILINE)
    assert written
    served = words_of(unit(FOLDER / "shop-web.service")["ExecStart"])
    assert yaml.safe_load(written[1]) == [word.replace("127.0.0.1", "0.0.0.0") for word in served]


def test_the_commands_exist() -> None:
    everything = PAGE + text("compose.yaml")
    named = set(re.findall(r"(?:manage\.py|/srv/shop/manage|`manage) (\w+)", everything))
    assert {"migrate", "collectstatic", "tryon_doctor"} <= named
    assert named <= {*get_commands(), "createsuperuser"}


def test_nginx_gives_what_is_public_and_nothing_else(production: dict[str, Any]) -> None:
    config = text("nginx.conf")
    given = dict(re.findall(r"location (\S+) \{\n\s+alias (\S+);", config))
    assert given == {
        production["STATIC_URL"]: production["STATIC_ROOT"] + "/",
        production["MEDIA_URL"]: production["MEDIA_ROOT"] + "/",
    }
    photos = re.search(r"location /tryon/ \{.*?client_max_body_size (\d+)m;", config, re.DOTALL)
    assert photos
    assert int(photos[1]) * 2**20 > PHOTO_LIMITS.max_bytes + 64 * 1024


def test_nginx_takes_a_shoppers_clip_where_one_is_sent() -> None:
    found = re.search(
        r"location ~ (\^\S+uploads\S+) \{\s+client_max_body_size (\d+)m;", text("nginx.conf")
    )
    assert found
    assert int(found[2]) * 2**20 > CLIP_LIMITS.max_bytes + 64 * 1024
    for path in (
        reverse("django_tryon:api-clip-uploads"),
        reverse("django_tryon:clip-new", args=["a:1"]),
    ):
        assert re.match(found[1], path), path


def test_nginx_takes_the_file(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    certificate = ROOT / "tests" / "webhooks" / "shop.localhost.pem"
    config = re.sub(r"(ssl_certificate\w*) \S+;", rf"\1 {certificate};", text("nginx.conf"))
    config = config.replace("listen 80;", "listen 18080;").replace("listen 443 ", "listen 18443 ")
    config = (
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {config} }}"
    )
    (tmp_path / "nginx.conf").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_page_shows_each_file() -> None:
    shown = set(re.findall(r"^```\{literalinclude\} deployment/(\S+)$", PAGE, re.MULTILINE))
    assert shown == {path.name for path in FOLDER.iterdir() if path.is_file()}
