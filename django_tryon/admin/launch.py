"""The launch page: garments, people, engine, price, and one button."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.estimate import AT_ONCE, Estimate
from django_tryon.admin.launch_cards import engine_cards, garment_cards, person_cards, product_cards
from django_tryon.admin.launch_form import LaunchForm, dressed_before, params_forms
from django_tryon.admin.launch_links import MOST, has_launch_permission
from django_tryon.admin.launch_plan import MOST_JOBS, Plan, Wish, make_plan
from django_tryon.engines import all_engines, get_engine
from django_tryon.models import Batch, Garment
from django_tryon.products import adapter_for

OFFERED = 48
"""How many garments are offered where none was chosen before."""

REASONS = 10
"""How many different reasons are told after a launch, the most frequent first."""

FRAMES = 24
"""How many earlier pictures are offered as first frames."""


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
    return LaunchPage(request, site, products, (keys or [])[:MOST]).respond()


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
    garments = list(dict.fromkeys(str(garment) for wish in wishes for garment in wish.garments))
    shown = ", ".join(garments[:3]) + ("…" if len(garments) > 3 else "")
    return f"{shown} · {engine}"[:200]


class LaunchPage:
    """One request to the launch page."""

    def __init__(
        self,
        request: HttpRequest,
        site: admin.AdminSite,
        products: admin.ModelAdmin[Any] | None,
        keys: list[str],
    ) -> None:
        self.request, self.site, self.products = request, site, products
        self.data = request.POST if request.method == "POST" else None
        self.bare = self._chosen_products(keys)
        self.listed = self._listed_garments()
        self.form = LaunchForm(self.data, request.FILES if self.data is not None else None)
        self.params = params_forms(self.data)
        self.makes = product_cards(
            self.bare,
            self.data,
            may_make=request.user.has_perm("django_tryon.add_garment"),
            site=site,
        )
        self.plan: Plan | None = None
        self.estimate: Estimate | None = None
        self.problems: list[str] = []

    def _chosen_products(self, keys: list[str]) -> list[models.Model]:
        """Return the chosen products; those that have garments are left to these."""
        self.of_products: list[Garment] = []
        if self.products is None or not keys:
            return []
        chosen = []
        for key in keys:
            try:
                chosen.append(self.products.model._meta.pk.to_python(key))
            except ValidationError:
                continue
        found = list(self.products.get_queryset(self.request).filter(pk__in=chosen))
        by_key = {str(product.pk): product for product in found}
        garments = Garment.objects.for_products(self.products.model, list(by_key))
        self.of_products = list(garments.prefetch_related("product"))
        dressed = {garment.product_id for garment in self.of_products}
        return [product for key, product in by_key.items() if key not in dressed]

    def _listed_garments(self) -> list[Garment]:
        """Return the garments that the page offers: the chosen ones, or else the newest."""
        rows = Garment.objects.prefetch_related("product")
        posted = self.data.getlist("garments") if self.data is not None else []
        given = [key for key in self.request.GET.get("garments", "").split(",") if key]
        wanted = [key for key in [*given, *posted] if key.isdecimal()][:MOST]
        found = {garment.pk: garment for garment in self.of_products}
        if wanted:
            found |= {garment.pk: garment for garment in rows.filter(pk__in=wanted)}
        if not found and not self.bare:
            self.nothing_chosen = True
            return list(rows.order_by("-created_at")[:OFFERED])
        self.nothing_chosen = False
        return list(found.values())

    def respond(self) -> HttpResponseBase:
        """Answer the request."""
        if self.data is not None and self._is_valid():
            if "check" in self.request.POST:
                self._check()
            elif batch := self._launch():
                return HttpResponseRedirect(_batch_url(batch, self.site))
        return TemplateResponse(self.request, "admin/django_tryon/launch.html", self._context())

    def _is_valid(self) -> bool:
        """Validate everything that counts, so that all errors are shown at once."""
        fine = self.form.is_valid()
        chosen = self.params.get(self.form.cleaned_data.get("engine", ""))
        if chosen is not None and not chosen.is_valid():
            fine = False
        for card in self.makes:
            if card.form is not None and not card.form.is_valid():
                fine = False
        if fine and not self.form.cleaned_data["garments"] and not self._to_make():
            self.problems.append(_("Choose at least one garment."))
            fine = False
        return fine

    def _to_make(self) -> list[Garment]:
        """Return the garments that are to be made from products, not saved yet."""
        return [
            Garment(
                product=card.product,
                category=card.form.cleaned_data["category"],
                name=adapter_for(card.product).title(card.product)[:200],
                description=card.form.cleaned_data["description"],
            )
            for card in self.makes
            if card.form is not None and card.form.cleaned_data["make"]
        ]

    def _planned(self, garments: list[Garment]) -> Plan | None:
        """Return the plan, unless it is larger than one launch may be."""
        cleaned = self.form.cleaned_data
        engine = get_engine(cleaned["engine"])
        plan = make_plan(cleaned, garments, engine, self.params[engine.slug].params)
        if len(plan.wishes) > MOST_JOBS:
            self.problems.append(
                _("That would be %(count)d try-ons; at most %(most)d can be launched at once.")
                % {"count": len(plan.wishes), "most": MOST_JOBS}
            )
            return None
        return plan

    def _check(self) -> None:
        """Say what a launch would come to, and what would be refused."""
        made = self._to_make()
        # What is not saved yet has no key, and the check wants one: it is made, and unmade.
        with transaction.atomic():
            for garment in made:
                garment.save()
            self.plan = self._planned([*self.form.cleaned_data["garments"], *made])
            if self.plan is not None:
                self.estimate = self.plan.estimate(self.plan.possible())
            transaction.set_rollback(True)

    def _launch(self) -> Batch | None:
        """Launch all that can be; None if that was nothing."""
        made = self._to_make()
        plan = self._planned([*self.form.cleaned_data["garments"], *made])
        if plan is None:
            return None
        token = self.form.cleaned_data["batch"]
        try:
            with transaction.atomic():
                batch = Batch.objects.create(pk=token, created_by_id=self.request.user.pk)
        except IntegrityError:  # the same button, pressed twice at the same moment
            return Batch.objects.get(pk=token)
        for garment in made:
            garment.save()
        self.plan = plan
        launched = plan.send(batch, self.request.user)
        if not launched:
            for garment in made:
                garment.delete()
            batch.delete()
            return None
        batch.name = self.form.cleaned_data["name"] or _name(launched, plan.engine.title)
        batch.save(update_fields=["name"])
        self._tell(len(launched), plan)
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

    def _context(self) -> dict[str, Any]:
        """Return what the template draws."""
        form = self.form
        picked = {str(key) for key in form["garments"].value() or []}
        if self.data is None and not self.nothing_chosen:
            picked = {str(garment.pk) for garment in self.listed}
        engine = str(form["engine"].value() or "")
        opts = self.products.opts if self.products is not None else None
        estimate = self.estimate or Estimate(0, Decimal(0), 0)
        return self.site.each_context(self.request) | {
            "title": _("Launch try-ons"),
            "form": form,
            "garments": garment_cards(self.listed, picked),
            "nothing_chosen": self.nothing_chosen,
            "products": self.makes,
            "people": person_cards({str(key) for key in form["people"].value() or []}),
            "engines": engine_cards(engine, self.params),
            "frames": self._frames(),
            "picked_frame": str(form["previous"].value() or ""),
            "needs_frame": any(each.needs_reference for each in all_engines().values()),
            "estimate": estimate,
            "sum_words": Estimate.words(),
            "at_once": AT_ONCE,
            "checked": self.estimate is not None,
            "problems": self.problems,
            "reasons": self.plan.reasons if self.plan else [],
            "opts": opts or Batch._meta,
            "product_opts": opts,
            "media": form.media,
        }

    def _frames(self) -> list[dict[str, Any]]:
        """Return earlier pictures of these garments, to start a clip from."""
        jobs = dressed_before().prefetch_related("results", "garments")
        if not self.nothing_chosen:
            jobs = jobs.filter(garments__in=[garment.pk for garment in self.listed])
        return [
            {
                "key": str(job.pk),
                "title": str(job),
                "url": still.url,
                "garments": " ".join(str(garment.pk) for garment in job.garments.all()),
            }
            for job in jobs[:FRAMES]
            for still in list(job.results.all())[:1]
        ]
