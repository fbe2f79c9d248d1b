"""Ask before doing what cannot be taken back: a page with a question, and what was chosen kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.models import TryOnJob

SHOWN = 20
"""How many of the jobs in question are named."""


def has_agreed(request: HttpRequest) -> bool:
    """Tell whether the question was answered already."""
    return "agreed" in request.POST


def ask(
    request: HttpRequest,
    page: TryOnModelAdmin[Any],
    *,
    title: str,
    question: str,
    agree: str,
    jobs: Sequence[TryOnJob] = (),
    wants_id: bool = False,
) -> TemplateResponse:
    """Return a page that asks; ``agree`` is the word on the button that does it all the same.

    ``wants_id`` asks for a request's id, too.
    """
    given = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    context = page.admin_site.each_context(request) | {
        "title": title,
        "opts": page.opts,
        "question": question,
        "agree": agree,
        "jobs": jobs[:SHOWN] if len(jobs) > 1 else (),
        "wants_id": wants_id,
        "given": given,
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "admin/django_tryon/ask.html", context)
