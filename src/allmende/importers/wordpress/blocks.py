"""What an article's body is made of: the values between WordPress HTML and the newsroom's blocks.

Fields named `html` or `caption`, list items and table cells are sanitised inline HTML: text with
`a[href]`, `b`, `i`, `br`, `code`, `s`, `sub` and `sup`, nothing else, links only to
http, https, mailto and tel. Every other text field is plain text and is escaped by who prints it.
Addresses of pictures, files and embeds are absolute http or https addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Paragraph:
    html: str


@dataclass(frozen=True, slots=True)
class Intertitle:
    text: str
    level: int  # 1 to 6, as written; the newsroom decides what its pages allow


@dataclass(frozen=True, slots=True)
class Quotation:
    """Paragraphs inside are parted by two `<br>`; `pulled` marks a pull quote."""

    html: str
    speaker: str = ""
    pulled: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    html: str
    level: int = 0  # 0 is the outermost list


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Nested lists are flat here, each item says how deep it stood."""

    items: tuple[ListItem, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has the same number of cells; merged cells are filled up with empty ones."""

    rows: tuple[tuple[str, ...], ...]
    header_row: bool = False
    header_column: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """`attachment_id` is the export's item of the original; `url` may be a smaller rendition.

    `title` and `credit` are known of pictures in the export's own list only.
    """

    url: str
    alt: str = ""
    caption: str = ""
    link: str = ""
    attachment_id: str = ""
    title: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Either `pictures`, or `attachment_ids`, or all pictures attached to the item (`attached`)."""

    pictures: tuple[Picture, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    attached: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Line breaks and spaces count: source code, or a poem."""

    html: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Embed:
    """Something that is heard, seen or shown in the text: a recording of the site's own, a film on
    another, a post of a network. `poster` and `track` are the addresses of a film's still and of
    its captions, `title` what the original calls it."""

    url: str
    caption: str = ""
    title: str = ""
    poster: str = ""
    track: str = ""

    @property
    def html(self) -> str:
        link = f'<a href="{escape(self.url)}">{escape(self.url, quote=False)}</a>'
        return f"{link}<br>{self.caption}" if self.caption else link


@dataclass(frozen=True, slots=True)
class File:
    """A file that readers may take along; `button` is what the original's button says."""

    url: str
    title: str
    button: str = ""

    @property
    def html(self) -> str:
        words = escape(" – ".join(filter(None, (self.title, self.button))) or self.url, quote=False)
        return f'<a href="{escape(self.url)}">{words}</a>'


@dataclass(frozen=True, slots=True)
class Separator:
    pass


Block = (
    Paragraph
    | Intertitle
    | Quotation
    | ListBlock
    | Table
    | Picture
    | Gallery
    | Preformatted
    | Embed
    | File
    | Separator
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something in the original that the blocks do not carry; for the report of the import.

    `kind` is one of: shortcode, dynamic-block, reused-block, tracking-pixel, address, form, script.
    """

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Body:
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
