"""A picture file looked at: whether the newsroom can show it, and what it says of itself.

Every file is decoded once here. One that is cut off in the middle opens like any other, and would
stop the pages that show it when their sizes are made.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

# What the newsroom takes, by Pillow's names, and the ending that a server knows each by.
ENDINGS = {"AVIF": "avif", "GIF": "gif", "JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
_ARTIST, _COPYRIGHT = 0x013B, 0x8298  # Exif
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"}


class UnusableError(Exception):
    """This file cannot be shown; the message says why, for the report."""


@dataclass(frozen=True, slots=True)
class Photo:
    """`digest` is the SHA-1 of the file, by which the picture library knows it; `credit` is what
    the camera or the agency wrote into it."""

    path: Path
    digest: str
    ending: str
    width: int
    height: int
    size: int
    credit: str = ""
    moves: bool = False


def look(path: Path, *, most_pixels: int, most_bytes: int) -> Photo:
    """Raises UnusableError for what is no picture, broken, too large, or of a kind not shown;
    OSError where the file cannot be read."""
    size = path.stat().st_size
    if size > most_bytes:
        raise UnusableError(f"is larger than {most_bytes >> 20} MB")
    if path.suffix.lower() in {".svg", ".svgz"}:
        raise UnusableError("is a drawing (SVG), which may hold scripts")
    data = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file's own faults are no fault of the program
        kind, (width, height), credit, moves = _decode(path, most_pixels)
    digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return Photo(path, digest, ENDINGS[kind], width, height, size, credit, moves)


def _decode(path: Path, most_pixels: int) -> tuple[str, tuple[int, int], str, bool]:
    try:
        with Image.open(path) as image:
            kind, dimensions = image.format or "", image.size
            if kind not in ENDINGS:
                raise UnusableError(f"is of a kind that is not shown ({kind})")
            if dimensions[0] * dimensions[1] > most_pixels:
                raise UnusableError(
                    f"has {dimensions[0]} × {dimensions[1]} pixels, which are too many"
                )
            if image.mode not in _MODES:
                raise UnusableError(f"has colours that are not shown ({image.mode})")
            moves = kind in {"GIF", "WEBP"} and bool(getattr(image, "is_animated", False))
            credit = _credit(image)
            image.draft("RGB", (1, 1))  # a JPEG is read to its end either way, but eight times less
            image.load()
    except UnusableError:
        raise
    except UnidentifiedImageError:
        raise UnusableError("is no picture, whatever its name says") from None
    except Exception as error:  # a hostile file may raise anything in a decoder
        raise UnusableError(f"is broken ({error or type(error).__name__})"[:200]) from None
    return kind, dimensions, credit, moves


def _credit(image: Image.Image) -> str:
    try:
        exif = image.getexif()
        texts = [str(exif.get(tag) or "") for tag in (_ARTIST, _COPYRIGHT)]
    except Exception:  # damaged Exif harms nobody
        return ""
    found = (" ".join("".join(c for c in text if c.isprintable()).split()) for text in texts)
    return next(filter(None, found), "")
