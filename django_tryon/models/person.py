"""People: house models and shoppers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_tryon import quality
from django_tryon.conf import conf
from django_tryon.models import judgement
from django_tryon.models.fields import ClipField, PhotoField, VerifiesFiles
from django_tryon.models.files import person_path, private_storage, view_url
from django_tryon.models.shopper import Consent, Shopper


class PersonQuerySet(models.QuerySet["Person"]):
    """People by whether they are still to be seen."""

    def there(self) -> PersonQuerySet:
        """Return those whose day has not come."""
        return self.filter(models.Q(delete_at=None) | models.Q(delete_at__gt=timezone.now()))

    def house_models(self) -> PersonQuerySet:
        """Return those whom everybody is offered: who lacks the photo or clip cannot be dressed."""
        photo = models.Q(kind=Person.Kind.PHOTO) & ~models.Q(photo="")
        clip = models.Q(kind=Person.Kind.VIDEO) & ~models.Q(video="")
        return self.filter(photo | clip, is_house_model=True)


def is_before(day: datetime | None) -> bool:
    """Tell whether this moment has not come; None never comes."""
    return day is None or day > timezone.now()


class Person(VerifiesFiles):
    """One photo or clip of whoever wears the garment."""

    class Kind(models.TextChoices):
        """What was given."""

        PHOTO = "photo", _("Photo")
        VIDEO = "video", _("Clip")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.PHOTO)
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_house_model = models.BooleanField(
        _("house model"), default=False, help_text=_("Offered to staff and to every shopper.")
    )
    prewarm = models.BooleanField(
        _("dress new products"),
        default=False,
        db_default=False,
        help_text=_("New and changed products are dressed on this house model at night."),
    )
    photo = PhotoField(
        _("photo"),
        storage=private_storage,
        upload_to=person_path,
        blank=True,
        help_text=_("One person from head to feet, facing the camera, arms a little off the body."),
    )
    video = ClipField(
        _("clip"),
        storage=private_storage,
        upload_to=person_path,
        blank=True,
        help_text=_("Shorter than 50 seconds, one person, a calm camera."),
    )
    frame = PhotoField(
        _("first frame"),
        storage=private_storage,
        upload_to=person_path,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    """The clip's first frame, as it is; taken when somebody first asks for it."""
    frame_of = models.CharField(
        max_length=255, blank=True, editable=False, default="", db_default=""
    )
    """The name of the clip from which it was taken."""
    shopper = models.ForeignKey(
        Shopper,
        verbose_name=_("shopper"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="people",
        help_text=_("Whose photo it is; empty for a house model."),
    )
    consent = models.ForeignKey(
        Consent,
        verbose_name=_("consent"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    delete_at = models.DateTimeField(_("to be deleted"), null=True, editable=False, db_index=True)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    seconds = models.FloatField(_("seconds"), null=True, editable=False)
    findings = models.JSONField(null=True, editable=False)
    """What was seen of the photo, as ``quality.read`` takes it; None where nobody has looked."""
    findings_of = models.CharField(
        max_length=40, blank=True, editable=False, default="", db_default=""
    )
    """Stands for the checks that have looked, and their thresholds."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        permissions = [("view_shopper_pictures", _("Can see pictures of shoppers"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["photo", "video"]), name="django_tryon_person_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, and look at a new photo. Raises UploadRefused."""
        is_named = update_fields is None or "photo" in (update_fields := set(update_fields))
        if is_named and self._looked_at is not self._new_photo():
            self.look_at_photo()
        elif is_named and not self.photo:
            self.findings, self.findings_of = None, ""
        if update_fields is not None and is_named:
            update_fields = {*update_fields, *judgement.FIELDS}
        super().save(*args, update_fields=update_fields, **kwargs)
        self._looked_at = None

    def look_at_photo(self) -> None:
        """Have a new photo verified, normalised and looked at before it is saved, which may take a
        while. Raises UploadRefused."""
        field: Any = self._meta.get_field("photo")
        field.prepare(self)
        judgement.look_at(self, self.photo.file)
        self.photo.file.seek(0)
        self._looked_at = self._new_photo()

    _looked_at: Any = None

    def _new_photo(self) -> Any:
        """Return the content of a photo that is not stored yet; None without one."""
        photo: Any = self.photo
        if not photo or photo.field is not self._meta.get_field("photo"):
            return photo or None  # another row's: a copy is taken of it
        return None if photo._committed else photo.file

    @property
    def is_assessed(self) -> bool:
        """Whether the photo was looked at by the checks of today; True where there are none."""
        if not self.photo or not quality.is_on(quality.BEFORE, conf.QUALITY):
            return True
        return self.findings_of == judgement.mark()

    @property
    def advice(self) -> list[quality.Finding]:
        """What could be better about the photo; nothing where nothing was seen."""
        return quality.worth_telling(self.findings, conf.QUALITY)

    @property
    def why_not(self) -> str:
        """Why the shop takes no such photo, with what to do about it; empty if it does."""
        against = quality.worth_telling(self.findings, conf.QUALITY, "refuse")
        return " ".join(f"{found.says} {found.do}" for found in against)

    @property
    def file(self) -> Any:
        """The photo or the clip, whichever this person is."""
        return self.photo if self.kind == self.Kind.PHOTO else self.video

    def file_for(self, kind: str) -> Any:
        """Return what an engine is given that wants this kind: for a photo, a clip's first frame,
        where that was taken."""
        is_frame = kind == self.Kind.PHOTO and self.kind == self.Kind.VIDEO
        return self.frame if is_frame else self.file

    @property
    def is_there(self) -> bool:
        """Whether its day has not come: purging may take a while to follow."""
        return is_before(self.delete_at)

    @property
    def url(self) -> str:
        """A link to the photo or clip, for a person's eyes, valid for a while; empty without."""
        return view_url(self.file) if self.file and self.is_there else ""

    @property
    def still_url(self) -> str:
        """A link to the photo, or to the clip's first frame once it was taken; else empty."""
        still = self.file_for(self.Kind.PHOTO)
        return view_url(still) if still and self.is_there else ""

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, where known."""
        return (self.width, self.height) if self.width and self.height else None
