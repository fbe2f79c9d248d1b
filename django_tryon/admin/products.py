"""What the shop's own product admin gains: garments, a launch action and a launch button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.garments import GarmentInline
from django_tryon.admin.launch.links import MOST, has_launch_permission, launch_url
from django_tryon.admin.looks.making import look_url, may_build, one_of_each
from django_tryon.admin.product_page import overview
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.products import adapter_for

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class TryOnProductAdminMixin(Base):
    """Put it before ``admin.ModelAdmin``; what the shop's own class sets stays as it is."""

    def is_tryon_product(self) -> bool:
        """Tell whether ``TRYON["PRODUCTS"]`` allows this model."""
        try:
            adapter_for(self.model)
        except LaunchRefused:
            return False
        return True

    def has_launch_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may spend money on try-ons."""
        return has_launch_permission(request) and self.is_tryon_product()

    def has_build_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may make looks."""
        return may_build(request, self.admin_site) and self.is_tryon_product()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Add the garments after the shop's own inlines."""
        own = list(super().get_inlines(request, obj))
        return [*own, GarmentInline] if self.is_tryon_product() else own

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> Any:
        """Add our actions to the list, for those who may launch, or make looks.

        ``action_location`` comes with Django 6.1, which has actions on the page of one object, too.
        """
        where = {} if action_location is None else {"action_location": action_location}
        actions = super().get_actions(request, **where)
        in_list = getattr(action_location, "name", "CHANGE_LIST") == "CHANGE_LIST"
        if self.actions is None or IS_POPUP_VAR in request.GET or not in_list:
            return actions
        if self.has_launch_permission(request):
            action = self.get_action("launch_tryons")
            actions |= {"launch_tryons": action} if action else {}
        if self.has_build_permission(request):
            action = self.get_action("make_look")
            actions |= {"make_look": action} if action else {}
        return actions

    @admin.action(description=_("Launch try-ons…"), permissions=["launch"])
    def launch_tryons(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Open the launch page with the chosen products."""
        from django_tryon.admin.launch.page import open_launch_page

        keys = [str(key) for key in queryset.order_by("pk").values_list("pk", flat=True)]
        if len(keys) > MOST:  # an address would not hold them
            return open_launch_page(request, self.admin_site, products=self, keys=keys)
        return HttpResponseRedirect(f"{self._launch_url()}?{urlencode({'ids': ','.join(keys)})}")

    @admin.action(description=_("Make a look of these…"), permissions=["build"])
    def make_look(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Open the page of a new look with a garment of each of the chosen products."""
        garments = Garment.objects.for_products(self.model, queryset.values_list("pk", flat=True))
        first, others = one_of_each(garments.order_by("pk"))
        if not first:
            said = translated("None of these products has a garment yet. Add one on its page.")
            self.message_user(request, said, messages.WARNING)
            return None
        return HttpResponseRedirect(look_url(self.admin_site, first, others))

    def _launch_url(self) -> str:
        return launch_url(self.admin_site, self.model)

    def get_urls(self) -> list[URLPattern]:
        """Add the launch page, before the shop's own addresses."""
        view = self.admin_site.admin_view(self.tryon_launch_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_tryon_launch"
        return [path("launch/", view, name=name), *super().get_urls()]

    def tryon_launch_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show the launch page for the chosen products."""
        from django_tryon.admin.launch.page import launch_page

        if not (self.has_view_permission(request) and self.is_tryon_product()):
            raise PermissionDenied
        given = request.POST.get("ids") or request.GET.get("ids", "")
        keys = [key for key in given.split(",") if key]
        return launch_page(request, self.admin_site, products=self, keys=keys)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add launch button and results to the page of a product, whichever template it uses."""
        response = super().render_change_form(request, context, *args, **kwargs)
        product = context.get("original")
        if product is None or not isinstance(response, TemplateResponse):
            return response
        if self.is_tryon_product():
            context = response.context_data or {}
            context["tryon_host_template"] = response.resolve_template(response.template_name)
            context["tryon"] = overview(request, self.admin_site, product)
            if self.has_launch_permission(request):
                chosen = urlencode({"ids": product.pk})
                context["tryon_launch_url"] = f"{self._launch_url()}?{chosen}"
            response.template_name = "admin/django_tryon/product_change_form.html"
        return response

    @property
    def media(self) -> Any:
        """Add our style sheet to the shop's own media."""
        from django.forms import Media

        return super().media + Media(css={"all": ["django_tryon/admin.css"]})
