"""One's own photographs in the demo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from django_tryon.models import Garment, Person
from example_project.demo import photographs
from example_project.demo.trouble import Trouble
from example_project.shop import stock
from example_project.shop.models import Product
from tests.example.inside.conftest import picture

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of photographs, some of them awkward."""
    files = {
        "people/zoe_fullbody.jpg": picture((400, 700), "peru"),
        "people/al_half.jpg": picture((500, 600), "peru"),
        "people/awkward/text.jpg": b"this is a text",
        "people/awkward/tiny.png": picture((20, 30), kind="PNG"),
        "people/awkward/wide_full.webp": picture((900, 600), kind="WEBP"),
        "people/notes.txt": b"not looked at",
        "garments/upper_tee_onmodel.jpg": picture(colour="navy"),
        "garments/upper_shirt.png": picture(kind="PNG"),
        "garments/lower_jeans.jpg": picture(colour="navy"),
        "garments/hat_red.jpg": picture(colour="red"),
    }
    for name, content in files.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "photos"


def test_what_is_usable_is_tried_on_and_the_rest_is_told(folder: Path) -> None:
    (folder / "videos").mkdir()
    shutil.copy(stock.CLIP, folder / "videos" / "zoe_turns.mp4")
    (folder / "videos" / "broken.mp4").write_bytes(b"no clip")
    said: list[str] = []
    wishes = {wish.engine: wish for wish in photographs.load(folder, say=said.append)}
    assert list(wishes) == [
        "idm-vton",
        "try-on-diffusion",
        "p-image-try-on",
        "fashion-ai",
        "video-tryon-v2",
    ]
    refused = [line.split()[1] for line in said if "Refused" in line]
    assert refused == [
        "people/awkward/text.jpg:",
        "people/awkward/tiny.png:",
        "garments/hat_red.jpg:",
        "videos/broken.mp4:",
    ]
    assert "3 garments, 3 people and 1 clips" in said[-1]
    assert wishes["idm-vton"].person.name == "Zoe fullbody"
    assert [str(garment) for garment in wishes["idm-vton"].garments] == ["Shirt"]
    assert wishes["try-on-diffusion"].person.name == "Al half"
    assert wishes["video-tryon-v2"].person.name == "Zoe turns, moving"
    assert wishes["video-tryon-v2"].follows == "p-image-try-on"
    assert wishes["p-image-try-on"].person.name == "Zoe turns, first frame"
    assert wishes["p-image-try-on"].person.size == wishes["video-tryon-v2"].person.size
    # There is no dress, so something else is worn.
    assert wishes["p-image-try-on"].garments == wishes["video-tryon-v2"].garments != []
    shirt = Product.objects.get(name="Shirt")
    assert (shirt.category, shirt.collection) == ("upper", "Your photos")
    assert shirt.image.name.endswith(".png")


def test_twice_is_the_same_as_once_and_the_stock_stays(folder: Path) -> None:
    first = photographs.load(folder, say=lambda line: None)
    counts = Product.objects.count(), Garment.objects.count(), Person.objects.count()
    assert photographs.load(folder, say=lambda line: None) == first
    assert (Product.objects.count(), Garment.objects.count(), Person.objects.count()) == counts
    assert Product.objects.filter(collection="").count() == 8


def test_without_a_clip_the_sample_one_moves(folder: Path) -> None:
    said: list[str] = []
    wishes = photographs.load(folder, say=said.append)
    assert "none of yours" in said[-1]
    assert wishes[-1].person.name == stock.CLIP_NAME
    assert wishes[2].person.name == stock.FIRST_FRAME_NAME


@pytest.mark.parametrize("name", ["people", "garments"])
def test_too_little_is_said_aloud(folder: Path, name: str) -> None:
    shutil.rmtree(folder / name)
    with pytest.raises(Trouble, match=rf"no usable picture in .*{name}"):
        photographs.load(folder, say=lambda line: None)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="is not a folder"):
        photographs.load(tmp_path / "none", say=lambda line: None)
