"""What else than publishing at once can be done to results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.board.queue import key_of, with_done
from django_tryon.admin.publishing.page import places_words, publish_as_chosen
from django_tryon.admin.result_page import told_published
from django_tryon.models import TryOnResult
from django_tryon.services import unschedule

if TYPE_CHECKING:
    Base = TryOnModelAdmin[TryOnResult]
else:
    Base = object

Results = models.QuerySet[TryOnResult]
UNSCHEDULED = told(
    _("Nothing more happens to %(name)s by itself."),
    ngettext_lazy(
        "Nothing more happens to %(count)d by itself.",
        "Nothing more happens to %(count)d by themselves.",
        "count",
    ),
)


class PublishActions(Base):
    """The actions and the field of them, for the page of results."""

    @admin.action(description=_("Publish with options…"), permissions=["publish"])
    def publish_with_options(self, request: HttpRequest, queryset: Results) -> HttpResponse | None:
        """Choose where, with which words, in which place and when results are published."""
        ticked = [key for text in request.POST.getlist("ticked") if (key := key_of(text))]
        if ticked:  # on the board, where the button is pressed of another one
            queryset = self.get_queryset(request).filter(pk__in=ticked)
        if self.is_too_much(request, queryset):
            return None
        results = list(queryset.select_related("job__person", "appointment"))
        answer = publish_as_chosen(request, self, results, told_published)
        if isinstance(answer, TemplateResponse):
            return answer
        if answer and "next" in request.POST:  # on the board, which can take it back
            return HttpResponseRedirect(with_done(self.back(request, answer[0]), answer))
        return None

    @admin.action(description=_("Cancel what is scheduled"), permissions=["publish"])
    def cancel_appointments(self, request: HttpRequest, queryset: Results) -> None:
        """Have nothing more happen to results by itself."""
        self.perform_if_few(
            request,
            queryset.select_related("job"),
            partial(unschedule, by=request.user),
            told=UNSCHEDULED,
            history=translated("What was scheduled is cancelled."),
        )

    @admin.display(description=_("where"))
    def places(self, result: TryOnResult) -> str:
        """Return where it is published."""
        return places_words(result)
