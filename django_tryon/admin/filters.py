"""Filters beside the lists; none of them asks the database for its choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.access import may_see_shoppers
from django_tryon.engines import all_engines
from django_tryon.models import Status
from django_tryon.models.webhook import TEST, Event
from django_tryon.services.outfits.seen import as_seen


class EngineFilter(admin.SimpleListFilter):
    """Which engine."""

    title = _("engine")
    parameter_name = "engine"
    field = "engine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the engines that are in use."""
        return [(slug, engine.title) for slug, engine in all_engines().items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep what this engine made."""
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class JobEngineFilter(EngineFilter):
    """Which engine, seen from a result."""

    field = "job__engine"


class StatusFilter(admin.SimpleListFilter):
    """How a try-on stands: an outfit that waits for its steps as they do."""

    title = _("status")
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Return all there are."""
        return Status.choices

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep those that stand so."""
        if self.value() not in Status.values:
            return queryset
        found = queryset.filter(status__in={self.value(), Status.QUEUED})
        return found.annotate(seen=as_seen()).filter(seen=self.value())


class StepsFilter(admin.SimpleListFilter):
    """What was asked for; the steps of outfits only where somebody wants to see them."""

    title = _("steps of outfits")
    parameter_name = "steps"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice besides the usual."""
        return [("too", _("Steps too"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Call the usual by its name: it is not “All”."""
        usual, *others = super().choices(changelist)
        return iter([{**usual, "display": _("Folded into the outfit")}, *others])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Fold steps into their outfits."""
        return queryset if self.value() == "too" else queryset.filter(outfit=None)


class PublishedFilter(admin.SimpleListFilter):
    """Whether it stands on a product's page."""

    title = _("published")
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return yes and no, and what is to come."""
        return [
            ("yes", _("Yes")),
            ("no", _("No")),
            ("scheduled", _("Scheduled")),
            ("failed", _("Failed at its time")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep those that are published, that are not, or that are to be."""
        if self.value() is None:
            return queryset
        if self.value() in {"scheduled", "failed"}:
            failed = self.value() == "failed"
            return queryset.filter(appointment__isnull=False, appointment__due_at__isnull=failed)
        return queryset.filter(published_at__isnull=self.value() == "no")


class OfferedFilter(admin.SimpleListFilter):
    """Whether its shopper lets the shop show it; for those who may see shoppers' pictures."""

    title = _("offered by shoppers")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return yes alone: what is not offered is most of all."""
        return [("yes", _("Yes"))] if may_see_shoppers(request) else []

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep those that are offered."""
        return queryset.filter(offered_at__isnull=False) if self.value() == "yes" else queryset


class WhoFilter(admin.SimpleListFilter):
    """House models first; shoppers only for those who may see them."""

    title = _("who")
    parameter_name = "who"
    field = "is_house_model"
    default = "house"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return nothing to choose for those who see house models only."""
        if not may_see_shoppers(request):
            return []
        return [
            ("house", _("House models")),
            ("shoppers", _("Shoppers")),
            ("all", _("Everybody")),
        ]

    def value(self) -> str:
        """Return the choice, house models if none was made."""
        return str(super().value() or self.default)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Offer no “All” of Django's own: it is among ours."""
        for word, title in self.lookup_choices:
            yield {
                "selected": self.value() == word,
                "query_string": changelist.get_query_string({self.parameter_name: word}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep those chosen."""
        if self.value() == "all":
            return queryset
        return queryset.filter(**{self.field: self.value() == "house"})


class EventFilter(admin.SimpleListFilter):
    """Which event."""

    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return all events, the test's included."""
        return [(name, name) for name in (*Event.values, TEST)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep the deliveries of this event."""
        return queryset.filter(event=self.value()) if self.value() else queryset


class LookStateFilter(admin.SimpleListFilter):
    """Where shoppers meet a look."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return [("published", _("Published")), ("offered", _("Offered")), ("draft", _("Draft"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        """Keep those that are published, or offered, or neither."""
        kept: dict[str | None, dict[str, Any]] = {
            "published": {"published_at__isnull": False},
            "offered": {"is_offered": True},
            "draft": {"published_at": None, "is_offered": False},
        }
        return queryset.filter(**kept.get(self.value(), {}))
