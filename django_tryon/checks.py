"""System checks: what can be known of an installation without a network."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages
from django.urls import NoReverseMatch, reverse

from django_tryon import products
from django_tryon.checks_choices import check_choices
from django_tryon.checks_clips import check_clips
from django_tryon.checks_events import check_events
from django_tryon.checks_licences import check_licences
from django_tryon.checks_money import check_doubt, check_money
from django_tryon.checks_prewarm import check_prewarm
from django_tryon.checks_quality import check_quality
from django_tryon.checks_times import check_polls, check_runner, check_times
from django_tryon.conf import conf, options
from django_tryon.engines import all_engines
from django_tryon.hosts import is_loopback, why_not_public

KINDS: dict[Any, str] = {
    bool: "True or False",
    int: "a whole number above 0",
    str: "a text",
    dict: "a dict",
    (tuple, list): "a list",
}
"""What the default of an option says of its values."""

DOCS = "See the settings reference in the docs."


def check_dict() -> list[CheckMessage]:
    """E001: ``TRYON`` is a dict."""
    if isinstance(getattr(settings, "TRYON", {}), dict):
        return []
    return [Error("TRYON must be a dict.", hint=DOCS, id="django_tryon.E001")]


def check_names() -> list[CheckMessage]:
    """E002: every key in ``TRYON`` is known."""
    given = getattr(settings, "TRYON", {})
    found: list[CheckMessage] = []
    for name in given:
        if name not in options():
            close = difflib.get_close_matches(str(name), options(), n=1)
            hint = f"Did you mean “{close[0]}”? {DOCS}" if close else f"Remove it. {DOCS}"
            found.append(
                Error(f"TRYON has an unknown key “{name}”.", hint=hint, id="django_tryon.E002")
            )
    return found


def check_types() -> list[CheckMessage]:
    """E011, E012: moments have a time zone, and lists are lists."""
    found: list[CheckMessage] = []
    if not settings.USE_TZ:
        found.append(
            Error(
                "USE_TZ is False. Due times of jobs need moments with a time zone.",
                hint="Set USE_TZ = True.",
                id="django_tryon.E011",
            )
        )
    for name, option in options().items():
        wanted = next((kind for kind in KINDS if isinstance(option.default, kind)), None)
        given = getattr(conf, name)
        if name == "TRUSTED_PROXIES" and isinstance(given, (list, tuple)):
            found += check_networks(given)
            continue
        wrong = wanted and not isinstance(given, wanted)
        if wrong or (wanted is int and (isinstance(given, bool) or given < min(1, option.default))):
            found.append(
                Error(
                    f"TRYON['{name}'] must be {KINDS[wanted]}, not {given!r}.",
                    hint=f"The default is {option.default!r}.",
                    id="django_tryon.E012",
                )
            )
    return found


def check_networks(given: Sequence[Any]) -> list[CheckMessage]:
    """E012: what is listed as trusted is networks."""
    for each in given:
        try:
            ip_network(each, strict=False)
        except ValueError as error:
            said = f"TRYON['TRUSTED_PROXIES'] lists {each!r}: {error}"
            hint = 'Networks are written as "10.0.0.0/8", single proxies as "10.0.0.7".'
            return [Error(said, hint=hint, id="django_tryon.E012")]
    return []


def check_key() -> list[CheckMessage]:
    """W001: there is a key, and it looks like one."""
    key = conf.API_KEY
    if key and str(key).startswith("SG_"):
        return []
    said = "is not set" if not key else "does not look like a Segmind key (SG_…)"
    return [
        Warning(
            f"TRYON['API_KEY'] {said}; Segmind will refuse every try-on.",
            hint="Take it from the Segmind console and set it from the environment: "
            "TRYON = {'API_KEY': os.environ['SEGMIND_API_KEY'], …}.",
            id="django_tryon.W001",
        )
    ]


def check_urls() -> list[CheckMessage]:
    """E003, W002: the provider's address is safe for the key, and it can fetch our pictures."""
    base, public = str(conf.BASE_URL), str(conf.PUBLIC_URL)
    if is_loopback(base):
        return []
    if why := why_not_public(base):
        return [
            Error(
                f"TRYON['BASE_URL'] is “{base}”: {why}. The key must not go there.",
                hint="Use https://api.segmind.com, or a loopback address for the sandbox.",
                id="django_tryon.E003",
            )
        ]
    if conf.INPUTS == "signed" and (why := why_not_public(public)):
        said = f"is “{public}”: {why}" if public else "is not set"
        return [
            Warning(
                f"TRYON['PUBLIC_URL'] {said}. Segmind could not fetch pictures from this site.",
                hint="Set it to the https address of this site; or use a storage that gives "
                "signed https links; or set TRYON['INPUTS'] = 'asset-store'.",
                id="django_tryon.W002",
            )
        ]
    return []


def check_consent() -> list[CheckMessage]:
    """W004: the words of the consent box have no braces that nobody fills in."""
    found = set(re.findall(r"{[^{}]*}?", str(conf.CONSENT_TEXT)))
    unknown = sorted(found - {"{provider}", "{photo_hours}", "{result_days}"})
    if not unknown:
        return []
    return [
        Warning(
            f"TRYON['CONSENT_TEXT'] says {', '.join(unknown)}, and shoppers will read just that.",
            hint="What is filled in: {provider}, {photo_hours} and {result_days}.",
            id="django_tryon.W004",
        )
    ]


def check_urlconf() -> list[CheckMessage]:
    """E013: the URLs of this app are included."""
    try:
        reverse("django_tryon:file", args=["view", "x", "y"])
    except (NoReverseMatch, AttributeError):  # the latter where there is no ROOT_URLCONF at all
        return [
            Error(
                "The URLs of django_tryon are not included, so no picture can be served.",
                hint="Add path('tryon/', include('django_tryon.urls')) to your URLs.",
                id="django_tryon.E013",
            )
        ]
    return []


def check_parts() -> list[CheckMessage]:
    """E004 to E008: engines, products, runner, storages and inputs are what they should be."""
    found: list[CheckMessage] = []

    def attempt(what: str, number: int, look: Callable[[], Any], hint: str = DOCS) -> None:
        try:
            look()
        except (
            ImportError,
            AttributeError,
            TypeError,
            ValueError,
            ImproperlyConfigured,
            InvalidStorageError,
        ) as error:
            said = str(error) if str(error).startswith("TRYON") else f"TRYON['{what}']: {error}"
            found.append(Error(said, hint=hint, id=f"django_tryon.E{number:03}"))

    attempt("ENGINES", 4, all_engines)
    attempt("PRODUCTS", 5, products.adapters)
    ours = "Ours are django_tryon.runners.embedded, .celery and .django_tasks."
    attempt("RUNNER", 6, lambda: import_module(conf.RUNNER).wake, f"{ours} {DOCS}")
    attempt("PRIVATE_STORAGE", 7, lambda: conf.PRIVATE_STORAGE and storages[conf.PRIVATE_STORAGE])
    attempt("PUBLIC_STORAGE", 7, lambda: storages[conf.PUBLIC_STORAGE])
    if conf.INPUTS not in {"signed", "asset-store"}:
        found.append(
            Error(
                f"TRYON['INPUTS'] is “{conf.INPUTS}”; it must be “signed” or “asset-store”.",
                id="django_tryon.E008",
            )
        )
    return found


def check_all(**kwargs: Any) -> list[CheckMessage]:
    """Look at the shape of ``TRYON`` first, and only then at what it says."""
    if found := check_dict():
        return found
    looks = (
        check_names,
        check_types,
        check_key,
        check_urls,
        check_consent,
        check_urlconf,
        check_parts,
        check_choices,
        check_times,
        check_polls,
        check_runner,
        check_money,
        check_doubt,
        check_licences,
        check_prewarm,
        check_quality,
        check_clips,
        check_events,
    )
    return [said for look in looks for said in look()]


def register_all() -> None:
    """Register the checks."""
    register(check_all, "django_tryon")
