"""Check a wish: everything that can be known before anything is written or paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.products import picture_of
from django_tryon.services.driving.gates import refuse_retired
from django_tryon.services.inputs import Files, check_reachable
from django_tryon.services.outfits.order import check_params, check_together, is_one_by_one


def check(
    engine: type[Engine],
    garments: Sequence[Garment],
    person: Person,
    params: Mapping[str, Any],
    *,
    previous: TryOnJob | None = None,
    reference: Any = None,
    is_offered: bool = False,
    of_clip: bool = False,
) -> None:
    """Refuse what cannot be done; raises LaunchRefused with a sentence that staff understand.

    ``is_offered`` says that somebody has made sure already that the engine is not retired,
    ``of_clip`` that an engine for photos is to dress the first frame of a clip.
    """
    if not conf.API_KEY:
        raise LaunchRefused(
            _(
                "There is no Segmind key. Set TRYON['API_KEY'], best from the environment "
                "variable SEGMIND_API_KEY."
            ),
            code="no_api_key",
        )
    if not is_offered:
        refuse_retired(engine)
    check_garments(engine, garments)
    check_person(engine, person, of_clip=of_clip)
    check_wish(engine, garments, params)
    check_previous(previous, person)
    by_link = params.get(engine.reference_param) if engine.reference_param else None
    if engine.needs_reference and not (previous or reference or by_link):
        raise LaunchRefused(
            _(
                "%(engine)s needs the clip's first frame already dressed: give it as a picture, "
                "or name the previous job that made it."
            )
            % {"engine": engine.title},
            code="no_reference",
            field="previous",
        )
    pictures = (
        tuple((garment, picture_of(garment)) for garment in garments)
        if engine.takes_garment_image
        else ()
    )
    check_reachable(Files(person.file_for(engine.person_kind), pictures))


def check_garments(engine: type[Engine], garments: Sequence[Garment]) -> None:
    """Refuse garments that this engine cannot put on; raises LaunchRefused."""

    def refuse(message: str, code: str) -> LaunchRefused:
        return LaunchRefused(message, code=code, field="garments")

    if not garments:
        raise refuse(_("Choose a garment."), "no_garment")
    if not all(isinstance(garment, Garment) for garment in garments):
        raise refuse(_("Give garments, not their products or ids."), "no_garment")
    if len({garment.pk for garment in garments}) < len(garments):
        raise refuse(_("The same garment was chosen twice."), "same_garment")
    if len(garments) > engine.max_garments > 1:
        said = ngettext(
            "%(engine)s takes at most %(most)d garment at once, not %(count)d.",
            "%(engine)s takes at most %(most)d garments at once, not %(count)d.",
            engine.max_garments,
        )
        words = {"engine": engine.title, "most": engine.max_garments, "count": len(garments)}
        raise refuse(said % words, "too_many_garments")
    for garment in garments:
        names = {"garment": garment, "engine": engine.title, "category": garment.category}
        if garment.pk is None:
            raise refuse(_("“%(garment)s” was not saved.") % names, "no_garment")
        if products.product_of(garment) is None:
            raise refuse(_("The product of “%(garment)s” was deleted.") % names, "product_gone")
        if garment.category not in engine.categories:
            said = _(
                "%(engine)s cannot dress the category “%(category)s” of “%(garment)s”; "
                "it can do: %(able)s."
            )
            able = ", ".join(engine.categories)
            raise refuse(said % (names | {"able": able}), "unsupported_category")
        if engine.takes_garment_image and not exists(picture_of(garment)):
            said = _(
                "“%(garment)s” has no usable picture. Add one to the garment or to its product."
            )
            raise refuse(said % names, "no_garment_image")
    check_together(engine, garments)


def check_wish(
    engine: type[Engine], garments: Sequence[Garment], params: Mapping[str, Any]
) -> None:
    """Refuse parameters with which an engine does not put these on; raises LaunchRefused.

    Where a description is missing, it says of which garments.
    """
    if len(garments) > 1 and is_one_by_one(engine):
        check_params(engine, params)
    bare = [str(garment) for garment in garments if not garment.words]
    try:
        engine.check_wish(len(garments), params, described=not bare)
    except LaunchRefused as error:
        if error.code != "no_description":
            raise
        said = f"{', '.join(bare)}: {error}"
        raise LaunchRefused(said, code=error.code, field=error.field) from error


def check_person(engine: type[Engine], person: Person, *, of_clip: bool = False) -> None:
    """Refuse a person whom this engine cannot dress; raises LaunchRefused."""

    def refuse(message: str, code: str) -> LaunchRefused:
        return LaunchRefused(message, code=code, field="person")

    if not isinstance(person, Person):
        raise refuse(_("Choose a person."), "no_person")
    wanted = Person.Kind.VIDEO if of_clip else Person.Kind(engine.person_kind)
    names = {
        "engine": engine.title,
        "person": person,
        "wanted": wanted.label.lower(),
        "kind": person.get_kind_display().lower(),
    }
    if person.kind != wanted:
        said = _("%(engine)s needs a %(wanted)s of the person; “%(person)s” is a %(kind)s.")
        raise refuse(said % names, "wrong_person_kind")
    if person.kind == Person.Kind.PHOTO and (why := person.why_not):
        raise refuse(why, "poor_photo")
    if person.pk is None or not exists(person.file_for(engine.person_kind)):
        raise refuse(_("“%(person)s” has no %(wanted)s.") % names, "no_person_file")
    most = engine.max_clip_seconds
    if most is not None and person.seconds is not None and person.seconds >= most:
        said = _(
            "The clip of “%(person)s” lasts %(seconds).1f seconds; %(engine)s takes less than "
            "%(most)d."
        )
        raise refuse(said % (names | {"seconds": person.seconds, "most": most}), "clip_too_long")


def check_previous(previous: TryOnJob | None, person: Person) -> None:
    """Refuse a previous job that gives, or gave, no final picture; raises LaunchRefused."""
    if previous is None:
        return
    code, field = "no_previous_result", "previous"
    if previous.outfit_id is not None:
        said = _("The previous try-on is a step in between, not a result.")
        raise LaunchRefused(said, code="wrong_previous", field=field)
    theirs = previous.person
    if person.is_house_model and (theirs is None or not theirs.is_house_model):
        said = _("The previous try-on shows a shopper, not a house model.")
        raise LaunchRefused(said, code="wrong_previous", field=field)
    made_image = get_engine(previous.engine).output == "image"
    if not made_image or (previous.status in FINISHED and previous.status != Status.SUCCEEDED):
        said = _("The previous try-on gave no picture to start from.")
        raise LaunchRefused(said, code=code, field=field)
    if previous.status == Status.SUCCEEDED and not previous.results.filter(kind="image").exists():
        said = _("The picture of the previous try-on was deleted.")
        raise LaunchRefused(said, code=code, field=field)


def exists(file: Any) -> bool:
    """Tell whether there is a file, and the storage still has it."""
    return bool(file) and file.storage.exists(file.name)
