"""Sizes of a camera's picture: quick, and the same as from the original."""

import io

import pytest
from django.core.files.images import ImageFile
from PIL import Image

from allmende.newsroom import pictures
from allmende.newsroom.models import Picture
from allmende.newsroom.models.files import smaller

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
UPRIGHT, TURNED = 1, 6  # values of EXIF's orientation


def photograph(size: tuple[int, int], *, orientation: int = UPRIGHT) -> io.BytesIO:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "#c03020")
    image.paste("#2040c0", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=90)
    file.seek(0)
    return file


def kept(file: io.BytesIO) -> Picture:
    words = {"title": "Steg", "description": "Ein Steg", "credit": "Foto: Reuter"}
    return Picture.objects.create(file=ImageFile(file, name="steg.jpg"), **words)


def shown(picture: Picture, spec: str) -> Image.Image:
    with picture.renditions.get(filter_spec=spec).file.open("rb") as file:
        image = Image.open(file)
        image.load()
        return image


def is_red(pixel: tuple[int, ...]) -> bool:
    return pixel[0] > 150 and pixel[2] < 90


def is_blue(pixel: tuple[int, ...]) -> bool:
    return pixel[2] > 150 and pixel[0] < 90


def test_sizes_of_a_large_photograph_keep_its_proportions_and_colours():
    picture = kept(photograph((6000, 4000)))
    found = pictures.responsive(picture, "lead")
    assert (found.width, found.height) == (1440, 960)
    image = shown(picture, "width-960|format-jpeg")
    assert image.size == (960, 640)
    assert is_red(image.getpixel((20, 320)))
    assert is_blue(image.getpixel((940, 320)))


def test_a_turned_photograph_is_upright_in_all_sizes():
    picture = kept(photograph((4000, 3000), orientation=TURNED))
    pictures.responsive(picture, "wide")
    pictures.responsive(picture, "lead")
    image = shown(picture, "width-480|format-jpeg")
    assert image.size == (480, 640)
    assert is_red(image.getpixel((240, 20)))
    assert is_blue(image.getpixel((240, 620)))


def test_a_focal_point_stays_in_the_middle():
    picture = kept(photograph((6000, 4000)))
    picture.set_focal_point(None)
    picture.focal_point_x, picture.focal_point_y = 5800, 2000
    picture.focal_point_width = picture.focal_point_height = 100
    picture.save()
    pictures.responsive(picture, "small")
    image = shown(picture, "fill-320x320|format-jpeg")
    assert is_blue(image.getpixel((160, 160)))


def test_the_copy_that_sizes_are_made_of_is_just_large_enough():
    copy = smaller(photograph((6000, 4000)))
    assert copy is not None
    assert Image.open(io.BytesIO(copy)).size == (2160, 1440)


@pytest.mark.parametrize("size", [(1600, 1000), (9000, 1500)])
def test_no_copy_is_made_of_what_is_small(size):
    assert smaller(photograph(size)) is None
