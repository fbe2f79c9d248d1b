"""System checks of what names something: engines, hosts, a transport, rates, products."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from django_tryon import products
from django_tryon.conf import conf, options
from django_tryon.engines import all_engines, find_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.hosts import host_of

RATE = re.compile(r"[0-9]+/[smhd][a-z]*")
"""A rate as REST framework reads it: only the first letter of the time counts."""


def check_choices() -> list[CheckMessage]:
    """E019 to E021, E024, W009, W010, W012: what is named is there. Of a wrong type, E012 tells."""
    return [
        *(*_transport(), *_hosts(), *_throttles(), *_engines(), *_products()),
        *_places(),
    ]


def _transport() -> Iterator[CheckMessage]:
    if not conf.HTTP_TRANSPORT:
        return
    try:
        import_string(conf.HTTP_TRANSPORT)
    except Exception as error:
        yield Error(
            f"TRYON['HTTP_TRANSPORT'] cannot be imported ({error}), so nothing would reach "
            "Segmind.",
            hint="Give the dotted path of a callable, or remove it.",
            id="django_tryon.E019",
        )


def _hosts() -> Iterator[CheckMessage]:
    if not isinstance(conf.OUTPUT_HOSTS, list | tuple):
        return
    wrong = [each for each in conf.OUTPUT_HOSTS if not _is_host(each)]
    if conf.OUTPUT_HOSTS and not wrong:
        return
    said = f"lists {wrong[0]!r}, which is no host" if wrong else "is empty"
    usual = list(options()["OUTPUT_HOSTS"].default)
    yield Error(
        f"TRYON['OUTPUT_HOSTS'] {said}: results that were paid for could not be fetched.",
        hint=f"Write hosts without https:// and without a path, such as {usual!r}.",
        id="django_tryon.E020",
    )


def _is_host(given: object) -> bool:
    text = str(given)
    is_bare_ipv6 = text.count(":") > 1 and not text.startswith("[")
    url = f"https://[{text}]" if is_bare_ipv6 else f"https://{text}"
    return not set(text) & set("/@?#* ") and host_of(url) != ""


def _throttles() -> Iterator[CheckMessage]:
    usual = options()["THROTTLES"].default
    for name, rate in conf.THROTTLES.items() if isinstance(conf.THROTTLES, dict) else ():
        if name not in usual:
            said, hint = "is no such name", f"There are: {', '.join(usual)}."
        elif not _is_rate(rate):
            said = f"cannot be {rate!r}"
            hint = f"Write a number and a time, such as {usual[name]!r}; None for no bound."
        else:
            continue
        yield Error(f"TRYON['THROTTLES']['{name}'] {said}.", hint=hint, id="django_tryon.E021")


def _is_rate(given: object) -> bool:
    return given is None or RATE.fullmatch(str(given)) is not None


def _engines() -> Iterator[CheckMessage]:
    try:
        offered = all_engines()
    except Exception:  # E004 tells of it
        return
    usual = conf.STOREFRONT_ENGINE
    if usual not in offered:
        why = "which TRYON['ENGINES'] does not offer"
        yield _no_engine("STOREFRONT_ENGINE", usual, why, offered)
    elif usual not in conf.STOREFRONT_ENGINES:
        why = "which TRYON['STOREFRONT_ENGINES'] does not allow"
        yield _no_engine("STOREFRONT_ENGINE", usual, why, conf.STOREFRONT_ENGINES)
    for name in ("STOREFRONT_ENGINES", "PRICES"):
        given = getattr(conf, name)
        for slug in given if isinstance(given, list | tuple | dict) else ():
            if not _is_known(slug):
                yield _no_engine(name, slug, "which is no engine", offered)


def _is_known(slug: str) -> bool:
    try:
        find_engine(slug)
    except LaunchRefused:
        return False
    return True


def _no_engine(name: str, slug: str, why: str, there: Iterable[str]) -> CheckMessage:
    close = difflib.get_close_matches(str(slug), list(there), n=1)
    hint = f"Did you mean “{close[0]}”?" if close else f"Choose of: {', '.join(there)}."
    return Warning(f"TRYON['{name}'] names “{slug}”, {why}.", hint=hint, id="django_tryon.W009")


def _products() -> Iterator[CheckMessage]:
    if not conf.PRODUCTS:
        yield Warning(
            "TRYON['PRODUCTS'] names no model, so nothing can be tried on.",
            hint="Name yours, such as {'shop.Product': {'image': 'image', 'title': 'name'}}.",
            id="django_tryon.W010",
        )


PLACES = ("gallery", "images", "both")


def _places() -> Iterator[CheckMessage]:
    if conf.PUBLISH_TO not in PLACES:
        yield Error(
            f"TRYON['PUBLISH_TO'] is {conf.PUBLISH_TO!r}.",
            hint=f"Choose one of: {', '.join(PLACES)}.",
            id="django_tryon.E024",
        )
    elif conf.PUBLISH_TO != "gallery" and not _has_images():
        yield Warning(
            f"TRYON['PUBLISH_TO'] is “{conf.PUBLISH_TO}”, but no product says where the shop "
            "keeps its own pictures.",
            hint="Add “images” to a model in TRYON['PRODUCTS'], or add_image to its adapter.",
            id="django_tryon.W012",
        )


def _has_images() -> bool:
    try:
        return any(adapter.can_add_images for adapter in products.adapters().values())
    except (ImproperlyConfigured, ImportError):  # E005 tells of it
        return True
