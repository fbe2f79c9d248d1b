"""The shop's own models: which may be dressed, and what we may ask of them.

``TRYON["PRODUCTS"]`` is the allow-list. Each entry names a model and either a dict of attribute
names, or the dotted path of an adapter class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models.signals import post_delete
from django.utils.module_loading import import_string

from django_tryon.careful import Careful
from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.product_images import RelatedImages

if TYPE_CHECKING:
    from django_tryon.models import Garment

FIELDS = {
    "image": "its main picture",
    "title": "its name; `str(product)` if not given",
    "description": "what it is, in words",
    "category": "`upper`, `lower`, `dress` or `outer`",
    "url": "its page; `get_absolute_url()` if not given",
    "is_public": "whether shoppers may see it; everything is public if not given",
}
"""What an attribute name in ``TRYON["PRODUCTS"]`` may stand for."""


class ProductAdapter:
    """What this app asks of a product. Subclass it where attribute names are not enough."""

    images: RelatedImages | None = None
    """Where the shop keeps its own pictures, if ``TRYON["PRODUCTS"]`` says so."""

    def __init__(self, model: type[models.Model], names: Mapping[str, Any] | None = None) -> None:
        names = dict(names or {})
        unknown = set(names) - {*FIELDS, "images"}
        if unknown:
            raise ImproperlyConfigured(
                f"TRYON['PRODUCTS']['{model._meta.label}'] has unknown keys: "
                f"{', '.join(sorted(unknown))}. Allowed: {', '.join(FIELDS)}, images."
            )
        if "images" in names:
            self.images = RelatedImages(model, names.pop("images"))
        both = {self._has_own("add_image"), self._has_own("remove_image")}
        if both == {True, False}:
            raise ImproperlyConfigured(
                f"{type(self).__qualname__} has one of add_image and remove_image, and needs both."
            )
        for name in names.values():
            first = name.partition(".")[0]
            fields = {field.name for field in model._meta.get_fields()}
            if first not in fields and not hasattr(model, first):
                raise ImproperlyConfigured(f"{model._meta.label} has no attribute “{first}”.")
        self.model, self.names = model, names

    def _read(self, product: models.Model, field: str) -> Any:
        """Follow a name such as ``image`` or ``primary_image.original``; call what is callable."""
        value: Any = product
        for part in self.names[field].split(".") if field in self.names else ():
            value = getattr(value, part, None)
            if callable(value) and not hasattr(value, "storage"):
                value = value()
            if value is None:
                return None
        return value if field in self.names else None

    def image(self, product: models.Model) -> Any:
        """Return the product's main picture as a Django file, or None."""
        return self._read(product, "image") or None

    def title(self, product: models.Model) -> str:
        """Return the product's name."""
        return str(self._read(product, "title") or product)

    def description(self, product: models.Model) -> str:
        """Return the product in words."""
        return str(self._read(product, "description") or self.title(product))

    def category(self, product: models.Model) -> str:
        """Return ``upper``, ``lower``, ``dress`` or ``outer``; empty where nobody says."""
        return str(self._read(product, "category") or "")

    def url(self, product: models.Model) -> str:
        """Return the product's page, or an empty text."""
        if "url" in self.names:
            return str(self._read(product, "url") or "")
        own = getattr(product, "get_absolute_url", None)
        return str(own()) if own else ""

    def is_public(self, product: models.Model) -> bool:
        """Tell whether shoppers may see this product."""
        return bool(self._read(product, "is_public")) if "is_public" in self.names else True

    def _has_own(self, method: str) -> bool:
        return getattr(type(self), method) is not getattr(ProductAdapter, method)

    @property
    def can_add_images(self) -> bool:
        """Whether results can be put among the shop's own pictures of a product."""
        return self.images is not None or self._has_own("add_image")

    @property
    def alt_length(self) -> int | None:
        """How many characters the alt text of a picture may have; None for any number."""
        return self.images.alt_length if self.images else None

    def prepare_image(self, product: models.Model, file: File[Any]) -> File[Any]:
        """Do what takes long, such as an upload; what is returned is given to ``add_image``.

        Called outside any transaction. As it stands, the picture is read into memory, or, with
        ``images``, put into the storage of the shop's own pictures.
        """
        if self.images:
            return self.images.store(product, file, self.title(product))
        return ContentFile(file.read(), name=file.name)

    def add_image(
        self, product: models.Model, file: File[Any], *, alt: str, position: int | None
    ) -> str:
        """Add a picture to the shop's own of a product; return a text to know it by.

        ``position`` counts from 0, None is behind the last. It runs inside a transaction with our
        rows: whatever it raises takes back all that was written to the database.
        """
        if self.images is None:
            raise NotImplementedError(f"{type(self).__qualname__} has no add_image.")
        return self.images.add(product, file, alt=alt, position=position)

    def remove_image(self, product: models.Model, reference: str) -> None:
        """Take out what ``add_image`` called so; what is gone already is no fault."""
        if self.images is None:
            raise NotImplementedError(f"{type(self).__qualname__} has no remove_image.")
        self.images.remove(product, reference)


def adapters() -> dict[type[models.Model], ProductAdapter]:
    """Return an adapter for each allowed model. Raises ImproperlyConfigured."""
    found = {}
    for label, how in conf.PRODUCTS.items():
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise ImproperlyConfigured(
                f"TRYON['PRODUCTS'] names “{label}”, but there is no such model."
            ) from error
        own = import_string(how)(model) if isinstance(how, str) else ProductAdapter(model, how)
        found[model] = cast(ProductAdapter, Careful(own))
    return found


def adapter_for(product: models.Model | type[models.Model]) -> ProductAdapter:
    """Return the adapter of this product's model; raises LaunchRefused for one not allowed."""
    model = product if isinstance(product, type) else type(product)
    allowed = adapters()
    for candidate in model.__mro__:
        if candidate in allowed:
            return allowed[candidate]
    for candidate, adapter in allowed.items():  # a proxy stands for its table
        if candidate._meta.concrete_model is model._meta.concrete_model:
            return adapter
    raise LaunchRefused(
        f"“{model._meta.label}” is not one of the shop's products: add it to TRYON['PRODUCTS'].",
        code="unknown_product",
        field="product",
    )


def title_of(product: models.Model) -> str:
    """Return the product's name; for a model that is not allowed, whatever it calls itself.

    A setting that misses a model is no reason to break a page that only shows its name.
    """
    try:
        return adapter_for(product).title(product)
    except LaunchRefused:
        return str(product)


def is_shown(product: models.Model | None) -> bool:
    """Tell whether shoppers may see this product; not one that is gone, or no longer allowed."""
    try:
        return product is not None and adapter_for(product).is_public(product)
    except LaunchRefused:
        return False


def product_of(garment: Garment) -> Any:
    """Return the product that a garment is of; None where it, or its whole model, is gone."""
    if has_model(garment):
        return garment.product
    # Django would raise AttributeError. Whoever reads the garment later finds no product, either.
    garment._meta.get_field("product").set_cached_value(garment, None)
    return None


def picture_of(garment: Garment) -> Any:
    """Return the garment's own picture, else its product's; None where there is neither."""
    if garment.image:
        return garment.image
    product = product_of(garment)
    return adapter_for(product).image(product) if product is not None else None


def read_all(garments: Iterable[Garment]) -> None:
    """Read the products of many garments at once, a query for each model; later ones ask no more.

    A key that no product can have spoils it for all of them: then each is read by itself, later.
    """
    with suppress(ValueError, TypeError, ValidationError):
        models.prefetch_related_objects([one for one in garments if has_model(one)], "product")


def has_model(garment: Garment) -> bool:
    """Tell whether there (still) is a model for the garment's product."""
    # By id: the content types are kept in memory, the relation would ask for each garment's.
    key = garment.content_type_id
    return key is not None and ContentType.objects.get_for_id(key).model_class() is not None


def reference_to(product: models.Model) -> str:
    """Return the text that stands for a product in URLs, such as ``shop.product:42``."""
    return f"{product._meta.label_lower}:{product.pk}"


def references_of(given: Iterable[models.Model]) -> list[str]:
    """Return the references of those that are the shop's products, each once, sorted."""
    found = []
    for product in given:
        with suppress(LaunchRefused):
            label = adapter_for(product).model._meta.label_lower
            found.append(f"{label}:{product.pk}")
    return sorted(set(found))


def find(reference: str) -> models.Model:
    """Return the product that ``app.model:key`` stands for; raises LaunchRefused."""
    for product in find_all([reference]):
        return product
    raise _unknown(reference)


def find_all(references: Sequence[str]) -> list[models.Model]:
    """Return the products of those references that stand for one, with one query for each model."""
    keys = [named for reference in references if (named := _key_in(reference)) is not None]
    there: dict[tuple[type[models.Model], Any], models.Model] = {}
    for model in {model for model, _key in keys}:
        # Not `pk__in`: a number that no column holds has to find nothing, and break nothing.
        any_of = reduce(or_, (models.Q(pk=key) for named, key in keys if named is model))
        there |= {(model, row.pk): row for row in model._default_manager.filter(any_of)}
    return [there[named] for named in keys if named in there]


def _key_in(reference: str) -> tuple[type[models.Model], Any] | None:
    label, _colon, key = reference.partition(":")
    for model in adapters():
        if model._meta.label_lower == label.lower() and "\x00" not in key:
            with suppress(ValueError, TypeError, ValidationError):
                return model, model._meta.pk.to_python(key)
    return None


def _unknown(reference: str) -> LaunchRefused:
    known = ", ".join(model._meta.label_lower for model in adapters()) or "none"
    return LaunchRefused(
        f"There is no product “{reference}”. It is written as app.model:key; models: {known}.",
        code="unknown_product",
        field="product",
    )


def connect_cleanup() -> None:
    """Have what hangs on a product go with it, also for models without our mixin."""
    post_delete.connect(_drop_garments, dispatch_uid="django_tryon.products")


def _drop_garments(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    from django_tryon.models import Garment
    from django_tryon.models.placement import drop_for

    if sender._meta.concrete_model in {model._meta.concrete_model for model in adapters()}:
        for garment in Garment.objects.for_product(instance):
            garment.delete()
        drop_for(instance)
