"""The paper's sign in squares: for telephones' home screens, tabs, and lists of results."""

from io import BytesIO

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont
from wagtail.images.models import SourceImageIOError

from allmende.bakery.ingredients import once
from allmende.paper.models import Paper

# The house's text font, cut in two: the letters of western Europe, and the rest of Latin.
FONTS = ("site/fonts/vollkorn-latin.woff2", "site/fonts/vollkorn-ext.woff2")
LARGE = 512  # pixels; smaller ones are made from it, so that all look alike
TAB = [(16, 16), (32, 32), (48, 48)]
SQUARE = 1.34  # a logo wider or higher than this is a line of words, unreadable so small
BOLD = 700


def png(paper: Paper, size: int) -> bytes:
    """The sign as a PNG of `size` pixels. The same paper gives the same bytes."""
    data = BytesIO()
    sign(paper).resize((size, size), Image.Resampling.LANCZOS).save(data, "PNG", optimize=True)
    return data.getvalue()


def ico(paper: Paper) -> bytes:
    data = BytesIO()
    sign(paper).save(data, "ICO", sizes=TAB)
    return data.getvalue()


def sign(paper: Paper) -> Image.Image:
    return once("sign", lambda: of_logo(paper) or of_initial(paper))


def of_logo(paper: Paper) -> Image.Image | None:
    """The logo on white; None where there is none that fits a square."""
    logo = paper.logo
    if logo is None or not 1 / SQUARE <= logo.width / logo.height <= SQUARE:
        return None
    try:
        made = logo.get_rendition(f"max-{LARGE}x{LARGE}|format-png")
        with made.file.open() as file:
            drawn = Image.open(file).convert("RGBA")
    except (SourceImageIOError, FileNotFoundError):
        return None
    canvas = Image.new("RGB", (LARGE, LARGE), "#ffffff")
    canvas.paste(drawn, ((LARGE - drawn.width) // 2, (LARGE - drawn.height) // 2), drawn)
    return canvas


def of_initial(paper: Paper) -> Image.Image:
    """The first letter in white on the accent colour. It keeps to the inner circle, so that
    telephones may cut the square to any shape."""
    canvas = Image.new("RGB", (LARGE, LARGE), paper.accent)
    letter = paper.name.strip()[:1].upper()
    name = FONTS[0] if letter < "\u0100" else FONTS[1]
    file = finders.find(name)
    assert isinstance(file, str)  # it ships with the house
    font = ImageFont.truetype(file, LARGE * 0.62)
    font.set_variation_by_axes([BOLD])
    if bytes(font.getmask(letter)) == bytes(font.getmask("\uffff")):
        return canvas  # a script that our fonts do not know: better no letter than a box
    left, top, right, bottom = font.getbbox(letter)
    place = ((LARGE - left - right) / 2, (LARGE - top - bottom) / 2)
    ImageDraw.Draw(canvas).text(place, letter, font=font, fill="#ffffff")
    return canvas
