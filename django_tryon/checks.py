"""System checks: what can be known of an installation without a network."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

from django_tryon import products
from django_tryon.conf import conf, options
from django_tryon.engines import all_engines
from django_tryon.hosts import is_loopback, why_not_public
from django_tryon.segmind.client import V1_TIMEOUT

DOCS = "See the settings reference in the docs."


def check_names(**kwargs: Any) -> list[CheckMessage]:
    """E001, E002: ``TRYON`` is a dict, and every key in it is known."""
    given = getattr(settings, "TRYON", {})
    if not isinstance(given, dict):
        return [Error("TRYON must be a dict.", hint=DOCS, id="django_tryon.E001")]
    found: list[CheckMessage] = []
    for name in given:
        if name not in options():
            close = difflib.get_close_matches(str(name), options(), n=1)
            hint = f"Did you mean “{close[0]}”?" if close else DOCS
            found.append(
                Error(f"TRYON has an unknown key “{name}”.", hint=hint, id="django_tryon.E002")
            )
    return found


def check_key(**kwargs: Any) -> list[CheckMessage]:
    """W001: there is a key, and it looks like one."""
    key = conf.API_KEY
    if key and str(key).startswith("SG_"):
        return []
    said = "is not set" if not key else "does not look like a Segmind key (SG_…)"
    return [
        Warning(
            f"TRYON['API_KEY'] {said}; no try-on can be launched.",
            hint="Take it from the Segmind console and set it from the environment: "
            "TRYON = {'API_KEY': os.environ['SEGMIND_API_KEY'], …}.",
            id="django_tryon.W001",
        )
    ]


def check_urls(**kwargs: Any) -> list[CheckMessage]:
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


def check_parts(**kwargs: Any) -> list[CheckMessage]:
    """E004 to E008: engines, products, runner, storages and inputs are what they should be."""
    found: list[CheckMessage] = []

    def attempt(what: str, number: int, look: Callable[[], Any]) -> None:
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
            found.append(
                Error(f"TRYON['{what}']: {error}", hint=DOCS, id=f"django_tryon.E{number:03}")
            )

    attempt("ENGINES", 4, all_engines)
    attempt("PRODUCTS", 5, products.adapters)
    attempt("RUNNER", 6, lambda: import_module(conf.RUNNER).wake)
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


def check_times(**kwargs: Any) -> list[CheckMessage]:
    """E009, E010: durations are durations, and a lease outlasts what is done under it."""
    found: list[CheckMessage] = []
    for name, option in options().items():
        if isinstance(option.default, timedelta) and not isinstance(getattr(conf, name), timedelta):
            found.append(
                Error(
                    f"TRYON['{name}'] must be a timedelta, not {getattr(conf, name)!r}.",
                    hint=f"For example datetime.timedelta(seconds="
                    f"{option.default.total_seconds():.0f}).",
                    id="django_tryon.E009",
                )
            )
    if not found and (least := longest_step()) > conf.LEASE:
        found.append(
            Error(
                f"TRYON['LEASE'] is {conf.LEASE}, shorter than what may be done under it; "
                "a job could be taken from a living worker.",
                hint=f"Use at least datetime.timedelta(seconds={least.total_seconds():.0f}).",
                id="django_tryon.E010",
            )
        )
    return found


def longest_step() -> timedelta:
    """Return how long the longest way through one step may take: submit by v1, then download."""
    return max(conf.HTTP_TIMEOUT * 2, V1_TIMEOUT) + conf.DOWNLOAD_TIMEOUT


def register_all() -> None:
    """Register every check of this file."""
    for check in (check_names, check_key, check_urls, check_parts, check_times):
        register(check, "django_tryon")
