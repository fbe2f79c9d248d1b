"""What the launch page says about money: what budgets are left, and what is not paid again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.drawing import measures
from django_tryon.admin.drawing.figures import page_of
from django_tryon.models import TryOnJob
from django_tryon.services import budget

LINKS = 8
"""How many jobs are named that were launched before."""


def budget_words() -> list[str]:
    """Return a sentence for each budget that the shop has set."""
    counted = _("%(left)s of %(limit)s left %(when)s")
    begins = _("%(left)s of %(limit)s left %(when)s, counted from the next launch on")
    return [
        (counted if each.is_counted else begins)
        % {
            "left": measures.dollars(max(Decimal(0), each.left)),
            "limit": measures.dollars(each.limit),
            "when": each.name,
        }
        for each in budget.left()
    ]


def reused_words(jobs: Sequence[TryOnJob], site: str) -> SafeString:
    """Say how many were tried on already, with links to the first of them."""
    said = ngettext(
        "%(count)d was tried on already and is not paid for again:",
        "%(count)d were tried on already and are not paid for again:",
        len(jobs),
    ) % {"count": len(jobs)}
    links = [(page_of(job, site), job) for job in dict.fromkeys(jobs)][:LINKS]
    more = "…" if len(jobs) > LINKS else ""
    shown = format_html_join(", ", '<a href="{}">{}</a>', links)
    return format_html("{} {}{}", said, shown, more)


def waiting_words(site: str) -> SafeString:
    """Say where first frames are approved."""
    said = _("The clips wait until their first frames are approved:")
    url = reverse("admin:django_tryon_waitingclip_changelist", current_app=site)
    return format_html('{} <a href="{}">{}</a>', said, url, _("waiting clips"))
