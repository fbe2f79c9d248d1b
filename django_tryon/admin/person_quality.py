"""Tell staff what the checks see: in a house model's photo, and in a result."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_tryon import quality
from django_tryon.models import Person, TryOnResult
from django_tryon.models.judgement import assess

AT_MOST = 2.0
"""Seconds that a page may take to look at photos that nobody has looked at."""


def warn_of(request: HttpRequest, person: Person) -> None:
    """Say what could be better about a photo that was just saved; it stays in any case."""
    for finding in person.advice:
        messages.warning(request, f"{finding.says} {finding.do}")


def look_at_new(people: Iterable[Person]) -> None:
    """Look at those photos that the checks of today have not seen; the rest is left for later.

    A photo is looked at when it is saved: these are from before, or the thresholds have changed.
    """
    until = monotonic() + AT_MOST
    for person in people:
        if not person.is_assessed:
            assess(person)
            if monotonic() > until:
                return


def findings_list(found: Iterable[quality.Finding], nothing: str = "") -> SafeString | str:
    """Return what to look at as a list, each with what to do about it; ``nothing`` without any."""
    items = [(MARK, each.check.title, each.says, each.do) for each in found]
    if not items:
        return nothing
    return format_html(
        '<ul class="tryon-findings">{}</ul>',
        format_html_join(
            "",
            '<li><span class="tryon-mark tryon-mark--{}"><strong>{}.</strong> {} {}</span></li>',
            items,
        ),
    )


MARK = "odd"


def photo_report(person: Person) -> Any:
    """Return what was seen of a photo, in sentences."""
    if person.findings is None:
        return _("Nobody has looked at the photo yet.")
    return findings_list(person.advice, _("Nothing stands out."))


def result_report(result: TryOnResult) -> Any:
    """Return what was seen of a result, in sentences, and whether it was drawn again."""
    if result.findings is None:
        return _("Not looked at.") if result.judge_at is None else _("They are looking at it.")
    return findings_list(result.advice, _("Nothing to look at was seen."))
