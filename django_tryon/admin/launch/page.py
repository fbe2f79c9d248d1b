"""The launch page: garments, people, engine, price, and one button."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from django_tryon.admin.launch.cards import (
    SHOWN,
    SHOWN_BARE,
    frame_cards,
    garment_cards,
    person_cards,
    product_cards,
    seen_first,
    unclear_first,
)
from django_tryon.admin.launch.choice import Choice, choice_of, many_garments
from django_tryon.admin.launch.engines import engine_cards, pin_card
from django_tryon.admin.launch.estimate import Estimate
from django_tryon.admin.launch.form import PINNED, LaunchForm, params_forms
from django_tryon.admin.launch.links import asked_for, has_launch_permission, launch_url
from django_tryon.admin.launch.money import budget_words, reused_words
from django_tryon.admin.launch.pairing import make_plan
from django_tryon.admin.launch.plan import Plan
from django_tryon.admin.launch.sending import send_off
from django_tryon.admin.launch.wishes import hopeful, money_words, why_too_many
from django_tryon.admin.notes.gates import closed_gates
from django_tryon.admin.notes.workers import workers_missing
from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import NothingLeft
from django_tryon.models import Batch, Garment, Person
from django_tryon.services import budget
from django_tryon.services.eta import AT_ONCE, Span
from django_tryon.services.pins import chosen_params


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


def open_launch_page(
    request: HttpRequest,
    site: admin.AdminSite,
    *,
    products: admin.ModelAdmin[Any] | None = None,
    keys: list[str],
) -> HttpResponseBase:
    """Show the empty page in answer to a choice of many in a list: of products, or of garments."""
    choice = many_garments(keys) if products is None else choice_of(request, products, keys)
    return LaunchPage(request, site, products, choice, is_sent=False).show()


def _batch_of(token: str) -> Batch | None:
    """Return the batch that an earlier press of the same button made."""
    try:
        return Batch.objects.filter(pk=uuid.UUID(token)).first()
    except ValueError:
        return None


def _batch_url(batch: Batch, site: admin.AdminSite) -> str:
    return reverse("admin:django_tryon_batch_change", args=[batch.pk], current_app=site.name)


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
        *,
        is_sent: bool = True,
    ) -> None:
        self.request, self.site, self.products, self.choice = request, site, products, choice
        is_sent = is_sent and request.method == "POST"
        data, files = (request.POST, request.FILES) if is_sent else (None, None)
        self.form = LaunchForm(data, files, initial=asked_for(request))
        self.form.take_pins_for(choice.categories)
        self.params, self.seconds = params_forms(data), params_forms(data, "second")
        self.frames = params_forms(data, "frame")
        self.doubled = [slug for slug in self.params if data and f"second-{slug}-use" in data]
        may_make = request.user.has_perm("django_tryon.add_garment")
        self.makes = product_cards(choice.bare, data, may_make=may_make, site=site)

    def submitted(self) -> HttpResponseBase:
        """Answer what was filled in: by the batch, or by the page with what stands against it."""
        if not self._is_valid():
            return self.show()
        made = self._to_make()
        every = self.choice.many.garments if self.choice.many else []
        plan = self._planned([*self.form.cleaned_data["garments"], *made, *every])
        if problem := why_too_many(plan):
            return self.show(problem=problem)
        if "check" in self.request.POST:
            if plan.is_large:
                wanted = hopeful(plan)
                money = money_words(plan.prices(wanted))
                return self.show(plan, plan.estimate(wanted), money=money)
            estimate, problem = self._estimated(plan, made)
            return self.show(plan, estimate, problem=problem)
        try:
            batch = send_off(self.request, self.site, self.form.cleaned_data, plan, made)
        except NothingLeft as error:
            return self.show(problem=error.message)
        if batch is None:
            return self.show(plan)
        return HttpResponseRedirect(_batch_url(batch, self.site))

    def _is_valid(self) -> bool:
        """Validate everything that counts, so that all errors are shown at once."""
        verdicts = [self.form.is_valid()]
        engines = self.form.engines()
        params = [self.params[engine.slug] for engine in engines]
        params += [self.seconds[engine.slug] for engine in engines if engine.slug in self.doubled]
        dresser = self.form.cleaned_data.get("dresser")
        if dresser and any(engine.needs_reference for engine in engines):
            params.append(self.frames[dresser])
        makes = [card.form for card in self.makes if card.form is not None]
        verdicts += [form.is_valid() for form in (*params, *makes)]
        if not (self.choice.many or any(card.is_wanted for card in self.makes)):
            self.form.ask_for_garment()
        if any(map(self._lacks_frame, engines)):
            self.form.ask_for_frame()
        self._ask_for_another_second()
        return all(verdicts) and self.form.is_valid() and all(form.is_valid() for form in params)

    def _ask_for_another_second(self) -> None:
        """Say of a second set of parameters that it is the first once more."""
        for slug in self.doubled:
            first, second = self.params[slug], self.seconds[slug]
            both = first.is_valid() and second.is_valid()
            if both and chosen_params(first.engine, first.params) == chosen_params(
                second.engine, second.params
            ):
                said = _("Both sets are the same: change something in this one, or leave it out.")
                second.add_error(None, said)

    def _lacks_frame(self, engine: type[Engine]) -> bool:
        """Tell whether an engine needs a first frame that no parameter of it links to."""
        form = self.params[engine.slug]
        linked = form.is_valid() and form.params.get(engine.reference_param)
        return engine.needs_reference and form.is_valid() and not linked

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
        ways = []
        for engine in self.form.engines():
            ways.append((engine, self.params[engine.slug].params))
            if engine.slug in self.doubled:
                ways.append((engine, self.seconds[engine.slug].params))
        filled_in = self.form.cleaned_data
        plan = make_plan(filled_in, garments, ways, self.form.chosen_pins())
        if plan.dresser is not None and filled_in["dresser"] in self.frames:
            plan.dresser_params = getattr(self.frames[filled_in["dresser"]], "params", {})
        return plan

    def _estimated(self, plan: Plan, made: list[Garment]) -> tuple[Estimate, str]:
        """Say what a launch would come to, and whether the budgets allow it all.

        The plan learns what would be refused.
        """
        # What is not saved yet has no key, and the check wants one: it is made, and unmade.
        with transaction.atomic():
            for garment in made:
                garment.save()
            wishes = plan.anew(plan.possible())
            transaction.set_rollback(True)
        prices = plan.prices(wishes)
        fits = budget.how_many_fit(prices) == len(prices)
        return plan.estimate(wishes), "" if fits else budget.said_of(prices)

    def show(
        self,
        plan: Plan | None = None,
        estimate: Estimate | None = None,
        *,
        problem: str = "",
        money: str = "",
    ) -> TemplateResponse:
        """Draw the page, with what was filled in and what stands against it."""
        form, choice = self.form, self.choice
        left_out = plan.left_out if plan else set()
        engines = form["engine"].value() or []
        cards = garment_cards(choice.garments, self._picked(), _keys(left_out, Garment))
        if choice.is_made:  # of the newest ones nothing is ticked, so nothing needs a look first
            cards = seen_first(cards)
        makes = unclear_first(self.makes)
        chosen = {str(key) for key in form["people"].value() or []}
        people = person_cards(chosen, _keys(left_out, Person))
        opts = self.products.opts if self.products is not None else None
        context = self.site.each_context(self.request) | {
            "title": _("Launch try-ons"),
            "form": form,
            "garments": cards,
            "shown": cards[:SHOWN],
            "folded": cards[SHOWN:],
            "nothing_chosen": not choice.is_made,
            "gone": choice.gone,
            "many": choice.many,
            "money": money,
            "action": self._action(),
            "products": makes,
            "shown_products": makes[:SHOWN_BARE],
            "folded_products": makes[SHOWN_BARE:],
            "unfolded": any(card.is_refused for card in makes[SHOWN_BARE:]),
            "people": people,
            "engines": engine_cards(engines, self.params, self.seconds, self.doubled),
            "dressers": [(slug, title, self.frames[slug]) for slug, title in form.dressers],
            "picked_dresser": str(form["dresser"].value() or ""),
            "several_engines": len(engines) > 1,
            "pins": pin_card(form.pins, is_chosen=PINNED in engines) if form.pins else None,
            "frames": frame_cards(choice.garments if choice.is_made else None, people),
            "picked_frame": str(form["previous"].value() or ""),
            "needs_frame": any(each.needs_reference for each in all_engines().values()),
            "estimate": estimate or Estimate(0, Decimal(0), Span(0.0)),
            "sum_words": Estimate.words(),
            "at_once": AT_ONCE,
            "turns": conf.SUBMITS_PER_MINUTE or "",
            "checked": estimate is not None,
            "is_stopped": plan is not None and plan.is_stopped,
            "frame_dropped": "reference" in form.files,
            "problems": [problem] if problem else [],
            "reasons": plan.reasons if plan else [],
            "reused": reused_words(plan.reused, self.site.name) if plan and plan.reused else "",
            "workers_missing": workers_missing(),
            "closed_gates": closed_gates(site=self.site.name),
            "budgets": budget_words(),
            "opts": opts or Batch._meta,
            "product_opts": opts,
            "media": form.media,
        }
        return TemplateResponse(self.request, "admin/django_tryon/launch.html", context)

    def _action(self) -> str:
        """Return where the form goes, where that is not the address of this page."""
        if self.choice.many is None:
            return ""
        return launch_url(self.site, self.products.model if self.products else None)

    def _picked(self) -> set[str]:
        """Return the keys of the garments that are ticked."""
        if self.form.is_bound or not self.choice.is_made:
            return {str(key) for key in self.form["garments"].value() or []}
        return {str(garment.pk) for garment in self.choice.garments}
