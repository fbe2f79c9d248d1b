"""From what staff filled in to single wishes, and from wishes to jobs."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from django_tryon.admin.estimate import Estimate
from django_tryon.admin.faults import note_fault
from django_tryon.admin.shop_products import garment_title
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Batch, Garment, Person, TryOnJob
from django_tryon.services import launch
from django_tryon.services.wish import check

MOST_JOBS = 300
"""How many jobs one press of the button may launch."""


@dataclass(frozen=True)
class Wish:
    """One job to be launched."""

    garments: tuple[Garment, ...]
    person: Person
    params: dict[str, Any]


@dataclass
class Plan:
    """All that one press of the button asks for."""

    engine: type[Engine]
    wishes: list[Wish]
    previous: TryOnJob | None = None
    reference: bytes | None = None
    refusals: list[str] = field(default_factory=list)
    """Why some of the wishes cannot be fulfilled, one sentence for each of them."""
    left_out: set[Garment | Person] = field(default_factory=set)
    """Who or what was refused as such, in whatever company."""
    is_stopped: bool = False
    """Whether something stands against every wish, such as a missing key."""

    def frame(self) -> ContentFile[bytes] | None:
        """Return the first frame, a file of its own for each job."""
        return None if self.reference is None else ContentFile(self.reference, name="frame")

    def possible(self) -> list[Wish]:
        """Return the wishes that can be fulfilled; the others' reasons go to ``refusals``."""
        return self._granted(self.check)

    def check(self, wish: Wish) -> None:
        """Refuse a wish before anything is written; raises LaunchRefused."""
        self.check_frame(wish)
        params = self.engine.read_params(wish.params)
        check(
            self.engine,
            wish.garments,
            wish.person,
            params,
            previous=self.previous,
            reference=self.reference,
        )

    def check_frame(self, wish: Wish) -> None:
        """Refuse a first frame that shows other garments; raises LaunchRefused."""
        if self.previous is None:
            return
        shown = {garment.pk for garment in self.previous.garments.all()}
        for garment in wish.garments:
            if garment.pk not in shown:
                raise LaunchRefused(
                    _("The chosen first frame does not show “%(garment)s”.")
                    % {"garment": garment_title(garment)},
                    code="other_garment",
                    field="previous",
                )

    def estimate(self, wishes: Sequence[Wish]) -> Estimate:
        """Return what these wishes come to."""
        cost = sum((self.engine.estimate(len(wish.garments)) for wish in wishes), Decimal(0))
        return Estimate(len(wishes), cost, self.engine.typical_seconds)

    def send(self, batch: Batch, user: Any) -> list[Wish]:
        """Launch and return what can be launched; the others' reasons go to ``refusals``."""
        return self._granted(partial(self.launch, batch=batch, user=user))

    def launch(self, wish: Wish, batch: Batch, user: Any) -> None:
        """Launch one job; raises LaunchRefused."""
        self.check_frame(wish)
        launch(
            garments=wish.garments,
            person=wish.person,
            engine=self.engine.slug,
            params=wish.params,
            requested_by=user,
            previous=self.previous,
            reference=self.frame(),
            batch=batch,
        )

    def _granted(self, do: Callable[[Wish], None]) -> list[Wish]:
        """Return the wishes with which this can be done; one that fails costs the others nothing.

        What the others were refused for, or a fault, goes to ``refusals``.
        """
        granted = []
        for wish in self.wishes:
            try:
                do(wish)
            except LaunchRefused as error:
                self.refusals.append(error.message)
                self._blame(wish, error.field or "")
            except Exception as error:
                self.refusals.append(note_fault(f"a wish for {self.engine.slug}", error))
            else:
                granted.append(wish)
        return granted

    def _blame(self, wish: Wish, at: str) -> None:
        """Note what of a wish was refused, by the argument that the refusal names."""
        if at == "person":
            self.left_out.add(wish.person)
        elif at.startswith(("garments", "params")) and len(wish.garments) == 1:
            self.left_out.add(wish.garments[0])
        self.is_stopped |= not at

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The refusals and how many wishes each concerns."""
        return Counter(self.refusals).most_common()


def make_plan(
    cleaned: dict[str, Any], garments: Sequence[Garment], engine: type[Engine], params: Any
) -> Plan:
    """Pair every garment (or all of them together) with everybody who was chosen."""
    groups = [(garment,) for garment in garments]
    if cleaned["together"] and engine.max_garments > 1 and garments:
        groups = [tuple(garments)]  # type: ignore[list-item]
    seeds = _seeds(engine, params, cleaned["variations"] or 1)
    frames = engine.needs_reference
    upload = cleaned["reference"] if frames else None
    return Plan(
        engine=engine,
        wishes=[
            Wish(group, person, params | seed)
            for group in groups
            for person in cleaned["people"]
            for seed in seeds
        ],
        previous=cleaned["previous"] if frames else None,
        reference=upload.read() if upload else None,
    )


def _seeds(engine: type[Engine], params: dict[str, Any], variations: int) -> list[dict[str, int]]:
    """Return a seed for each variation: the given one and those that follow it."""
    if variations == 1 or "seed" not in engine.params.model_fields:
        return [{}]
    first = params.get("seed", engine.params.model_fields["seed"].default)
    if first is None or first < 0:  # the engine is to draw one: it has to be known to differ
        first = secrets.randbelow(2**31)
    return [{"seed": first + number} for number in range(variations)]
