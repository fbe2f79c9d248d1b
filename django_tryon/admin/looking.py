"""What must be looked at by itself is not approved or published among many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_tryon.admin.drawing.labels import label
from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnResult

Do = Callable[[TryOnResult], object]


def one_by_one(do: Do, count: int) -> Do:
    """Return what does the same, unless it is one of several and must be looked at by itself."""

    def looked(result: TryOnResult) -> object:
        if count > 1 and result.is_doubtful:
            raise WrongState(
                _("It must be looked at by itself. Open it, and decide there."), code="needs_look"
            )
        return do(result)

    return looked


def flag(result: TryOnResult) -> SafeString | str:
    """Return a coloured word where the checks saw something to look at; else nothing."""
    words = flag_words(result)
    return label(words, "odd") if words else ""


def flag_words(result: TryOnResult) -> str:
    """Return the same as plain words."""
    if not result.advice:
        return ""
    return _("Must be looked at") if result.is_doubtful else _("Look closely")


class FlaggedFilter(admin.SimpleListFilter):
    """What the checks of results say."""

    title = gettext_lazy("checks")
    parameter_name = "flagged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what they may have said."""
        return [
            ("yes", gettext_lazy("Something to look at")),
            ("alone", gettext_lazy("Must be looked at by itself")),
            ("no", gettext_lazy("Nothing to look at")),
            ("unknown", gettext_lazy("Not looked at")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep the results of which they said this."""
        wanted: dict[str, dict[str, Any]] = {
            "yes": {"is_flagged": True},
            "alone": {"needs_look": True},
            "no": {"is_flagged": False, "findings__isnull": False},
            "unknown": {"findings__isnull": True},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))
