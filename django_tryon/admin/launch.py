"""The launch page: garments, people, engine, price, and one button."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.estimate import AT_ONCE, Estimate
from django_tryon.admin.launch_cards import (
    engine_cards,
    frame_cards,
    garment_cards,
    person_cards,
    product_cards,
)
from django_tryon.admin.launch_choice import Choice, choice_of
from django_tryon.admin.launch_form import LaunchForm, params_forms
from django_tryon.admin.launch_links import has_launch_permission
from django_tryon.admin.launch_plan import MOST_JOBS, Plan, Wish, make_plan
from django_tryon.admin.shop_products import garment_title
from django_tryon.engines import all_engines, get_engine
from django_tryon.models import Batch, Garment, Person

REASONS = 10
"""How many different reasons are told after a launch, the most frequent first."""


def launch_page(
    request: HttpRequest,
    site: admin.AdminSite,
    *,
    products: admin.ModelAdmin[Any] | None = None,
    keys: list[str] | None = None,
) -> HttpResponseBase:
    """Show the page, or launch what was filled in. ``keys`` are those of chosen products."""
    if not has_launch_permission(request):
        raise PermissionDenied
    if request.method == "POST" and (batch := _batch_of(request.POST.get("batch", ""))):
        return HttpResponseRedirect(_batch_url(batch, site))
    page = LaunchPage(request, site, products, choice_of(request, products, keys or []))
    return page.show() if request.method != "POST" else page.submitted()


def _batch_of(token: str) -> Batch | None:
    """Return the batch that an earlier press of the same button made."""
    try:
        return Batch.objects.filter(pk=uuid.UUID(token)).first()
    except ValueError:
        return None


def _batch_url(batch: Batch, site: admin.AdminSite) -> str:
    return reverse("admin:django_tryon_batch_change", args=[batch.pk], current_app=site.name)


def _name(wishes: list[Wish], engine: str) -> str:
    """Return a name for a batch that was given none."""
    garments = list(
        dict.fromkeys(garment_title(garment) for wish in wishes for garment in wish.garments)
    )
    shown = ", ".join(garments[:3]) + ("…" if len(garments) > 3 else "")
    return f"{shown} · {engine}"[:200]


def _keys(items: set[Any], model: type[Garment | Person]) -> set[Any]:
    """Return the keys of those that are of this model."""
    return {item.pk for item in items if isinstance(item, model)}


class LaunchPage:
    """One request to the launch page: its forms, and what becomes of them."""

    def __init__(
        self,
        request: HttpRequest,
        site: admin.AdminSite,
        products: admin.ModelAdmin[Any] | None,
        choice: Choice,
    ) -> None:
        self.request, self.site, self.products, self.choice = request, site, products, choice
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.form = LaunchForm(data, files)
        self.params = params_forms(data)
        may_make = request.user.has_perm("django_tryon.add_garment")
        self.makes = product_cards(choice.bare, data, may_make=may_make, site=site)

    def submitted(self) -> HttpResponseBase:
        """Answer what was filled in: by the batch, or by the page with what stands against it."""
        if not self._is_valid():
            return self.show()
        made = self._to_make()
        plan = self._planned([*self.form.cleaned_data["garments"], *made])
        if len(plan.wishes) > MOST_JOBS:
            many = _("That would be %(count)d try-ons; at most %(most)d can be launched at once.")
            return self.show(problem=many % {"count": len(plan.wishes), "most": MOST_JOBS})
        if "check" in self.request.POST:
            return self.show(plan, self._estimated(plan, made))
        batch = self._launched(plan, made)
        if batch is None:
            return self.show(plan)
        return HttpResponseRedirect(_batch_url(batch, self.site))

    def _is_valid(self) -> bool:
        """Validate everything that counts, so that all errors are shown at once."""
        verdicts = [self.form.is_valid()]
        chosen = self.params.get(self.form.cleaned_data.get("engine", ""))
        for form in (chosen, *(card.form for card in self.makes)):
            if form is not None:
                verdicts.append(form.is_valid())
        if not any(card.is_wanted for card in self.makes):
            self.form.ask_for_garment()
        if chosen is not None and chosen.is_valid() and self._lacks_frame(chosen.params):
            self.form.ask_for_frame()
        return all(verdicts) and self.form.is_valid()

    def _lacks_frame(self, params: dict[str, Any]) -> bool:
        """Tell whether the engine needs a first frame that no parameter links to."""
        engine = get_engine(self.form.cleaned_data["engine"])
        return engine.needs_reference and not params.get(engine.reference_param)

    def _to_make(self) -> list[Garment]:
        """Return the garments that are to be made from products, not saved yet."""
        return [
            Garment(
                product=card.product,
                category=card.form.cleaned_data["category"],
                name=card.title[:200],
                description=card.form.cleaned_data["description"],
            )
            for card in self.makes
            if card.form is not None and card.is_wanted
        ]

    def _planned(self, garments: list[Garment]) -> Plan:
        """Return what is wished for."""
        engine = get_engine(self.form.cleaned_data["engine"])
        params = self.params[engine.slug].params
        return make_plan(self.form.cleaned_data, garments, engine, params)

    def _estimated(self, plan: Plan, made: list[Garment]) -> Estimate:
        """Say what a launch would come to; the plan learns what would be refused."""
        # What is not saved yet has no key, and the check wants one: it is made, and unmade.
        with transaction.atomic():
            for garment in made:
                garment.save()
            estimate = plan.estimate(plan.possible())
            transaction.set_rollback(True)
        return estimate

    def _launched(self, plan: Plan, made: list[Garment]) -> Batch | None:
        """Launch all that can be; None if that was nothing."""
        token, given = self.form.cleaned_data["batch"], self.form.cleaned_data["name"]
        # It has a name from the start: should this process die, staff know what it was about.
        name = given or _name(plan.wishes, plan.engine.title)
        try:
            with transaction.atomic():
                user = self.request.user
                batch = Batch.objects.create(pk=token, name=name, created_by_id=user.pk)
                for garment in made:
                    garment.save()
        except IntegrityError:  # the same button, pressed twice at the same moment
            return Batch.objects.get(pk=token)
        launched = plan.send(batch, self.request.user)
        count = batch.jobs.count()  # a fault may have come after the job was written
        if not count:
            for garment in made:
                garment.delete()
            batch.delete()
            return None
        if launched and not given:
            batch.name = _name(launched, plan.engine.title)
            batch.save(update_fields=["name"])
        self._tell(count, plan)
        return batch

    def _tell(self, launched: int, plan: Plan) -> None:
        """Say how many were launched, and why the others were not."""
        said = ngettext(
            "%(count)d try-on is launched.", "%(count)d try-ons are launched.", launched
        ) % {"count": launched}
        messages.success(self.request, said)
        for reason, count in plan.reasons[:REASONS]:
            left_out = ngettext(
                "%(count)d was left out: %(reason)s", "%(count)d were left out: %(reason)s", count
            )
            messages.warning(self.request, left_out % {"count": count, "reason": reason})

    def show(
        self, plan: Plan | None = None, estimate: Estimate | None = None, *, problem: str = ""
    ) -> TemplateResponse:
        """Draw the page, with what was filled in and what stands against it."""
        form, choice = self.form, self.choice
        left_out = plan.left_out if plan else set()
        opts = self.products.opts if self.products is not None else None
        context = self.site.each_context(self.request) | {
            "title": _("Launch try-ons"),
            "form": form,
            "garments": garment_cards(choice.garments, self._picked(), _keys(left_out, Garment)),
            "nothing_chosen": not choice.is_made,
            "gone": choice.gone,
            "products": self.makes,
            "people": person_cards(
                {str(key) for key in form["people"].value() or []}, _keys(left_out, Person)
            ),
            "engines": engine_cards(str(form["engine"].value() or ""), self.params),
            "frames": frame_cards(choice.garments if choice.is_made else None),
            "picked_frame": str(form["previous"].value() or ""),
            "needs_frame": any(each.needs_reference for each in all_engines().values()),
            "estimate": estimate or Estimate(0, Decimal(0), 0),
            "sum_words": Estimate.words(),
            "at_once": AT_ONCE,
            "checked": estimate is not None,
            "is_stopped": plan is not None and plan.is_stopped,
            "frame_dropped": "reference" in form.files,
            "problems": [problem] if problem else [],
            "reasons": plan.reasons if plan else [],
            "opts": opts or Batch._meta,
            "product_opts": opts,
            "media": form.media,
        }
        return TemplateResponse(self.request, "admin/django_tryon/launch.html", context)

    def _picked(self) -> set[str]:
        """Return the keys of the garments that are ticked."""
        if self.form.is_bound or not self.choice.is_made:
            return {str(key) for key in self.form["garments"].value() or []}
        return {str(garment.pk) for garment in self.choice.garments}
