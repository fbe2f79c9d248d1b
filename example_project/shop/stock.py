"""What the sample shop has in stock: eight products and the people who model them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

ART = Path(__file__).resolve().parent.parent / "art"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One product, in the shop's words and in an engine's."""

    slug: str
    name: str
    category: str
    price: Decimal
    summary: str
    """The garment in plain English; engines are told this."""
    description: str
    details: tuple[str, ...]
    sizes: str = "XS S M L XL"
    worn_by: tuple[str, ...] = field(default=())
    colours: tuple[str, ...] = field(default=())
    """Further colours: each has a picture, and is a garment of its own."""
    art: str = ""
    """The name of its picture, where that is not the slug."""

    @property
    def picture(self) -> Path:
        """Its product picture."""
        return ART / "garments" / f"{self.art or self.slug}.jpg"

    def picture_in(self, colour: str) -> Path:
        """Return the picture of it in a further colour."""
        return ART / "garments" / f"{self.art or self.slug}-{colour}.jpg"

    def again(self, number: int) -> Item:
        """Return another product that looks just like it, for a shop with many."""
        return replace(
            self,
            slug=f"{self.slug}-{number}",
            name=f"{self.name} {number}",
            art=self.slug,
            worn_by=(),
            colours=(),
        )


ITEMS = (
    Item(
        slug="meadow-dress",
        name="Meadow dress",
        category="dress",
        price=Decimal(89),
        summary="sleeveless navy dress with a small red and white flower print and a belt",
        description="A navy dress with a meadow on it. The skirt has room to cycle in, the belt "
        "is there when you want it, and both pockets hold a phone.",
        details=("100 % cotton poplin, lined bodice", "Two pockets", "Wash at 30°, hang to dry"),
        worn_by=("ana",),
    ),
    Item(
        slug="breton-top",
        name="Breton top",
        category="upper",
        price=Decimal(45),
        summary="long-sleeved striped top in ecru and navy",
        description="The striped top that sailors wore, in a heavy jersey that keeps its shape. "
        "A little boxy, a little short, with sleeves long enough to roll.",
        details=("100 % organic cotton, 240 g", "Boat neck", "Wash at 40°"),
        worn_by=("tom",),
    ),
    Item(
        slug="indigo-jeans",
        name="Indigo jeans",
        category="lower",
        price=Decimal(79),
        summary="dark blue straight jeans with contrast stitching",
        description="Straight from hip to hem, in a dark denim that fades the way you live in it. "
        "Rigid for the first week and yours after that.",
        details=("99 % cotton, 1 % elastane", "Button fly", "Wash rarely, inside out"),
        sizes="26 28 30 32 34 36",
    ),
    Item(
        slug="check-shirt",
        name="Check shirt",
        category="upper",
        price=Decimal(59),
        summary="green and cream checked shirt with a collar and buttons, long sleeves",
        description="Brushed on the inside, so it is warm from the first minute. Wear it closed, "
        "or open over a tee. In green or blue.",
        details=("100 % brushed cotton", "Corozo buttons", "Wash at 30°"),
        worn_by=("kofi",),
        colours=("blue",),
    ),
    Item(
        slug="rust-dress",
        name="Rust dress",
        category="dress",
        price=Decimal(95),
        summary="plain rust-coloured dress with a V neck, short sleeves and a belt",
        description="One colour, cut well: a V neck that stays put, a waist where waists are, and "
        "a skirt that moves. Good with boots, good with bare feet.",
        details=("Linen and viscose", "Belt included", "Wash at 30°, iron damp"),
        sizes="S M L XL XXL",
        worn_by=("mei",),
    ),
    Item(
        slug="sand-trousers",
        name="Sand trousers",
        category="lower",
        price=Decimal(69),
        summary="light beige wide-leg trousers",
        description="Wide trousers in a light twill that falls straight down. An elastic back, "
        "and a front that does not show it.",
        details=("Tencel and cotton twill", "Side pockets", "Wash at 30°"),
    ),
    Item(
        slug="coral-tee",
        name="Coral tee",
        category="upper",
        price=Decimal(25),
        summary="plain coral crew-neck T-shirt with short sleeves",
        description="A T-shirt, and nothing else: a neck that does not stretch, a hem that does "
        "not curl, and a coral that survives the wash.",
        details=("100 % organic cotton, 180 g", "Regular fit", "Wash at 40°"),
    ),
    Item(
        slug="teal-skirt",
        name="Teal skirt",
        category="lower",
        price=Decimal(55),
        summary="teal A-line skirt with soft pleats and a waistband, above the knee",
        description="Soft pleats from a firm waistband, to just above the knee. It has been "
        "dancing and on a train, and came back from both without a crease.",
        details=("Recycled polyester crêpe", "Hidden side zip", "Wash at 30°, no ironing"),
    ),
)


@dataclass(frozen=True)
class Outfit:
    """Products that go together."""

    name: str
    note: str
    slugs: tuple[str, ...]


LOOKS = (
    Outfit("Harbour day", "Stripes, pleats and a breeze.", ("breton-top", "teal-skirt")),
    Outfit("Slow Friday", "Soft checks over wide trousers.", ("check-shirt", "sand-trousers")),
)

MODELS = {"ana": "Ana", "mei": "Mei", "tom": "Tom", "kofi": "Kofi"}
"""House models: file name to name."""

CLIP = ART / "clip.mp4"
CLIP_NAME = "Ana, turning"
FIRST_FRAME = ART / "clip-frame.jpg"
FIRST_FRAME_NAME = "Ana, standing"
"""The clip's first frame is a photo like any other: an engine dresses it, and the clip follows."""

SHOPPER = ART / "people" / "shopper.jpg"
