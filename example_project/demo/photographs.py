"""Dress real photographs: a folder with ``people/``, ``garments/`` and ``videos/``.

Garments say by their file name what they are: ``upper_…``, ``lower_…`` or ``dress_…``. People
whose file name says ``full`` (body) are dressed first, garments that say ``onmodel`` worn last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.text import slugify
from rich.markup import escape

from django_tryon import photos, videos
from django_tryon.exceptions import UploadRefused
from django_tryon.models import Garment, Person
from example_project.demo.tries import FRAME_ENGINE, FRAME_PARAMS, Try
from example_project.demo.trouble import Trouble
from example_project.shop import stock
from example_project.shop.loading import load_garment, load_person
from example_project.shop.models import Product

COLLECTION = "Your photos"
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif"}
CLIPS = {".mp4", ".mov", ".m4v", ".webm", ".mkv"}

Say = Callable[[str], None]
Row = TypeVar("Row")


def load(folder: Path, *, say: Say) -> list[Try]:
    """Put the photographs of a folder into the shop, and return five try-ons with them.

    What cannot be used is told in a line each. Raises Trouble if too little is left.
    """
    if not folder.is_dir():
        raise Trouble(f"{folder} is not a folder.")
    people = sorted(_each(folder, "people", PICTURES, _person, say), key=_suitability)
    garments = sorted(
        _each(folder, "garments", PICTURES, _garment, say), key=lambda one: "onmodel" in one.name
    )
    clips = sorted(
        _each(folder, "videos", CLIPS, _clip, say), key=lambda pair: _suitability(pair[0])
    )
    for name, found in (("people", people), ("garments", garments)):
        if not found:
            raise Trouble(f"There is no usable picture in {folder / name}.")
    say(
        f"  Photos    {len(garments)} garments, {len(people)} people and {len(clips)} clips "
        f"from {escape(str(folder))}"
    )
    if not clips:
        say("  Clip      none of yours, so the one of the sample shop moves")
        clips = [(_sample(stock.CLIP_NAME), _sample(stock.FIRST_FRAME_NAME))]
    return choose(people, garments, clips[0])


def choose(people: list[Person], garments: list[Garment], clip: tuple[Person, Person]) -> list[Try]:
    """Return five try-ons that use as many different photographs as there are."""

    def worn(category: str, number: int) -> Garment:
        fitting = [garment for garment in garments if garment.category == category] or garments
        return fitting[number % len(fitting)]

    def person(number: int) -> Person:
        return people[number % len(people)]

    moving, standing = clip
    return [
        Try("idm-vton", person(0), [worn("upper", 0)]),
        Try("try-on-diffusion", person(1), [worn("lower", 0)]),
        Try(FRAME_ENGINE, standing, [worn("dress", 0)], params=FRAME_PARAMS),
        Try("fashion-ai", person(2), [worn("upper", 1)]),
        Try("video-tryon-v2", moving, [worn("dress", 0)], follows=FRAME_ENGINE),
    ]


def _each(
    folder: Path, name: str, endings: set[str], use: Callable[[Path, str], Row], say: Say
) -> Iterator[Row]:
    """Use each file of a folder and its subfolders; say which cannot be used, and why."""
    root = folder / name
    for path in sorted(root.rglob("*"), key=lambda path: (len(path.parts), path.name)):
        if path.suffix.lower() not in endings or not path.is_file():
            continue
        words = path.stem.replace("_", " ").replace("-", " ").strip()
        if path.parent != root:
            words = f"{words} ({path.parent.name}, {path.suffix[1:]})"
        try:
            yield use(path, words)
        except (UploadRefused, ImproperlyConfigured, OSError) as refusal:
            said = escape(f"{path.relative_to(folder)}: {refusal}")
            say(f"  [yellow]Refused[/]   {said}")


def _person(path: Path, words: str) -> Person:
    return load_person(words.capitalize()[:100], path)


def _clip(path: Path, words: str) -> tuple[Person, Person]:
    """Return the person in motion, and as they stand in the first frame."""
    moving = load_person(f"{words.capitalize()[:80]}, moving", path, kind="video")
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "frame.jpg"
        with moving.video.open("rb") as video:
            frame.write_bytes(videos.first_frame(video))
        return moving, load_person(f"{words.capitalize()[:80]}, first frame", frame)


def _garment(path: Path, words: str) -> Garment:
    category = path.stem.partition("_")[0].lower()
    if category not in Product.Category.values:
        raise UploadRefused("its name begins with none of upper_, lower_ and dress_.")
    slug = f"photo-{slugify(path.name.replace('.', '-'))}"[:50]
    product = Product.objects.filter(slug=slug).first()
    if product is None or not product.image.storage.exists(product.image.name):
        picture = photos.normalise_photo(path.read_bytes()).content_file(slug)
        said = words.partition(" ")[2] or words
        product = product or Product(
            slug=slug,
            name=said.capitalize()[:100],
            category=category,
            collection=COLLECTION,
            price=Decimal(49),
            summary=said[:200],
            position=100,
        )
        product.image = picture
        product.save()
    return load_garment(product)


def _sample(name: str) -> Person:
    return Person.objects.get(name=name)


def _suitability(person: Person) -> tuple[bool, bool, bool, int]:
    """Order people: plain files before awkward ones, whole ones before halves, upright, large."""
    width, height = person.size or (1, 1)
    return "(" in person.name, "full" not in person.name, width > height, -width * height
