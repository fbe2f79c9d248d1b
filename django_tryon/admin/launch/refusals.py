"""Why wishes were refused: the same reason is told once, with the names of all whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from django_tryon.admin.shop_products import garment_title
from django_tryon.models import Garment, Person

NAMED = 5
"""How many are named of those whom a reason concerns; of the others, their number."""


@dataclass(frozen=True)
class Refusal:
    """Why one wish was refused."""

    sentence: str
    name: str = ""
    """Whom or what the sentence names; empty where it is about nothing in particular."""

    @property
    def reason(self) -> str:
        """The sentence without the name: what is the same for others."""
        return self.sentence.replace(f"“{self.name}”", "“”") if self.name else self.sentence


def refusal_of(sentence: str, garments: Iterable[Garment], person: Person) -> Refusal:
    """Return why a wish was refused, with what of it the sentence names."""
    worn = list(garments)
    names = [str(worn[0]), garment_title(worn[0])] if len(worn) == 1 else []
    named = (name for name in [*names, str(person)] if f"“{name}”" in sentence)
    return Refusal(sentence, next(named, ""))


def gathered(refusals: Iterable[Refusal]) -> list[tuple[str, int]]:
    """Return a text for each reason, and how many wishes it concerns; the most frequent first."""
    alike: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        alike.setdefault(refusal.reason, []).append(refusal)
    frequent = sorted(alike.values(), key=len, reverse=True)
    return [(_told(group), len(group)) for group in frequent]


def _told(group: list[Refusal]) -> str:
    """Return the first sentence of a reason, and who else it concerns."""
    names = list(dict.fromkeys(f"“{refusal.name}”" for refusal in group))
    if len(names) == 1:
        return group[0].sentence
    others = ", ".join(names[1:NAMED])
    if more := len(names[NAMED:]):
        others = _("%(names)s, and %(count)d more") % {"names": others, "count": more}
    same = _("The same is true of %(names)s.") % {"names": others}
    return f"{group[0].sentence} {same}"
