"""What can be done to jobs, one or thousands: try again, cancel, decide what is uncertain."""

from __future__ import annotations

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin import deciding
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.cancelling import ask_first, cancel_and_look, told_cancelled
from django_tryon.admin.folding import outfits_of, to_decide
from django_tryon.admin.job_page import TRIED_AGAIN
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.admin.many import cancel_many, keys_of_many, order_retries, stop_retries
from django_tryon.models import TryOnJob
from django_tryon.services import retry
from django_tryon.services.steps import resolve


class JobActions(TryOnModelAdmin[TryOnJob]):
    """The actions of the list of jobs, which are buttons on a job's page, too."""

    @admin.action(description=_("Try again"), permissions=["launch"])
    def retry_jobs(self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]) -> None:
        """Do ended jobs once more; very many of them bit by bit."""
        jobs = outfits_of(queryset)
        if keys := keys_of_many(jobs):
            order_retries(request, self, keys)
            return
        self.perform(request, jobs, retry, told=TRIED_AGAIN, history=translated("Tried again."))

    @admin.action(description=_("Cancel"), permissions=["launch"])
    def cancel_jobs(
        self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]
    ) -> HttpResponseBase | None:
        """Stop jobs that have not ended; ask first where that saves no money."""
        jobs = outfits_of(queryset)
        if question := ask_first(request, self, jobs):
            return question
        if keys := keys_of_many(jobs):
            cancel_many(request, self, keys)
            return None
        history = translated("Cancelled.")
        self.perform(request, jobs, cancel_and_look, told=told_cancelled, history=history)
        return None

    @admin.action(description=_("Submit again what is uncertain"), permissions=["launch"])
    def submit_again(
        self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]
    ) -> HttpResponseBase | None:
        """Send uncertain jobs once more, after a question."""
        if self.is_too_much(request, queryset):
            return None
        jobs = to_decide(queryset)
        if question := deciding.ask_before_submit(request, self, jobs):
            return question
        history = translated("Submitted again.")
        do = resolve.submit_again
        self.perform(request, jobs, do, told=deciding.SUBMITTED_AGAIN, history=history)
        return None

    @admin.action(description=_("Give up what is uncertain"), permissions=["launch"])
    def give_up(
        self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]
    ) -> HttpResponseBase | None:
        """End uncertain jobs, after a question."""
        if self.is_too_much(request, queryset):
            return None
        jobs = to_decide(queryset)
        if question := deciding.ask_before_giving_up(request, self, jobs):
            return question
        history = translated("Given up.")
        self.perform(request, jobs, resolve.give_up, told=deciding.GIVEN_UP, history=history)
        return None

    @admin.action(description=_("Adopt a request for an uncertain job"), permissions=["launch"])
    def adopt_request(
        self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]
    ) -> HttpResponseBase | None:
        """Go on with an uncertain job as a request that staff found at the provider."""
        jobs = to_decide(queryset)
        if len(jobs) != 1:
            self.message_user(request, translated("Choose one job only."), messages.WARNING)
            return None
        if question := deciding.ask_for_id(request, self, jobs):
            return question
        do = partial(resolve.adopt, request_id=request.POST.get("request_id", ""))
        history = translated("Adopted a request.")
        self.perform(request, jobs, do, told=deciding.ADOPTED, history=history)
        return None

    def stop_retries_view(self, request: HttpRequest) -> HttpResponseBase:
        """Leave what the workers have not tried again yet as it is."""
        if not has_launch_permission(request):
            raise PermissionDenied
        stop_retries(request, self)
        return HttpResponseRedirect("..")
