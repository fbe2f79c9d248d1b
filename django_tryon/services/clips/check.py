"""Check a clip in two steps: all that can be known before its first frame is paid for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.engines import Engine, get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person
from django_tryon.services.check_launch import check
from django_tryon.services.clips.frame import take_frame


def check_clip(
    garments: Sequence[Garment],
    person: Person,
    image_engine: str,
    engine: str,
    params: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Refuse a clip that cannot be made, and take its first frame; return complete parameters.

    Raises LaunchRefused, naming the argument.
    """
    dresser, mover = get_engine(image_engine), get_engine(engine)
    if not mover.needs_reference:
        raise LaunchRefused(
            _("%(engine)s needs no dressed first frame: launch it by itself.")
            % {"engine": mover.title},
            code="needs_no_frame",
            field="engine",
        )
    if (dresser.output, dresser.person_kind) != ("image", "photo"):
        raise LaunchRefused(
            _("%(engine)s cannot dress a first frame. Choose an engine that makes pictures.")
            % {"engine": dresser.title},
            code="no_image_engine",
            field="image_engine",
        )
    wanted = read_clip_params(mover, params)
    check(mover, garments, person, wanted, reference=True)  # the frame is to come
    take_frame(person)
    return wanted


def read_clip_params(engine: type[Engine], params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return all parameters of a clip whose frame is dressed here. Raises LaunchRefused."""
    wanted = engine.read_params(params)
    if engine.reference_param and wanted[engine.reference_param]:
        raise LaunchRefused(
            _(
                "“%(param)s” names a first frame that is dressed already, and here one is dressed "
                "first. Leave it out, or launch the clip by itself."
            )
            % {"param": engine.reference_param},
            code="two_frames",
            field=f"params.{engine.reference_param}",
        )
    return wanted
