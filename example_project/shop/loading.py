"""Put the stock into the database. Doing it twice is the same as doing it once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import models

from django_tryon.models import Garment, Look, Person, Shopper
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import offer_look
from example_project.shop import stock
from example_project.shop.models import Picture, Product

ADMIN = "admin"
CUSTOMER = "sam"


def password() -> str:
    """Return the password of the accounts that are made here."""
    return os.environ.get("EXAMPLE_PROJECT_PASSWORD") or "tryon-demo"


@dataclass(frozen=True)
class Loaded:
    """What there is now."""

    products: int
    people: int
    admin_password: str
    """Empty where somebody has chosen another."""


def load_shop(times: int = 1) -> Loaded:
    """Create what is missing of products, garments, looks, people, accounts; change nothing else.

    With more ``times`` than one, each product is there that often: a stock to practise with.
    """
    admin = account(ADMIN, is_staff=True, is_superuser=True)
    customer = account(CUSTOMER)
    more = [item.again(number) for number in range(2, times + 1) for item in stock.ITEMS]
    for position, item in enumerate([*stock.ITEMS, *more]):
        load_item(item, position)
    for outfit in stock.LOOKS:
        load_look(outfit)
    for stem, name in stock.MODELS.items():
        load_person(name, stock.ART / "people" / f"{stem}.jpg")
    load_person(stock.FIRST_FRAME_NAME, stock.FIRST_FRAME)
    load_person(stock.CLIP_NAME, stock.CLIP, kind="video")
    load_person(
        "Sam",
        stock.SHOPPER,
        shopper=Shopper.objects.get_or_create(user=customer)[0],
        is_house_model=False,
    )
    return Loaded(
        products=Product.objects.count(),
        people=Person.objects.filter(is_house_model=True).count(),
        admin_password=password() if admin.check_password(password()) else "",
    )


def account(name: str, **flags: bool) -> Any:
    """Return the account of that name, made if need be."""
    user, created = get_user_model().objects.get_or_create(
        username=name, defaults={"email": f"{name}@shop.example", **flags}
    )
    if created:
        user.set_password(password())
        user.save(update_fields=["password"])
    return user


def load_item(item: stock.Item, position: int) -> Product:
    """Create a product with its pictures and its garment."""
    product, _created = Product.objects.get_or_create(
        slug=item.slug,
        defaults={
            "name": item.name,
            "category": item.category,
            "price": item.price,
            "sizes": item.sizes,
            "summary": item.summary,
            "description": item.description,
            "details": "\n".join(item.details),
            "position": position,
        },
    )
    keep(product, "image", item.picture)
    for stem in item.worn_by:
        picture, _created = Picture.objects.get_or_create(
            product=product, caption=f"{stock.MODELS[stem]} wears the {item.name.lower()}"
        )
        keep(picture, "image", stock.ART / "worn" / f"{stem}--{item.slug}.jpg")
    load_garment(product)
    for colour in item.colours:
        load_colour(product, item, colour)
    return product


def load_garment(product: Product) -> Garment:
    """Create the product's garment; it is shown by the product's own picture."""
    garment = Garment.objects.for_product(product).first()
    return garment or Garment.objects.create(
        product=product,
        category=product.category,
        name=product.name,
        description=product.summary,
    )


def load_colour(product: Product, item: stock.Item, colour: str) -> None:
    """Create another garment of the product, with a picture of its own."""
    name = f"{item.name}, {colour}"
    picture, _created = Picture.objects.get_or_create(
        product=product, caption=name, defaults={"position": 1, "is_cutout": True}
    )
    keep(picture, "image", item.picture_in(colour))
    garment = Garment.objects.for_product(product).filter(name=name).first() or Garment(
        product=product,
        category=product.category,
        name=name,
        description=f"{item.name.lower()} in {colour}",
    )
    keep(garment, "image", item.picture_in(colour))


def load_look(outfit: stock.Outfit) -> None:
    """Build a look of the first garment of each product, and offer it in the button."""
    if Look.objects.filter(name=outfit.name).exists():
        return
    worn = [Product.objects.get(slug=slug) for slug in outfit.slugs]
    offer_look(build(outfit.name, [load_garment(one) for one in worn], note=outfit.note))


def load_person(
    name: str, path: Path, *, kind: str = "photo", is_house_model: bool = True, shopper: Any = None
) -> Person:
    """Create a person with a photo or clip. Raises UploadRefused for an unusable file."""
    person = Person.objects.filter(name=name, kind=kind).first() or Person(
        name=name, kind=kind, is_house_model=is_house_model, shopper=shopper
    )
    keep(person, "photo" if kind == "photo" else "video", path)
    return person


def keep(row: models.Model, field: str, path: Path) -> None:
    """Have a row hold this file, unless it holds one already that is still there."""
    held = getattr(row, field)
    if not held or not held.storage.exists(held.name):
        setattr(row, field, ContentFile(path.read_bytes(), name=path.name))
        row.save()
