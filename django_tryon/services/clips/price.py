"""What a clip in two steps costs: its first frame now, the clip itself once that is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django_tryon.engines import get_engine
from django_tryon.models import Garment
from django_tryon.services.driving.pace import minutes_of, typical_seconds
from django_tryon.services.outfits import order

CLIP_ENGINE = "video-tryon-v2"
"""What makes the clips unless somebody says otherwise."""


@dataclass(frozen=True)
class ClipEstimate:
    """Price and time of both steps."""

    frame: Decimal
    """US$, at once."""
    clip: Decimal
    """US$, when the first frame is approved, and else never."""
    frame_seconds: float
    clip_seconds: float

    @property
    def price(self) -> Decimal:
        """Both together, US$."""
        return self.frame + self.clip

    @property
    def clip_minutes(self) -> int:
        """How long the clip takes, in whole minutes; at least 1."""
        return minutes_of(self.clip_seconds)


def estimate_clip(
    garments: Sequence[Garment], *, image_engine: str, engine: str = CLIP_ENGINE
) -> ClipEstimate:
    """Return what such a clip is to cost and to take. Raises LaunchRefused for unknown engines."""
    dresser, mover = get_engine(image_engine), get_engine(engine)
    return ClipEstimate(
        frame=order.estimate(dresser, garments),
        clip=order.estimate(mover, garments),
        frame_seconds=order.typical_seconds(dresser, garments),
        clip_seconds=typical_seconds(mover.slug),
    )
