"""The rooms of the package: who may import whom, and who may write what."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import django_tryon

PACKAGE = Path(django_tryon.__file__).parent
FILES = sorted(
    path for path in PACKAGE.rglob("*.py") if "migrations" not in path.relative_to(PACKAGE).parts
)

GROUND = {"conf", "exceptions", "hosts", "logs", "signals", "telemetry", "__version__"}
"""What every room may stand on."""
MEMORY = GROUND | {"models", "products", "photos", "quality", "readiness", "videos"}
INNER = MEMORY | {"engines", "services"}

MAY_IMPORT: dict[str, set[str]] = {
    "conf": set(),
    "exceptions": set(),
    "hosts": set(),
    "logs": set(),
    "telemetry": set(),
    "signals": set(),
    "photos": GROUND,
    # Pictures in, findings out: it knows neither rows nor files.
    "readiness": set(),
    # The same for people and results; it leans on what is known of pictures there.
    "quality": {"exceptions", "readiness"},
    "videos": GROUND | {"photos"},
    "marks": GROUND | {"photos", "videos"},
    "engines": GROUND,
    "segmind": GROUND,
    # The wire to the shop: like Segmind's it keeps quiet, but it has no key.
    "webhooks": GROUND | {"segmind"},
    "models": GROUND | {"photos", "quality", "readiness", "videos", "products"},
    # It bears what the shop's code raises.
    "careful": GROUND,
    "products": GROUND | {"careful", "models", "product_images"},
    # A file that is stored before its row is doomed first.
    "product_images": GROUND | {"models"},
    "runners": GROUND | {"models"},
    "services": MEMORY | {"engines", "marks", "segmind", "runners", "webhooks"},
    # Doors: they ask services, and read what they show.
    "admin": INNER,
    # The button has no words of its own: the API gives them.
    "rest": INNER | {"widget"},
    "widget": INNER,
    # A second pair of doors: oscar's pages show the button, its dashboard opens the admin.
    "contrib": INNER | {"admin", "product_images", "templatetags"},
    "templatetags": INNER,
    "management": INNER | {"sandbox"},
    "ranges": set(),
    "views": INNER | {"ranges"},
    "health": INNER,
    "urls": {"health", "views", "rest", "widget"},
    # Celery's door needs the name under which the runner calls.
    "tasks": INNER | {"runners"},
    # It compares settings with how long a request may take.
    "checks": MEMORY
    | {
        *("engines", "segmind"),
        *(
            f"checks_{of}"
            for of in (
                "choices",
                "clips",
                "events",
                "licences",
                "money",
                "prewarm",
                "quality",
                "times",
            )
        ),
    },
    "checks_choices": GROUND | {"engines", "products"},
    "checks_clips": GROUND | {"checks_money", "engines"},
    "checks_events": GROUND,
    "checks_licences": GROUND | {"engines"},
    "checks_prewarm": GROUND | {"engines"},
    "checks_money": GROUND,
    "checks_quality": GROUND | {"engines", "quality"},
    "checks_times": GROUND | {"segmind"},
    "apps": GROUND | {"models", "products", "checks"},
    # The stand-in for the provider knows nothing of the app.
    "sandbox": {"exceptions"},
    "testing": GROUND | {"sandbox"},
}
FOREIGN = {
    "aiohttp": {"segmind"},
    "httpx": {"segmind", "webhooks", "sandbox", "testing"},
    "celery": {"runners", "tasks"},
    "django_tasks": {"runners"},
    "opentelemetry": {"telemetry"},
    "oscar": {"contrib"},
    "starlette": {"sandbox", "testing"},
    "uvicorn": {"management", "sandbox"},
    "av": {"videos", "sandbox"},
    "cv2": {"quality"},
    "rest_framework": {"rest"},
}
"""Which room alone deals with what is not ours."""


def room_of(path: Path) -> str:
    """Return the room that a file lies in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Give the line and the absolute name of each module that a file imports."""
    inside = path.relative_to(PACKAGE.parent).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(inside[: -node.level]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            if module == "django_tryon":
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def test_every_room_is_known() -> None:
    rooms = {room_of(path) for path in FILES} - {"__init__"}
    assert rooms <= MAY_IMPORT.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        if top == "django_tryon":
            target = rest.partition(".")[0]
            allowed = {room} | MAY_IMPORT.get(room, set())
            assert target in allowed, f"{path.name}:{line}: {room} must not import {target}"
        elif top in FOREIGN:
            assert room in FOREIGN[top], f"{path.name}:{line}: {room} must not import {top}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_transitions_write_a_status(path: Path) -> None:
    if path == PACKAGE / "models" / "transitions.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and _called(node) in {"update", "bulk_update", "setattr"}:
            names = [word.arg for word in node.keywords]
            names += [arg.value for arg in ast.walk(node) if isinstance(arg, ast.Constant)]
            assert "status" not in names, f"{path.name}:{node.lineno} writes a status"
        for target in targets:
            written = isinstance(target, ast.Attribute) and target.attr == "status"
            assert not written, f"{path.name}:{node.lineno} writes a status"


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def test_a_package_exports_all_that_it_imports_for_others() -> None:
    checked = 0
    for path in FILES:
        if path.name != "__init__.py" or "__all__" not in path.read_text(encoding="utf-8"):
            continue
        name = ".".join(path.relative_to(PACKAGE.parent).parent.parts)
        module = importlib.import_module(name)
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert set(module.__all__) <= set(dir(module)), f"{name} exports what it does not have"
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body):
            continue  # it uses some of what it imports itself
        imported = {
            alias.asname or alias.name
            for node in body
            if isinstance(node, ast.ImportFrom) and node.module != "__future__"
            for alias in node.names
        }
        assert imported == set(module.__all__), f"{name}: {imported ^ set(module.__all__)}"
        checked += 1
    assert checked > 3


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(PACKAGE)): count
        for path in FILES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) >= 300
    }
    assert not long
