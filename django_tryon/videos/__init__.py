"""Verify and normalise clips: what people upload, and what the provider sends back.

All but ``verify_video`` need PyAV (the extra ``video``) and raise ``MissingExtra`` without it.
"""

from __future__ import annotations

from django_tryon.videos.facts import (
    CLIP_LIMITS,
    LONGEST_UNCUT,
    WHOLE,
    ClipFacts,
    ClipLimits,
    NormalisedClip,
    Part,
)
from django_tryon.videos.frames import first_frame, poster, shows_nothing
from django_tryon.videos.inspection import inspect_clip
from django_tryon.videos.normalise import normalise_clip
from django_tryon.videos.verify import verify_video

__all__ = [
    "CLIP_LIMITS",
    "LONGEST_UNCUT",
    "WHOLE",
    "ClipFacts",
    "ClipLimits",
    "NormalisedClip",
    "Part",
    "first_frame",
    "inspect_clip",
    "normalise_clip",
    "poster",
    "shows_nothing",
    "verify_video",
]
