"""What the docs claim about versions, commands, engines and files is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from django.core.management import get_commands, load_command_class

import django_tryon
from django_tryon.engines import all_engines

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = [page for page in PAGES if "_build" not in page.parts]


def test_the_version_is_the_same_everywhere() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest
    assert newest[1] == django_tryon.__version__ == PROJECT["version"]


def test_the_readme_names_the_versions_of_the_package() -> None:
    said = re.search(r"^Django (.+), on SQLite", README, re.MULTILINE)
    assert said
    releases = [
        line.rpartition(" ")[2]
        for line in PROJECT["classifiers"]
        if re.fullmatch(r"Framework :: Django :: \d+\.\d+", line)
    ]
    assert re.findall(r"\d+\.\d+", said[1]) == releases
    assert f"Python {PROJECT['requires-python'].removeprefix('>=')} or newer" in README


def test_the_readme_lists_each_engine_with_its_price() -> None:
    rows = re.findall(r"^\| \[`(\S+)`\]\(docs/engines/\w+\.md\) \|.*\| (\S+) \|$", README, re.M)
    assert rows == [(slug, str(engine.price)) for slug, engine in all_engines().items()]


def test_installing_takes_less_than_fifteen_lines() -> None:
    part = README.partition("## In your own shop")[2].partition("\n## ")[0]
    blocks = re.findall(r"```\w+\n(.*?)```", part, re.DOTALL)
    assert 0 < sum(len(block.strip().splitlines()) for block in blocks) < 15


def test_every_extra_is_explained() -> None:
    quickstart = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([\w-]+)` \|", quickstart, re.MULTILINE)
    assert set(explained) == set(PROJECT["optional-dependencies"])


def test_every_command_is_described_and_takes_the_options_that_are_named() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^`(\w+)`$", page, flags=re.MULTILINE)[1:]
    described = dict(zip(parts[::2], parts[1::2], strict=True))
    ours = {name for name, app in get_commands().items() if app == "django_tryon"}
    assert set(described) == ours
    for name, text in described.items():
        parser = load_command_class("django_tryon", name).create_parser("manage.py", name)
        for option in re.findall(r"`(--[\w-]+)", text):
            assert option in parser.format_help(), f"{name} has no {option}"


@pytest.mark.parametrize("page", OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"(?:\]\(|src=\")([^)#\s\"]+)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).is_file(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", OURS, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_in_the_docs_compiles(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        # "..." stands for the settings that a block leaves out.
        code = re.sub(r", \.\.\.}", "}", dedent(block)).replace("    ...\n}", "}")
        compile(code, str(page), "exec")
