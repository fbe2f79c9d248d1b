"""Verify and normalise pictures: what people upload, and what the provider sends back."""

from __future__ import annotations

from django_tryon.photos.limits import PHOTO_LIMITS, PhotoLimits
from django_tryon.photos.normalise import NormalisedPhoto, decode_photo, normalise_photo
from django_tryon.photos.verify import ImageFacts, verify_image

__all__ = [
    "PHOTO_LIMITS",
    "ImageFacts",
    "NormalisedPhoto",
    "PhotoLimits",
    "decode_photo",
    "normalise_photo",
    "verify_image",
]
