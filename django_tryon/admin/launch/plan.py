"""From wishes to jobs: what can be, what it costs, and what was tried on already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from django_tryon.admin.faults import note_fault
from django_tryon.admin.launch.estimate import Estimate
from django_tryon.admin.launch.refusals import Refusal, gathered, refusal_of
from django_tryon.admin.shop_products import garment_title
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Batch, Garment, Person, TryOnJob
from django_tryon.services import budget, launch, launch_clip
from django_tryon.services.check_launch import check, check_garments, check_wish
from django_tryon.services.clips.check import read_clip_params
from django_tryon.services.driving.pace import speeds
from django_tryon.services.eta import Work, span_of
from django_tryon.services.launch import hash_of_wish
from django_tryon.services.outfits import order as outfits
from django_tryon.services.reuse import launched_before
from django_tryon.services.shoppers.allowance import Used, give_back

MOST_JOBS = 300
"""How many jobs one press of the button launches itself; of more, the workers do it."""


@dataclass(frozen=True)
class Wish:
    """One job to be launched."""

    engine: type[Engine]
    garments: tuple[Garment, ...]
    person: Person
    params: dict[str, Any]


@dataclass
class Plan:
    """All that one press of the button asks for."""

    wishes: list[Wish]
    previous: TryOnJob | None = None
    """The job whose picture is the first frame of the clips."""
    reference: bytes | None = None
    """That frame, if it was uploaded."""
    dresser: type[Engine] | None = None
    """The engine that is to dress the clips' own first frames, to be approved."""
    dresser_params: dict[str, Any] = field(default_factory=dict)
    """What it is given for that."""
    refusals: list[Refusal] = field(default_factory=list)
    """Why some of the wishes cannot be fulfilled, one for each of them."""
    left_out: set[Garment | Person] = field(default_factory=set)
    """Who or what was refused as such, in whatever company, by all engines."""
    reuses: bool = False
    """Whether what was tried on already is not paid for again."""
    reused: list[TryOnJob] = field(default_factory=list)
    """The jobs of those wishes that were tried on already."""
    is_stopped: bool = False
    """Whether something stands against every wish, such as a missing key."""

    @property
    def is_large(self) -> bool:
        """Whether these are more than one request can launch."""
        return len(self.wishes) > MOST_JOBS

    def previous_of(self, wish: Wish) -> TryOnJob | None:
        """Return the job whose picture a wish starts from."""
        return self.previous if wish.engine.needs_reference else None

    def frame_of(self, wish: Wish) -> ContentFile[bytes] | None:
        """Return the uploaded first frame, a file of its own for each job."""
        if self.reference is None or not wish.engine.needs_reference:
            return None
        return ContentFile(self.reference, name="frame")

    def dresser_of(self, wish: Wish) -> type[Engine] | None:
        """Return the engine that dresses a wish's first frame, if one does."""
        return self.dresser if wish.engine.needs_reference else None

    def possible(self) -> list[Wish]:
        """Return the wishes that can be fulfilled; the others' reasons go to ``refusals``."""
        return self._granted(self.check)

    def check(self, wish: Wish) -> None:
        """Refuse a wish before anything is written; raises LaunchRefused."""
        self.check_frame(wish)
        dresser = self.dresser_of(wish)
        if dresser is not None:
            check_garments(dresser, wish.garments)
            check_wish(dresser, wish.garments, dresser.read_params(self.dresser_params))
            read_clip_params(wish.engine, wish.params)
        check(
            wish.engine,
            wish.garments,
            wish.person,
            wish.engine.read_params(wish.params),
            previous=self.previous_of(wish),
            reference=dresser or self.frame_of(wish),
        )

    def check_frame(self, wish: Wish) -> None:
        """Refuse a first frame that shows other garments; raises LaunchRefused."""
        previous = self.previous_of(wish)
        if previous is None:
            return
        shown = {garment.pk for garment in previous.garments.all()}
        for garment in wish.garments:
            if garment.pk not in shown:
                raise LaunchRefused(
                    _("The chosen first frame does not show “%(garment)s”.")
                    % {"garment": garment_title(garment)},
                    code="other_garment",
                    field="previous",
                )

    def before(self, wishes: Sequence[Wish]) -> list[TryOnJob | None]:
        """Return for each wish the job if it was tried on already; None if it is to be made."""
        if not self.reuses:
            return [None] * len(wishes)
        hashes = [
            hash_of_wish(
                garments=wish.garments,
                person=wish.person,
                engine=wish.engine.slug,
                params=wish.params,
                previous=self.previous_of(wish),
                reference=self.frame_of(wish),
            )
            for wish in wishes
        ]
        found = launched_before(hashes)
        return [found.get(each) for each in hashes]

    def anew(self, wishes: Sequence[Wish]) -> list[Wish]:
        """Return those of some possible wishes that are to be made; the others are ``reused``."""
        found = list(zip(wishes, self.before(wishes), strict=True))
        self.reused = [job for _wish, job in found if job is not None]
        return [wish for wish, job in found if job is None]

    def prices(self, wishes: Sequence[Wish]) -> list[Decimal]:
        """Return what each of these costs now, US$: of a clip to be approved, its frame."""
        return [
            outfits.estimate(self.dresser_of(wish) or wish.engine, wish.garments) for wish in wishes
        ]

    def estimate(self, wishes: Sequence[Wish]) -> Estimate:
        """Return what these wishes come to."""
        cost = sum(self.prices(wishes), Decimal(0))
        clips = [wish for wish in wishes if self.dresser_of(wish)]
        later = sum((wish.engine.estimate(len(wish.garments)) for wish in clips), Decimal(0))
        return Estimate(len(wishes), cost, span_of(self._works(wishes)), later)

    def _works(self, wishes: Sequence[Wish]) -> list[Work]:
        """Return what each engine has to do now for these wishes: of a clip, its frame."""
        runs: dict[str, list[int]] = {}
        for wish in wishes:
            engine = self.dresser_of(wish) or wish.engine
            turns = len(outfits.in_turns(engine, wish.garments))
            runs.setdefault(engine.slug, []).append(turns)
        speed_of, works = speeds(), []
        for slug, each in runs.items():
            speed, total = speed_of(slug), sum(each)
            one = speed.usual * total / len(each)
            works.append(Work(len(each), total, one, speed.per_second))
        return works

    def send(self, batch: Batch, user: Any) -> list[Wish]:
        """Launch and return what can be launched; the others' reasons go to ``refusals``.

        Raises NothingLeft, with nothing launched, if not all of it fits into the budgets.
        """
        shares = self._reserve()
        try:
            return self._granted(partial(self.launch, batch=batch, user=user, shares=shares))
        finally:
            for share in shares.values():  # of those that were refused after all
                give_back(share)

    def _reserve(self) -> dict[int, list[Used]]:
        """Take from the budgets what the wishes cost that can be fulfilled; by the wish's id."""
        if not budget.left():
            return {}
        trial = replace(self, refusals=[], left_out=set(), reused=[])
        wishes = trial.anew(trial.possible())
        return dict(zip(map(id, wishes), budget.reserve(self.prices(wishes)), strict=True))

    def launch(self, wish: Wish, batch: Batch, user: Any, shares: dict[int, list[Used]]) -> None:
        """Launch one job, or find the one that was launched before; raises LaunchRefused."""
        self.check_frame(wish)
        dresser = self.dresser_of(wish)
        if dresser is not None:
            waiting = launch_clip(
                garments=wish.garments,
                person=wish.person,
                image_engine=dresser.slug,
                engine=wish.engine.slug,
                params=wish.params,
                image_params=self.dresser_params,
                requested_by=user,
                batch=batch,
                reserved=shares.get(id(wish)),
            )
            shares.pop(id(wish), None)
            if waiting.frame.batch_id != batch.pk:
                self.reused.append(waiting.frame)
            return
        [before] = self.before([wish])
        if before is not None:
            self.reused.append(before)
            return
        launch(
            garments=wish.garments,
            person=wish.person,
            engine=wish.engine.slug,
            params=wish.params,
            requested_by=user,
            previous=self.previous_of(wish),
            reference=self.frame_of(wish),
            batch=batch,
            reserved=shares.get(id(wish)),
            reuse=self.reuses,
        )
        shares.pop(id(wish), None)

    def _granted(self, do: Callable[[Wish], None]) -> list[Wish]:
        """Return the wishes with which this can be done; one that fails costs the others nothing.

        What the others were refused for, or a fault, goes to ``refusals``.
        """
        granted = []
        for wish in self.wishes:
            try:
                do(wish)
            except LaunchRefused as error:
                self.refuse(wish, error.message)
                self._blame(wish, error.field or "")
            except Exception as error:
                self.refuse(wish, note_fault(f"a wish for {wish.engine.slug}", error))
            else:
                granted.append(wish)
        for wish in granted:  # what one engine refused, another may have taken
            self.left_out -= {wish.person, *wish.garments}
        return granted

    def refuse(self, wish: Wish, sentence: str) -> None:
        """Note why a wish cannot be fulfilled."""
        self.refusals.append(refusal_of(sentence, wish.garments, wish.person))

    def _blame(self, wish: Wish, at: str) -> None:
        """Note what of a wish was refused, by the argument that the refusal names."""
        if at == "person":
            self.left_out.add(wish.person)
        elif at.startswith(("garments", "params")) and len(wish.garments) == 1:
            self.left_out.add(wish.garments[0])
        self.is_stopped |= not at

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The reasons, with whom they concern, and how many wishes each stopped."""
        return gathered(self.refusals)
