"""Shoppers: they come with a photo, ask for what they like, and may have all of it erased."""

from __future__ import annotations

from django.core.files.base import ContentFile

from django_tryon.models import Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.uploads import take_photo
from tests.machine.world import PHOTO, World

ON_THEIR_WAY = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.FETCHING)


class Storefront:
    """What shoppers do; a request of theirs may die like any other process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.erased: set[Shopper] = set()
        world.witnesses.append(self)

    def shoppers(self) -> list[Shopper]:
        """Return those who are not erased, in the order in which they came."""
        return list(Shopper.objects.filter(erased_at=None).order_by("created_at"))

    def arrive(self, *, dies_at: int | None = None) -> None:
        """Somebody new gives a photo."""
        shopper = Shopper.objects.create()
        file = ContentFile(PHOTO, name="me.jpg")
        self.world.do(lambda: take_photo(shopper, file, version="1"), dies_at=dies_at)

    def ask(self, shopper: Shopper, *, as_model: bool, dies_at: int | None = None) -> None:
        """A shopper asks for a try-on, on the own photo or on the house model."""
        own = Person.objects.filter(shopper=shopper).first()
        person = self.world.person if as_model or own is None else own
        wish = {"garments": [self.world.garment], "person": person, "engine": "idm-vton"}
        self.world.do(lambda: ask(shopper, **wish), dies_at=dies_at)  # type: ignore[arg-type]

    def ask_again(self, job: TryOnJob, *, dies_at: int | None = None) -> None:
        """A shopper asks once more for what did not come."""
        if job.shopper is not None:
            shopper = job.shopper
            self.world.do(lambda: ask_again(shopper, job), dies_at=dies_at, renews=True)

    def forget_photo(self, shopper: Shopper, *, dies_at: int | None = None) -> None:
        """A shopper deletes a photo."""
        if own := Person.objects.filter(shopper=shopper).first():
            self.world.do(lambda: forget_photo(own), dies_at=dies_at)

    def erase(self, shopper: Shopper, *, dies_at: int | None = None) -> None:
        """A shopper wants to be forgotten."""
        if self.world.do(lambda: erase(shopper), dies_at=dies_at):
            self.erased.add(shopper)

    def note(self) -> None:
        """Of an open wish there is one job at most, and of whoever was erased nothing is left."""
        wishes = [job.open_wish for job in TryOnJob.objects.exclude(open_wish=None)]
        assert len(set(wishes)) == len(wishes)
        for shopper in self.erased:
            nothing_is_left_of(shopper)

    def check_settled(self) -> None:
        """An erasure that was cut short is brought to its end by a purge; no photo is left."""
        for shopper in Shopper.objects.exclude(erased_at=None):
            nothing_is_left_of(shopper)
        erased = TryOnJob.objects.exclude(erased_at=None)
        assert not TryOnResult.objects.filter(job__in=erased, published_at=None).exists()
        assert not erased.filter(status__in=ON_THEIR_WAY).exists()


def nothing_is_left_of(shopper: Shopper) -> None:
    """Fail if there is a row that stands for a shopper."""
    assert not Person.objects.filter(shopper=shopper).exists()
    assert not TryOnJob.objects.filter(shopper=shopper).exists()
