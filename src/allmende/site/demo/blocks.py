"""Body blocks of the demo's content files, as StreamField stores them."""

import re
from collections.abc import Callable
from typing import Any

from allmende.importers.wordpress import blocks as read
from allmende.importers.wordpress.html import convert
from allmende.newsroom.models import Picture
from allmende.newsroom.writing import Raw, block, table

FOOTNOTE = re.compile(r"\{\{fn:\s*(.+?)\}\}", re.DOTALL)
Pictures = dict[str, Picture]


def rich(html: str) -> str:
    return FOOTNOTE.sub(r"((\1))", html)


def pictured(row: dict[str, Any], pictures: Pictures) -> Raw:
    return {"picture": pictures[row["picture"]].pk, "caption": row.get("caption", "")}


def gallery(row: dict[str, Any], pictures: Pictures) -> Raw:
    items = [pictured(item, pictures) for item in row["pictures"]]
    return block("gallery", {"heading": row.get("heading", ""), "pictures": items})


def quotation(row: dict[str, Any], pictures: Pictures) -> Raw:
    words = {name: row.get(name, "") for name in ("text", "speaker", "role")}
    return block("quotation", words)


def listed(row: dict[str, Any], pictures: Pictures) -> Raw:
    items = [item if item.startswith("<") else f"<p>{item}</p>" for item in row["items"]]
    return block("list", {"items": items, "ordered": row.get("ordered", False)})


MAKERS: dict[str, Callable[[dict[str, Any], Pictures], Raw]] = {
    "paragraph": lambda row, _: block("paragraph", rich(row["html"])),
    "intertitle": lambda row, _: block("intertitle", row["text"]),
    "pull_quote": lambda row, _: block("pull_quote", row["text"]),
    "quotation": quotation,
    "picture": lambda row, pictures: block("picture", pictured(row, pictures)),
    "gallery": gallery,
    "list": listed,
    "table": lambda row, _: table(row["header"], row["rows"], caption=row["caption"]),
    "fact_box": lambda row, _: block(
        "fact_box", {"heading": row["heading"], "text": rich(row["html"])}
    ),
}


def as_blocks(body: list[dict[str, Any]], pictures: Pictures) -> list[Raw]:
    return [MAKERS[row["type"]](row, pictures) for row in body]


def page_blocks(html: str) -> list[Raw]:
    """An info page's HTML: paragraphs, intertitles and lists."""
    found: list[Raw] = []
    for part in convert(html).blocks:
        if isinstance(part, read.Intertitle):
            found.append(block("intertitle", part.text))
        elif isinstance(part, read.ListBlock):
            items = [f"<p>{item.html}</p>" for item in part.items]
            found.append(block("list", {"items": items, "ordered": part.ordered}))
        elif isinstance(part, read.Paragraph):
            found.append(block("paragraph", f"<p>{part.html}</p>"))
    return found
