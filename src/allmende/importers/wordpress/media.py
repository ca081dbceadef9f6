"""Pictures and embedded things: which address they mean, and which of them only count readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from allmende.importers.wordpress.blocks import Picture
from allmende.importers.wordpress.inline import web_address

# Which attribute names what an element loads.
EMBEDDING = dict.fromkeys(("iframe", "embed", "video", "audio", "source"), "src")
EMBEDDING |= {"object": "data", "param": "value"}
PLAYERS = {"audio", "video"}
# Plug-ins that load pictures late put a blank one into `src`.
_PICTURE_SOURCES = ("src", "data-src", "data-lazy-src", "data-orig-file", "data-original")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)(?:\?|$)", re.IGNORECASE)
_ATTACHMENT_ID = re.compile(r"\bwp-image-(\d+)")
_BACKGROUND = re.compile(r"background-image:\s*url\(\s*[\"']?([^\"')]+)")
# VG Wort counts readers with a picture of one pixel; a newspaper without tracking leaves it out.
_COUNTER = re.compile(r"//[^/]*\bvgwort\.de/")


@dataclass
class Player:
    """`<audio>` or `<video>`, and whether one of the files it offers has been taken."""

    poster: str = ""
    is_open: bool = False
    has_file: bool = False

    @classmethod
    def of(cls, attributes: dict[str, str], *, base: str) -> Player:
        return cls(web_address(attributes.get("poster", ""), base=base), is_open=True)

    def takes(self, tag: str) -> bool:
        """The first file of a player says it all: the others are the same in other formats."""
        if self.is_open and self.has_file and tag == "source":
            return False
        self.has_file = True
        return True


def embedded_address(tag: str, attributes: dict[str, str]) -> str:
    if tag == "param" and attributes.get("name", "").lower() not in {"movie", "src"}:
        return ""
    address = attributes.get(EMBEDDING[tag], "")
    return attributes.get("data-src", "") if address in {"", "about:blank"} else address


def picture_addresses(attributes: dict[str, str], *, base: str) -> list[str]:
    given = (attributes[name] for name in _PICTURE_SOURCES if name in attributes)
    return [found for raw in given if (found := web_address(raw, base=base))]


def picture(url: str, attributes: dict[str, str], *, href: str) -> Picture:
    """`href` is the link around it; one to the picture's own larger file is none worth keeping."""
    attachment = _ATTACHMENT_ID.search(attributes.get("class", ""))
    return Picture(
        url,
        alt=" ".join(attributes.get("alt", "").split()),
        link="" if _PICTURE_FILE.search(href) else web_address(href),
        attachment_id=attachment[1] if attachment else "",
    )


def background(classes: str, attributes: dict[str, str], *, base: str) -> Picture | None:
    """The picture of a cover block, which older ones name only in their style."""
    found = "wp-block-cover" in classes and _BACKGROUND.search(attributes.get("style", ""))
    url = web_address(found[1], base=base) if found else ""
    return Picture(url) if url else None


def is_counter(attributes: dict[str, str], urls: Iterable[str]) -> bool:
    sizes = {attributes.get(side, "").removesuffix("px").strip() for side in ("width", "height")}
    return sizes <= {"0", "1"} or any(map(_COUNTER.search, urls))


_FILM_HOSTS = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|videopress\.com|dailymotion\.com|"
    r"dai\.ly|twitch\.tv|wordpress\.tv|tiktok\.com|ardmediathek\.de|zdf\.de|arte\.tv)$"
)
_FILM_PATH = re.compile(r"^/videos?/(?:embed|watch)/|\.(?:mp4|m4v|webm|ogv|mov|wmv|flv|avi)$", re.I)
_EMBEDDED = (
    (
        re.compile(r"youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{5,20})"),
        "www.youtube.com/watch?v=",
    ),
    (re.compile(r"player\.vimeo\.com/video/(\d+)"), "vimeo.com/"),
    (re.compile(r"dailymotion\.com/embed/video/(\w+)"), "www.dailymotion.com/video/"),
    (re.compile(r"videopress\.com/embed/(\w+)"), "videopress.com/v/"),
)


def film(url: str) -> str:
    """The address to watch a film at, where this is one; "" for anything else."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    for pattern, place in _EMBEDDED:
        if match := pattern.search(f"{host}{parts.path}"):
            return f"https://{place}{match[1]}"
    is_film = _FILM_HOSTS.search(host) or _FILM_PATH.search(parts.path)
    return url if is_film and parts.path.strip("/") else ""
