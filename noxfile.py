"""The package with other versions: `nox` runs all, `nox -l` lists them, `nox -s extra` one kind.

A Python that is not found is skipped by name. Arguments after `--` go to pytest.
"""

from __future__ import annotations

from pathlib import Path

import nox

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
EXTRAS = sorted(PROJECT["project"]["optional-dependencies"])
WITH_ALL = f".[{','.join(EXTRAS)}]"
TOOLS = nox.project.dependency_groups(PROJECT, "test")
ONE_TRY_ON = ("python", "-W", "error", "tests/versions/one_try_on.py")
TESTS = ("tests/engines", "tests/models", "tests/services")
"""What depends on the version the most, and takes half a minute."""

PAIRS = [
    (python, django)
    for django, since in (("5.2", "3.11"), ("6.0", "3.12"), ("6.1", "3.12"))
    for python in ("3.11", "3.12", "3.13")
    if python >= since
]
OLDEST = "3.11"

OSCARS = {
    "4.0": ("django~=5.2.0", "django-treebeard>=4.8,<6"),
    "4.1": ("django~=5.2.0", "django-treebeard>=4.8,<6"),
    "4.2": (),
}
"""Each django-oscar, with what the older ones need and only partly ask for."""

PROOFS = {
    "celery": "import django_tryon.tasks, django_tryon.runners.celery",
    "django-tasks": "import django_tryon.runners.django_tasks",
    "heic": "import pillow_heif, django_tryon.photos.opening",
    "oscar": "import oscar, django_tryon.contrib.oscar.checks",
    "otel": "import opentelemetry.metrics",
    "quality": "from django_tryon.quality.opencv import cascade; cascade('frontalface_alt')",
    "s3": "import storages.backends.s3",
    "sandbox": "import django_tryon.sandbox.app, django_tryon.sandbox.serving",
    "video": "from django_tryon.videos.opening import import_av; import_av()",
}
"""What an extra is for."""

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "uv|virtualenv"


def run_tests(session: nox.Session) -> None:
    """Run the tests that depend on versions, or those that were asked for."""
    session.run("python", "-m", "pytest", "-q", "-n0", *(session.posargs or TESTS))


@nox.session
@nox.parametrize(("python", "django"), PAIRS)
def tests(session: nox.Session, django: str) -> None:
    """Run the tests with this Python and the newest release of this Django."""
    session.install("-e", WITH_ALL, *TOOLS, f"django~={django}.0")
    run_tests(session)


@nox.session(python=OLDEST)
def bare(session: nox.Session) -> None:
    """Check, migrate and try something on with no extra at all."""
    session.install(".")
    session.run(*ONE_TRY_ON)


@nox.session(python=OLDEST)
@nox.parametrize("extra", EXTRAS)
def extra(session: nox.Session, extra: str) -> None:
    """The same with one extra alone, and what it is for."""
    session.install(f".[{extra}]")
    session.run(*ONE_TRY_ON, PROOFS[extra])


@nox.session(python=OLDEST)
@nox.parametrize("oscar", list(OSCARS))
def oscar(session: nox.Session, oscar: str) -> None:
    """Run the tests inside a shop of this django-oscar, its pages in a browser among them."""
    session.install("-e", WITH_ALL, *TOOLS, f"django-oscar~={oscar}.0", *OSCARS[oscar])
    session.run("python", "-m", "pytest", "-q", "-n0", *(session.posargs or ["tests/oscar"]))


@nox.session(python=OLDEST, venv_backend="uv")
def oldest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that pyproject.toml allows."""
    session.install("--resolution", "lowest-direct", "-e", WITH_ALL, *OSCARS["4.0"][1:])
    session.run(*ONE_TRY_ON)
    # The tests' own tools may be new, as long as they leave the others where they are.
    there = str(session.run("uv", "pip", "freeze", "--exclude-editable", silent=True))
    pinned = [line for line in there.splitlines() if "==" in line]
    constraints = Path(session.create_tmp()) / "oldest.txt"
    constraints.write_text("\n".join(pinned), encoding="utf-8")
    session.install(*TOOLS, "--constraint", str(constraints))
    run_tests(session)
