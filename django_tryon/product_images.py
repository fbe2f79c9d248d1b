"""The shop's own pictures of a product, where they are rows of a model that refers to it.

``TRYON["PRODUCTS"]`` says which: ``"images": {"relation": "images", "file": "image", …}``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.core.files.base import File
from django.db import IntegrityError, models, router, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState

if TYPE_CHECKING:
    from django_tryon.models import DoomedFile

KEYS: Mapping[str, tuple[Any, str]] = {
    "relation": (None, "a foreign key of another model to it"),
    "file": (models.FileField, "a file field"),
    "alt": ((models.CharField, models.TextField), "a text field"),
    "order": (models.IntegerField, "a whole number"),
}
"""What ``images`` may say, and what each names; ``alt`` and ``order`` may be left out."""


class RelatedImages:
    """Adds a row with a picture to a product, and takes just that out again."""

    def __init__(self, model: type[models.Model], names: Any) -> None:
        """Read how the shop keeps its pictures. Raises ImproperlyConfigured."""
        self._says = f"TRYON['PRODUCTS']['{model._meta.label}']['images']"
        if not isinstance(names, Mapping) or not {"relation", "file"} <= set(names) <= set(KEYS):
            raise ImproperlyConfigured(
                f"{self._says} must be a dict with “relation” and “file”, and may have “alt” and "
                f"“order”; it is {names!r}."
            )
        relation = self._relation(model, names["relation"])
        self.model: type[models.Model] = relation.related_model
        self.owner: str = relation.field.name
        self.file, self.alt, self.order = (
            self._field(key, names.get(key)) for key in ("file", "alt", "order")
        )
        self._nothing_else_is_needed()

    def _relation(self, model: type[models.Model], name: Any) -> Any:
        for relation in model._meta.related_objects:
            if relation.one_to_many and relation.get_accessor_name() == name:
                return relation
        there = [
            str(relation.get_accessor_name())
            for relation in model._meta.related_objects
            if relation.one_to_many
        ]
        raise ImproperlyConfigured(
            f"{self._says} names the relation “{name}”, but no foreign key leads to "
            f"{model._meta.label} under that name. There are: {', '.join(there) or 'none'}."
        )

    def _field(self, key: str, name: Any) -> str:
        if name is None:
            return ""
        kind, words = KEYS[key]
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            field = None
        if not isinstance(field, kind) or isinstance(field, models.AutoField):
            raise ImproperlyConfigured(
                f"{self._says}['{key}'] must name {words} of {self.model._meta.label}, and "
                f"“{name}” is none."
            )
        return str(name)

    def _nothing_else_is_needed(self) -> None:
        for field in self.model._meta.concrete_fields:
            if field.name in {self.owner, self.file, self.alt, self.order} or field.null:
                continue
            if not (
                field.has_default()
                or field.has_db_default()
                or field.empty_strings_allowed
                or field.primary_key
                or getattr(field, "auto_now", False)
                or getattr(field, "auto_now_add", False)
                or field.generated
            ):
                raise ImproperlyConfigured(
                    f"{self._says}: a row of {self.model._meta.label} needs “{field.name}”, too. "
                    "Give that field a default, or write an adapter with add_image and "
                    "remove_image."
                )

    @property
    def alt_length(self) -> int | None:
        """How many characters an alt text may have; None for any number."""
        field: Any = self.model._meta.get_field(self.alt) if self.alt else None
        return getattr(field, "max_length", None)

    @property
    def place(self) -> str:
        """The name of the storage, as ``DoomedFile`` knows it."""
        return f"{self.model._meta.label_lower}.{self.file}"

    def _rows(self) -> models.QuerySet[models.Model]:
        return self.model._base_manager.using(router.db_for_write(self.model))

    def store(self, product: models.Model, file: File[Any], title: str) -> File[Any]:
        """Put a picture into the storage of the shop's; no row names it yet.

        Should nobody add it within the hour, the purge deletes it.
        """
        row = self.model(**{self.owner: product})
        field: Any = self.model._meta.get_field(self.file)
        ending = PurePosixPath(file.name or "").suffix
        name = f"{slugify(title)[:40] or 'try-on'}-{uuid.uuid4().hex[:12]}{ending}"
        wanted = field.generate_filename(row, name)
        doomed = _doomed().expect(self.place, wanted)
        doomed.known_as(field.storage.save(wanted, file, max_length=field.max_length))
        setattr(row, self.file, doomed.name)
        stored: File[Any] = getattr(row, self.file)
        return stored

    def add(self, product: models.Model, file: Any, *, alt: str, position: int | None) -> str:
        """Write the row of a stored picture; return what ``remove`` needs to find it again.

        ``position`` counts from 0 among the product's pictures; None is behind the last.
        Raises WrongState for an alt text that is too long.
        """
        if self.alt_length is not None and len(alt) > self.alt_length:
            raise WrongState(
                _("The alt text has %(count)d characters; the shop's pictures take %(most)d.")
                % {"count": len(alt), "most": self.alt_length},
                code="alt_too_long",
            )
        row = file.instance
        moved: list[str] = []
        if self.alt:
            setattr(row, self.alt, alt)
        if self.order:
            order, moved = self._make_room(product, position)
            setattr(row, self.order, order)
        row.save()
        return json.dumps({"row": str(row.pk), "file": file.name, "moved": moved})

    def remove(self, product: models.Model, reference: str) -> None:
        """Delete the row and the file that were added, unless the shop has made them its own.

        What staff have deleted already is no fault; a row in which they have put another picture
        stays, and so does a file that another row names.
        """
        said = json.loads(reference)
        row = self._rows().filter(pk=said["row"]).first()
        if row is not None and getattr(row, self.file).name == said["file"]:
            row.delete()
            if said["moved"]:
                self._move_back(product, said["moved"])
        if not self._rows().filter(**{self.file: said["file"]}).exists():
            _doomed().doom_at(self.place, said["file"])

    def _in_order(self, product: models.Model) -> list[models.Model]:
        rows = self._rows().filter(**{self.owner: product}).exclude(**{self.order: None})
        return list(rows.order_by(self.order, "pk"))

    def _make_room(self, product: models.Model, position: int | None) -> tuple[int, list[str]]:
        """Return the number that puts a picture there, and which rows were moved on for it."""
        rows = self._in_order(product)
        numbers = [getattr(row, self.order) for row in rows]
        if position is None or position >= len(rows):
            return (numbers[-1] + 1 if numbers else 0), []
        number = numbers[position]
        if number - 1 > (numbers[position - 1] if position else -1):
            return number - 1, []
        last, end = number, position
        while end < len(rows) and numbers[end] <= last + 1:
            last, end = max(last, numbers[end]), end + 1
        # From the last one on: two never have the same number on the way.
        for row in reversed(rows[position:end]):
            self._move(row, 1)
        return number, [str(row.pk) for row in rows[position:end]]

    def _move_back(self, product: models.Model, moved: Sequence[str]) -> None:
        """Give those that were moved on their old numbers, if that changes nobody's place."""
        rows = self._in_order(product)
        then = [(getattr(row, self.order) - (str(row.pk) in moved), row.pk) for row in rows]
        if then != sorted(then):
            return
        # The shop may allow each number once, and staff may have taken one since.
        with suppress(IntegrityError), transaction.atomic(using=router.db_for_write(self.model)):
            for row in rows:
                if str(row.pk) in moved:
                    self._move(row, -1)

    def _move(self, row: models.Model, by: int) -> None:
        self._rows().filter(pk=row.pk).update(**{self.order: models.F(self.order) + by})


def _doomed() -> type[DoomedFile]:
    from django_tryon.models import DoomedFile

    return DoomedFile
