"""Shoppers: whoever asks from the storefront, logged in or not."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Shopper(models.Model):
    """A logged-in user of the shop, or an anonymous visitor with a signed token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    token_mark = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    """What a user's tokens carry: with a logout it changes, and they are worth nothing any more."""
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("shopper")
        verbose_name_plural = _("shoppers")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"


class Consent(models.Model):
    """What a shopper agreed to, when, and in which words; never pre-ticked."""

    class Kind(models.TextChoices):
        """To what."""

        PHOTO = "photo", _("A photo is sent to the provider")
        CLIP = "clip", _("A clip is sent to the provider")
        OFFER = "offer", _("The shop may show a picture")

    kind = models.CharField(
        _("kind"), max_length=5, choices=Kind, default=Kind.PHOTO, db_default=Kind.PHOTO
    )
    shopper = models.ForeignKey(
        Shopper, verbose_name=_("shopper"), on_delete=models.CASCADE, related_name="consents"
    )
    version = models.CharField(_("version"), max_length=50)
    text_hash = models.CharField(
        _("hash of the text"), max_length=64, help_text=_("SHA-256 of the words that were shown.")
    )
    address_hash = models.CharField(
        _("hash of the address"), max_length=64, blank=True, help_text=_("Keyed; not the address.")
    )
    given_at = models.DateTimeField(_("given"), auto_now_add=True)
    result = models.ForeignKey(
        "django_tryon.TryOnResult",
        verbose_name=_("result"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="consents",
        # Workers of the version before delete results, and know nothing of this column.
        db_constraint=False,
    )
    """The picture that the shop may show; None for a photo, and once the picture is gone."""
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"{self.shopper}, {self.version}"
