"""Every word that a shopper may meet is there in every language we ship."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import django_tryon
from django_tryon.widget.clip_strings import clip_strings
from django_tryon.widget.strings import strings

PACKAGE = Path(django_tryon.__file__).parent
LANGUAGES = ("de", "fr", "es")
STOREFRONT = (
    "contrib/oscar/templatetags/*.py",
    "marks/*.py",
    "photos/*.py",
    *(f"quality/{name}.py" for name in ("closeness", "focus", "person", "posture")),
    "rest/**/*.py",
    "services/approve_frame.py",
    "services/cancel.py",
    "services/clips/*.py",
    "services/outfits/order.py",
    "services/reasons.py",
    "services/shoppers/**/*.py",
    "services/check_launch.py",
    "templates/django_tryon/**/*.*",
    "templatetags/*.py",
    "videos/*.py",
    "views.py",
    "widget/*.py",
)
"""Where the words of the shopper's side are; those of the admin are English so far."""
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
TEXT = r'"(?:[^"\\]|\\.)*"'
PLACE = re.compile(r"%\(\w+\)[.\d]*[a-z]|\{\w+\}")
Messages = dict[str, list[str]]


def in_python(source: str) -> Iterator[str]:
    """Give each text that is marked for translation; of a plural, the singular."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def in_template(source: str) -> Iterator[str]:
    """Give the same of a template."""
    for found in re.findall(
        r"gettext\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", templatize(source)
    ):
        yield ast.literal_eval(found)


def shoppers_words() -> set[str]:
    """Return every text of the shopper's side."""
    words: set[str] = set()
    for pattern in STOREFRONT:
        files = [path for path in PACKAGE.glob(pattern) if path.is_file()]
        assert files, f"nothing is at {pattern}"
        for path in files:
            source = path.read_text(encoding="utf-8")
            words |= set(in_python(source) if path.suffix == ".py" else in_template(source))
    return words


def translated(language: str) -> Messages:
    """Return the translations in the ``.po`` file, by text; of a plural all its forms."""
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
    found: Messages = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = re.findall(rf"^(msg\w+(?:\[\d\])?) ((?:{TEXT}\s*)+)", block, re.MULTILINE)
        texts = {
            name: "".join(ast.literal_eval(text) for text in re.findall(TEXT, body))
            for name, body in lines
        }
        if texts.get("msgid"):
            assert "fuzzy" not in block, texts["msgid"]
            found[texts["msgid"]] = [
                text for name, text in texts.items() if name.startswith("msgstr")
            ]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_shoppers_is_missing(language: str) -> None:
    known = translated(language)
    missing = sorted(word for word in shoppers_words() if word not in known or not all(known[word]))
    assert not missing, (
        f"{len(missing)} lack a translation: run django-admin makemessages --all --no-obsolete "
        f"--add-location file in django_tryon, fill them in, then compilemessages: {missing}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    for word, forms in translated(language).items():
        for form in filter(None, forms):
            assert set(PLACE.findall(form)) == set(PLACE.findall(word)), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as stored:
        compiled = gettext.GNUTranslations(stored)
    for word, forms in translated(language).items():
        if all(forms) and len(forms) == 1:
            assert compiled.gettext(word) == forms[0], "run django-admin compilemessages"
        elif all(forms):
            said = {compiled.ngettext(word, word, count) for count in (1, 2, 5, 1_000_000)}
            assert said <= set(forms), "run django-admin compilemessages"


def test_the_button_asks_for_no_word_that_it_is_not_given() -> None:
    files = (PACKAGE / "static" / "django_tryon").glob("try-on*.js")
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    asked = set(re.findall(r"\bwords\.(\w+)", source)) | {"copied", "copy"}
    notes = re.search(r"const notes = (.+);", source)
    assert notes
    asked |= set(re.findall(r'"(\w+)"', notes[1])) | {"fine", "unseen", "broken", "no_picture"}
    assert asked == set(strings())


def test_the_clips_words_are_those_that_the_button_asks_for() -> None:
    folder = PACKAGE / "static" / "django_tryon"
    files = [folder / f"try-on-{name}.js" for name in ("clip", "cut")]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    asked = set(re.findall(r"\btexts\.(\w+)", source)) | {"begin", "end"}
    button = (folder / "try-on.js").read_text(encoding="utf-8")
    asked |= set(re.findall(r"\bclips\.strings\.(\w+)", button))
    assert asked == set(clip_strings())
