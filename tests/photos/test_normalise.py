from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from django_tryon.exceptions import UploadRefused
from django_tryon.photos import NormalisedPhoto, PhotoLimits, normalise_photo
from tests.photos import making
from tests.photos.making import corners, encoded, is_upright, near, opened

AWKWARD = {
    "bomb_25000x25000.png": "too_many_pixels",
    "text_renamed.jpg": "not_an_image",
    "tiny_200px.jpg": "too_small",
    "truncated.jpg": "broken_image",
}


def refused(content: bytes, **limits: float) -> UploadRefused:
    with pytest.raises(UploadRefused) as refusal:
        normalise_photo(content, limits=PhotoLimits(**limits))
    return refusal.value


def half(content: bytes) -> bytes:
    return content[: len(content) * 55 // 100]


def assert_clean(photo: NormalisedPhoto) -> None:
    """Hold a normalised picture to its promise: pixels, and nothing else."""
    picture = opened(photo.content)
    assert (picture.format, picture.size) == (photo.format.upper(), (photo.width, photo.height))
    if photo.format == "png":
        assert (picture.mode, making.parts_of(photo.content)) == ("RGBA", {"IHDR", "IDAT", "IEND"})
    else:
        assert picture.mode == "RGB"
        assert making.parts_of(photo.content) == {"e0", "db", "c0", "c4", "da"}
    assert not [secret for secret in making.SECRETS if secret in photo.content]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_turns_the_picture_by_its_exif_and_forgets_where_it_was_taken(form, orientation):
    held = making.as_held(corners(), orientation)
    if form == "HEIC":  # this one is turned by its container, and once is enough
        content = making.heic(held, exif=making.exif(orientation).tobytes())
    else:
        content = encoded(held, form, exif=making.exif(orientation))
    assert b"TestCam" in content
    photo = normalise_photo(content)
    assert is_upright(opened(photo.content))
    assert (photo.width, photo.height) == (400, 600)
    assert_clean(photo)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_counts_as_upright():
    content = encoded(corners(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    photo = normalise_photo(content)
    assert is_upright(opened(photo.content))
    assert_clean(photo)


def test_an_orientation_that_is_no_number_counts_as_upright():
    word = struct.pack("<4sIHHHI4sI", b"II*\0", 8, 1, 0x0112, 2, 2, b"x\0\0\0", 0)
    content = encoded(corners(), exif=b"Exif\0\0" + word)
    assert is_upright(opened(normalise_photo(content).content))


def test_an_orientation_out_of_range_counts_as_upright():
    data = making.exif(99)
    assert is_upright(opened(normalise_photo(encoded(corners(), exif=data)).content))


def test_drops_comments_xmp_and_every_other_text():
    text = PngInfo()
    text.add_text("Comment", "my secret")
    text.add_itxt("XML:com.adobe.xmp", "<x>my secret</x>")
    for content in (
        encoded(corners(), comment=b"my secret", xmp=b"http://ns.adobe.com/xap/ my secret"),
        encoded(corners(), "PNG", pnginfo=text, dpi=(72, 72)),
        encoded(corners(), "WEBP", xmp=b"my secret", icc_profile=making.profile()),
    ):
        assert b"secret" in content
        assert_clean(normalise_photo(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("progressive", encoded(corners(), progressive=True)),
        ("CMYK", encoded(corners().convert("CMYK"))),
        ("MPO", encoded(corners(), "MPO", save_all=True, append_images=[corners(60, 60)])),
        ("palette", encoded(corners().convert("P"), "PNG")),
        ("WebP, lossy", encoded(corners(), "WEBP")),
        ("WebP, lossless", encoded(corners(), "WEBP", lossless=True)),
        ("WebP, opaque alpha", encoded(corners().convert("RGBA"), "WEBP", lossless=True)),
        ("AVIF", encoded(corners(), "AVIF")),
        ("HEIC", making.heic(corners())),
        ("RGBA, opaque", encoded(corners().convert("RGBA"), "PNG")),
        ("named by nobody", encoded(corners(), "PNG")),
    ],
)
def test_all_kinds_of_picture_end_as_srgb_jpeg(name, content):
    photo = normalise_photo(content)
    assert (photo.format, photo.extension, photo.mime) == ("jpeg", "jpg", "image/jpeg")
    picture = opened(photo.content)
    assert is_upright(picture)
    assert near(picture.getpixel((200, 300)), making.RGB["white"])
    assert_clean(photo)


def test_sixteen_bits_a_channel():
    pixel = struct.pack(">3H", 0xFFFF, 0x8000, 0)
    content = making.png(300, 300, depth=16, colours=2, rows=[pixel * 300] * 300)
    picture = opened(normalise_photo(content).content)
    assert near(picture.getpixel((150, 150)), (255, 128, 0))


@pytest.mark.parametrize("value", [0, 0x4000, 0x8000, 0xFFFF])
def test_sixteen_bits_of_grey(value):
    content = making.png(300, 300, depth=16, colours=0, rows=[struct.pack(">H", value) * 300] * 300)
    picture = opened(normalise_photo(content).content)
    assert near(picture.getpixel((150, 150)), (value >> 8,) * 3)


def test_one_bit():
    rows = [b"\xff" * 40] * 160 + [bytes(40)] * 160
    content = making.png(320, 320, depth=1, colours=0, rows=rows)
    picture = opened(normalise_photo(content).content)
    assert picture.getpixel((160, 10)) == (255, 255, 255)
    assert picture.getpixel((160, 310)) == (0, 0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_kept_and_what_it_hides_is_not(mode):
    picture = corners().convert("RGBA" if mode == "P" else mode)
    hole = Image.new("L", picture.size, 255)
    hole.paste(0, (0, 0, 100, 100))
    picture.putalpha(hole)
    if mode == "P":
        picture = picture.quantize(16)
    content = encoded(picture, "PNG")
    hidden = opened(content).convert("RGBA").getpixel((50, 50))
    assert hidden[3] == 0
    assert hidden[:3] != (255, 255, 255)
    photo = normalise_photo(content)
    clean = opened(photo.content)
    assert (photo.format, photo.extension) == ("png", "png")
    assert clean.getpixel((50, 50)) == (255, 255, 255, 0)
    assert clean.getpixel((200, 300)) == (255, 255, 255, 255)
    assert_clean(photo)


def test_half_transparent_pixels_keep_their_colour():
    picture = Image.new("RGBA", (300, 300), (10, 200, 30, 128))
    assert opened(normalise_photo(encoded(picture, "PNG")).content).getpixel((9, 9)) == (
        *(10, 200, 30),
        128,
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_wide_gamut_is_converted_by_the_profile(mode):
    # sRGB red is (234, 51, 35) in Display P3; a viewer that ignored the profile showed that.
    picture = Image.new("RGB", (300, 300), (234, 51, 35))
    if mode == "P":
        picture = picture.quantize(2)
    if mode == "RGBA":
        picture.putalpha(128)
    assert picture.mode == mode
    photo = normalise_photo(encoded(picture, "PNG", icc_profile=making.profile()))
    assert near(opened(photo.content).convert("RGB").getpixel((150, 150)), (255, 0, 0), tolerance=8)
    assert_clean(photo)


def test_a_grey_profile_is_converted():
    picture = Image.new("L", (300, 300), 55)  # in linear light: 188 of 255 in sRGB's is 128
    photo = normalise_photo(encoded(picture, "PNG", icc_profile=making.profile(b"GRAY")))
    assert near(opened(photo.content).getpixel((150, 150)), (128, 128, 128), tolerance=3)


@pytest.mark.parametrize("profile", [b"rubbish", making.profile(b"GRAY"), making.profile()[:200]])
def test_a_profile_that_does_not_fit_is_ignored(profile):
    picture = Image.new("RGB", (300, 300), (234, 51, 35))
    photo = normalise_photo(encoded(picture, icc_profile=profile))
    assert near(opened(photo.content).getpixel((150, 150)), (234, 51, 35), tolerance=3)
    assert_clean(photo)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_large_pictures_are_scaled_down_and_stay_sharp_enough(form):
    photo = normalise_photo(encoded(corners(2500, 5000), form))
    assert (photo.width, photo.height) == (1024, 2048)
    assert is_upright(opened(photo.content))


def test_small_pictures_are_not_scaled_up():
    photo = normalise_photo(encoded(corners(256, 256)))
    assert (photo.width, photo.height) == (256, 256)


def test_the_limits_are_the_callers():
    content = encoded(corners(400, 600), quality=90)
    limits = PhotoLimits(long_side=300, min_side=400, jpeg_quality=30)
    photo = normalise_photo(content, limits=limits)
    assert (photo.width, photo.height) == (200, 300)
    assert len(photo.content) < len(normalise_photo(content).content) / 2
    assert refused(content, min_side=401).code == "too_small"
    assert refused(content, max_bytes=len(content) - 1).code == "too_many_bytes"
    assert refused(content, max_pixels=239_999).code == "too_many_pixels"
    assert refused(content, max_aspect=1.4).code == "too_narrow"
    assert normalise_photo(content, limits=PhotoLimits(max_bytes=len(content), max_pixels=240_000))


def test_refusals_say_the_numbers():
    assert "112 by 200" in refused(encoded(corners(112, 200))).message
    assert "256" in refused(encoded(corners(112, 200))).message
    assert "300 by 1600" in refused(encoded(corners(300, 1600))).message
    assert "4 times" in refused(encoded(corners(300, 1600))).message
    assert "1.0\xa0MB" in refused(bytes(2**20 + 1), max_bytes=2**20).message
    assert "at most 1 megapixels" in refused(encoded(corners(1001, 1000)), max_pixels=10**6).message


def test_the_content_becomes_a_django_file():
    file = normalise_photo(encoded(corners())).content_file("ana")
    assert file.name == "ana.jpg"
    assert is_upright(opened(file.read()))
    transparent = encoded(Image.new("RGBA", (300, 300)), "PNG")
    assert normalise_photo(transparent).content_file("ana").name == "ana.png"


@pytest.mark.parametrize(
    "make",
    [
        lambda: half(encoded(corners())),
        lambda: half(encoded(corners(), progressive=True)),
        lambda: half(encoded(corners(), "PNG")),
        lambda: half(encoded(corners(), "WEBP")),
        lambda: half(encoded(corners(), "WEBP", lossless=True)),
        lambda: half(encoded(corners(), "AVIF")),
        lambda: half(making.heic(corners())),
        lambda: b"\xff\xd8\xff\xe0",
        lambda: b"\x89PNG\r\n\x1a\n",
        lambda: b"RIFF\x10\0\0\0WEBPVP8 ",
    ],
)
def test_a_picture_that_was_cut_off_is_refused(make):
    refusal = refused(make())
    assert refusal.code == "broken_image"
    assert "damaged or incomplete" in refusal.message
    assert refusal.__cause__ is not None


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_an_animation_is_refused(form):
    frames = [corners(), corners().rotate(180)]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    refusal = refused(content)
    assert refusal.code == "unsupported_format"
    assert "still photo" in refusal.message


def test_real_awkward_photographs_where_there_are_some():
    for path in making.awkward_files():
        judge(path)


def judge(path: Path) -> None:
    """Hold a file to what is expected of it by its name."""
    expected = AWKWARD.get(path.name, "not_an_image" if path.suffix == ".py" else None)
    if expected:
        assert refused(path.read_bytes()).code == expected
    else:
        assert_clean(normalise_photo(path))


def test_files_are_judged_by_their_content(tmp_path):
    for name, content in {
        "text_renamed.jpg": b"text",
        "tiny_200px.jpg": encoded(corners(112, 200)),
        "fine.gif": encoded(corners()),
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        judge(path)
