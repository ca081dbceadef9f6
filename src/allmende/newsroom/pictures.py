"""Pictures for any screen: sizes and formats made once, the browser takes what it needs."""

from dataclasses import dataclass
from functools import cache
from typing import IO

from PIL import AvifImagePlugin, Image
from wagtail.images.models import Filter, SourceImageIOError

from allmende.bakery.ingredients import once
from allmende.newsroom.models import Picture, Rendition

FORMATS = ("avif", "webp", "jpeg")
SHARE = "fill-1200x630|format-jpeg"  # what networks and messengers show of a link
POSTER = "width-960|format-jpeg"
# What search engines crop to: 16:9, 4:3 and square.
RATIOS = tuple(f"fill-1200x{height}|format-jpeg" for height in (675, 900, 1200))
# The encoder's own default takes thirty times as long (3.5 s against 0.12 s for 1440 pixels) for
# files a quarter smaller; even so they are smaller than WebP.
AVIF_SPEED = 9


@dataclass(frozen=True)
class Use:
    """Where a picture stands: pixel widths made for it, the `sizes` hint, a crop or none."""

    widths: tuple[int, ...]
    sizes: str
    ratio: tuple[int, int] | None = None


USES = {
    "lead": Use((480, 960, 1440), "(min-width: 64rem) 60rem, 100vw"),
    "wide": Use((480, 960, 1440), "(min-width: 64rem) 48rem, 100vw", (3, 2)),
    "inline": Use((480, 960), "(min-width: 48rem) 42rem, 100vw"),
    "teaser": Use((320, 640), "(min-width: 48rem) 24rem, 100vw", (3, 2)),
    "small": Use((160, 320), "10rem", (1, 1)),
}


@dataclass(frozen=True)
class Source:
    type: str
    srcset: str


@dataclass(frozen=True)
class Responsive:
    """What a <picture> element needs."""

    sources: list[Source]
    src: str
    width: int
    height: int
    alt: str
    sizes: str


@cache
def filters(use: Use) -> list[Filter]:
    """Widths ascending within each format; kept, as reading what they say takes its time."""
    words = [f"{crop(width, use.ratio)}|format-{kind}" for kind in FORMATS for width in use.widths]
    return [Filter(spec) for spec in words]


def crop(width: int, ratio: tuple[int, int] | None) -> str:
    if ratio is None:
        return f"width-{width}"
    return f"fill-{width}x{round(width * ratio[1] / ratio[0])}"


def responsive(picture: Picture, use_name: str) -> Responsive:
    """Makes missing renditions; raises SourceImageIOError when the file itself is missing."""
    return once(("responsive", picture.pk, use_name), lambda: in_sizes(picture, USES[use_name]))


def in_sizes(picture: Picture, use: Use) -> Responsive:
    made = picture.get_renditions(*filters(use))
    sources = [Source(f"image/{kind}", srcset(made, use, kind)) for kind in FORMATS[:-1]]
    fallback = made[f"{crop(use.widths[-1], use.ratio)}|format-jpeg"]
    return Responsive(
        [*sources, Source("image/jpeg", srcset(made, use, "jpeg"))],
        fallback.url,
        fallback.width,
        fallback.height,
        picture.description,
        use.sizes,
    )


def srcset(made: dict[str, Rendition], use: Use, kind: str) -> str:
    """Candidates by true width: a small original is never announced larger than it is."""
    files = [made[f"{crop(width, use.ratio)}|format-{kind}"] for width in use.widths]
    return ", ".join(f"{file.url} {file.width}w" for file in {f.width: f for f in files}.values())


@dataclass(frozen=True)
class Poster:
    """One size and format of a picture, where an element takes no more."""

    url: str
    width: int
    height: int


def poster(picture: Picture) -> Poster | None:
    """What stands until a video plays; None without its file."""
    try:
        made = picture.get_rendition(POSTER)
    except SourceImageIOError:
        return None
    return Poster(made.url, made.width, made.height)


def to_share(picture: Picture) -> list[Rendition]:
    """The picture as it is shown where an article is shared, then in the ratios that search engines
    crop to, the widest first; none when it may be shown no longer. Without its file: those that
    were made before."""

    def make() -> list[Rendition]:
        try:
            return list(picture.get_renditions(SHARE, *RATIOS).values())
        except SourceImageIOError:
            wanted = [Filter(spec) for spec in (SHARE, *RATIOS)]
            there = picture.find_existing_renditions(*wanted)
            return [there[spec] for spec in wanted if spec in there]

    return once(("shared", picture.pk), make) if picture.shown else []


def shared(picture: Picture) -> Rendition | None:
    """The first of those."""
    return next(iter(to_share(picture)), None)


def prepare(picture: Picture) -> None:
    """Makes every rendition ahead of the first publication, which then need not wait."""
    of_uses = (one for use in USES.values() for one in filters(use))
    picture.get_renditions(SHARE, *RATIOS, *of_uses)


def save_avif(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    """Pillow's own writer, quick unless the caller asks for another speed."""
    image.encoderinfo.setdefault("speed", AVIF_SPEED)
    AvifImagePlugin._save(image, file, filename)


def register_encoder() -> None:
    """Wagtail has no setting for the speed, so Pillow is given another default."""
    Image.init()
    Image.register_save("AVIF", save_avif)
