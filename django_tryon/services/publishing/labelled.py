"""Labelled: an alt text always ends by saying that the picture is AI-generated."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from django_tryon.exceptions import WrongState
from django_tryon.services.publishing.places import LONGEST_ALT
from django_tryon.services.shoppers.consent import SHIPPED


def labelled(alt: str) -> str:
    """Return an alt text with “AI-generated” at its end, added where it is missing.

    Raises WrongState for one that grows too long by it.
    """
    # What staff wrote in their own language is kept by a worker that may speak another.
    said = alt.rstrip(" .").casefold()
    if said.endswith((_("AI-generated").casefold(), *_in_each_language())):
        return alt
    longer = f"{alt}, {_('AI-generated')}"
    if len(longer) > LONGEST_ALT:
        raise WrongState(
            _(
                "The alt text has %(count)d characters with “AI-generated” at its end; at most "
                "%(most)d are kept."
            )
            % {"count": len(longer), "most": LONGEST_ALT},
            code="alt_too_long",
        )
    return longer


def _in_each_language() -> list[str]:
    words = []
    for language in SHIPPED:
        with override(language):
            words.append(_("AI-generated").casefold())
    return words
