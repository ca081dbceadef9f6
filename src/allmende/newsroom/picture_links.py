"""Words in a text that lead to a picture of the library: in a size that fills a screen.

An import makes them of links to what was uploaded. They lead nowhere while the picture may not be
shown, and to its new file when that is exchanged.
"""

from collections.abc import Iterator

from django.utils.html import format_html
from wagtail.images.models import SourceImageIOError
from wagtail.rich_text import LinkHandler

from allmende.newsroom.models import Picture

SIZE = "max-1920x1920|format-jpeg"


class PictureLink(LinkHandler):
    identifier = "picture"

    @staticmethod
    def get_model() -> type[Picture]:
        return Picture

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        return [opening(picture) for picture in cls.get_many(attrs_list)]

    @classmethod
    def extract_references(
        cls, attrs: dict[str, str]
    ) -> Iterator[tuple[type[Picture], str, str, str]]:
        yield Picture, attrs["id"], "", ""


def opening(picture: Picture | None) -> str:
    address = file_of(picture) if picture and picture.shown else None
    return format_html('<a href="{}">', address) if address else "<a>"


def file_of(picture: Picture) -> str | None:
    """None without its file."""
    try:
        return str(picture.get_rendition(SIZE).url)
    except SourceImageIOError:
        return None
