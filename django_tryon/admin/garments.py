"""Garments: the wearable things on the shop's products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.admin import GenericStackedInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.db import models
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_tryon import products
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.drawing.measures import NOTHING
from django_tryon.admin.drawing.pictures import PictureWidget, garment_thumbnail, used_picture
from django_tryon.admin.launch.links import MOST, has_launch_permission, launch_link
from django_tryon.admin.looks.making import look_url, may_build
from django_tryon.admin.product_choice import ProductField, ProductWidget, search
from django_tryon.admin.readiness import (
    ReadinessFilter,
    look_at_new,
    readiness_cell,
    readiness_report,
)
from django_tryon.admin.shop_products import change_url, garment_title, with_products
from django_tryon.models import Garment
from django_tryon.models.fields import PhotoField
from django_tryon.models.readiness import assess

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Garment]
    GenericFormSet = BaseGenericInlineFormSet[Garment, ModelForm]
else:
    ModelForm = forms.ModelForm
    GenericFormSet = BaseGenericInlineFormSet


class GarmentForm(ModelForm):
    """A garment and its product (a field of another name, since a form takes no generic key)."""

    of_product = ProductField(
        label=_("Product"), help_text=_("The product on whose page its try-ons are shown.")
    )

    class Meta:
        model = Garment
        fields = ["category", "name", "description", "image"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product = products.product_of(self.instance)
        if product is not None:
            self.initial.setdefault("of_product", products.reference_to(product))

    def _post_clean(self) -> None:
        """Give the garment its product before the model checks itself."""
        if "of_product" in self.cleaned_data:
            self.instance.product = self.cleaned_data["of_product"]
        super()._post_clean()  # type: ignore[misc]


class GarmentList(ChangeList):
    """The list of garments, with their products by one query for each model of the shop."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the garments of this page together with their products."""
        super().get_results(request)
        self.result_list: Any = with_products(self.result_list)
        look_at_new(self.result_list)


class GarmentAdmin(TryOnModelAdmin[Garment]):
    """Garments, by picture."""

    form = GarmentForm
    list_display = ["picture", "title", "ready", "product_link", "category"]
    list_display_links = ["picture", "title"]
    list_filter = [ReadinessFilter, "category", "created_at"]
    search_fields = ["name", "description", "product_id"]
    fields = ["of_product", "category", "name", "description", "used", "image", "report"]
    actions = ["launch_tryons", "make_look", "look_again"]
    formfield_overrides = {PhotoField: {"widget": PictureWidget}}
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that brings the products along."""
        return GarmentList

    def get_fields(self, request: HttpRequest, obj: Garment | None = None) -> Any:
        """Show those who may only look a link to the product and the picture itself."""
        if obj is None:
            return [name for name in self.fields or [] if name not in ("used", "report")]
        if self._may_edit(request, obj):
            return self.fields
        return ["product_link", "category", "name", "description", "used", "report"]

    def get_readonly_fields(self, request: HttpRequest, obj: Garment | None = None) -> Any:
        """Name what is worked out and not stored."""
        worked_out = ["used", "report"]
        return worked_out if self._may_edit(request, obj) else ["product_link", *worked_out]

    def _may_edit(self, request: HttpRequest, obj: Garment | None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        """Let the product be looked up on this admin site."""
        form = super().get_form(request, obj, change, **kw)
        form.base_fields["of_product"].widget = ProductWidget(self.admin_site)
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Head the page with what the garment is called."""
        if context.get("original") is not None:
            context["subtitle"] = garment_title(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the look-up of products."""
        view = self.admin_site.admin_view(self.products_view)
        name = "django_tryon_garment_products"
        return [path("products/", view, name=name), *super().get_urls()]

    def products_view(self, request: HttpRequest) -> JsonResponse:
        """Answer the product field with names."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            return JsonResponse({"results": [], "pagination": {"more": False}}, status=403)
        return search(request, self.admin_site)

    def has_launch_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may spend money on try-ons."""
        return has_launch_permission(request)

    @admin.action(description=_("Launch try-ons…"), permissions=["launch"])
    def launch_tryons(
        self, request: HttpRequest, queryset: models.QuerySet[Garment]
    ) -> HttpResponseBase | None:
        """Open the launch page with the chosen garments."""
        from django_tryon.admin.launch.page import open_launch_page

        keys = [str(key) for key in queryset.order_by("pk").values_list("pk", flat=True)]
        if len(keys) > MOST:  # an address would not hold them
            return open_launch_page(request, self.admin_site, keys=keys)
        return HttpResponseRedirect(launch_link(self.admin_site, garments=keys))

    def has_build_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may make looks."""
        return may_build(request, self.admin_site)

    @admin.action(description=_("Make a look of these…"), permissions=["build"])
    def make_look(
        self, request: HttpRequest, queryset: models.QuerySet[Garment]
    ) -> HttpResponseBase:
        """Open the page of a new look with the chosen garments."""
        return HttpResponseRedirect(look_url(self.admin_site, queryset.order_by("pk")[:MOST]))

    @admin.action(description=_("Look at the pictures again"), permissions=["change"])
    def look_again(self, request: HttpRequest, queryset: models.QuerySet[Garment]) -> None:
        """Judge the pictures of the chosen garments anew."""
        chosen = with_products(queryset)
        for garment in chosen:
            assess(garment)
        said = ngettext(
            "%(count)d picture was looked at.", "%(count)d pictures were looked at.", len(chosen)
        )
        self.message_user(request, said % {"count": len(chosen)})

    @admin.display(description=_("readiness"), ordering="readiness")
    def ready(self, garment: Garment) -> SafeString:
        """Return how well the picture is prepared."""
        return readiness_cell(garment)

    @admin.display(description=_("readiness"))
    def report(self, garment: Garment) -> SafeString:
        """Return what could be better, and what to do; look first where nobody has."""
        if not garment.is_assessed:
            assess(garment)
        return readiness_report(garment)

    @admin.display(description=_("picture"))
    def picture(self, garment: Garment) -> SafeString:
        """Return the small picture."""
        return garment_thumbnail(garment)

    @admin.display(description=_("garment"))
    def title(self, garment: Garment) -> str:
        """Return what to call it."""
        return garment_title(garment)

    @admin.display(description=_("picture in use"))
    def used(self, garment: Garment) -> SafeString:
        """Return the picture that engines get."""
        return used_picture(garment)

    @admin.display(description=_("product"), ordering="product_id")
    def product_link(self, garment: Garment) -> str:
        """Return a link to the product's own page in the admin."""
        return product_link(garment, self.admin_site)


def product_link(garment: Garment, site: admin.AdminSite) -> str:
    """Return the product's name, linked to its page in the admin where it has one."""
    product = products.product_of(garment)
    if product is None:
        return translated("Deleted")
    title, url = products.title_of(product), change_url(product, site)
    return format_html('<a href="{}">{}</a>', url, title) if url else title


class GarmentFormSet(GenericFormSet):
    """The garments of one product, which none of them asks for again."""

    def get_queryset(self) -> Any:
        """Return the garments with their product, their pictures looked at where nobody has."""
        if not hasattr(self, "_with_product"):
            self._with_product = super().get_queryset()
            for garment in self._with_product:
                garment._meta.get_field("product").set_cached_value(garment, self.instance)
            look_at_new(self._with_product)
        return self._with_product


class GarmentInline(GenericStackedInline):
    """Garments on the page of their product."""

    model = Garment
    formset: Any = GarmentFormSet
    ct_field = "content_type"
    ct_fk_field = "product_id"
    fields = ["used", "ready", "category", "name", "description", "image"]
    readonly_fields = ["used", "ready"]
    formfield_overrides = {PhotoField: {"widget": PictureWidget}}
    extra = 0
    verbose_name_plural = _("Try-on garments")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the file out for those who may only look: its picture is shown anyway."""
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj) or self.has_add_permission(request, obj):
            return fields
        return [name for name in fields if name != "image"]

    @admin.display(description=_("readiness"))
    def ready(self, garment: Garment) -> str:
        """Return what could be better about the picture, and what to do."""
        return readiness_report(garment) if garment.pk else NOTHING

    @admin.display(description=_("picture in use"))
    def used(self, garment: Garment) -> SafeString:
        """Return the picture that engines get."""
        return used_picture(garment)
