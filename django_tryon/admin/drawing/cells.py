"""What the lists' cells say: names of engines, who did what, two lines one under the other."""

from __future__ import annotations

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_tryon.admin.drawing.measures import NOTHING, moment
from django_tryon.engines import all_engines
from django_tryon.models import Person, TryOnJob


def engine_title(slug: str) -> str:
    """Return an engine's name for people; the slug itself for one that is no longer used."""
    engine = all_engines().get(slug)
    return engine.title if engine else slug


def made_by(job: TryOnJob) -> str:
    """Return the engine of a job, and where it is about a clip, which part of it was made."""
    engine, title = all_engines().get(job.engine), engine_title(job.engine)
    if engine is not None and engine.output == "video":
        return _("%(engine)s · clip") % {"engine": title}
    if job.person is not None and job.person.kind == Person.Kind.VIDEO:
        return _("%(engine)s · clip's first frame") % {"engine": title}
    return title


def by_whom(at: datetime | None, user: object) -> str:
    """Return when something was done, and by whom; a dash if it was not."""
    if at is None:
        return NOTHING
    when = moment(at)
    return _("%(when)s by %(user)s") % {"when": when, "user": user} if user else when


def two_lines(first: object, second: object) -> SafeString:
    """Return two texts one under the other, the second one quieter."""
    return format_html(
        '<span class="tryon-first">{}</span><span class="tryon-quiet tryon-below">{}</span>',
        first,
        second,
    )
