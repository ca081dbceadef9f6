"""Body blocks of the demo's content files, as StreamField stores them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allmende.importers.wordpress import blocks as read
from allmende.importers.wordpress.html import convert
from allmende.newsroom.models import Download, Picture
from allmende.newsroom.writing import Raw, block, plot, table

FOOTNOTE = re.compile(r"\{\{fn:\s*(.+?)\}\}", re.DOTALL)


@dataclass
class Library:
    """What blocks refer to by name."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    files: dict[str, Download] = field(default_factory=dict)


def rich(html: str) -> str:
    return FOOTNOTE.sub(r"((\1))", html)


def pictured(row: dict[str, Any], library: Library) -> Raw:
    return {"picture": library.pictures[row["picture"]].pk, "caption": row.get("caption", "")}


def gallery(row: dict[str, Any], library: Library) -> Raw:
    items = [pictured(item, library) for item in row["pictures"]]
    return block("gallery", {"heading": row.get("heading", ""), "pictures": items})


def quotation(row: dict[str, Any], library: Library) -> Raw:
    words = {name: row.get(name, "") for name in ("text", "speaker", "role")}
    return block("quotation", words)


def listed(row: dict[str, Any], library: Library) -> Raw:
    items = [item if item.startswith("<") else f"<p>{item}</p>" for item in row["items"]]
    return block("list", {"items": items, "ordered": row.get("ordered", False)})


def timeline(row: dict[str, Any], library: Library) -> Raw:
    moments = [
        {"date": m["date"], "heading": m.get("heading", ""), "text": rich(m["html"])}
        for m in row["moments"]
    ]
    return block("timeline", {"heading": row.get("heading", ""), "moments": moments})


def download(row: dict[str, Any], library: Library) -> Raw:
    file = library.files[row["file"]].pk
    return block("download", {"document": file, "title": row["title"], "note": row["note"]})


def recorded(row: dict[str, Any], library: Library) -> Raw:
    words = {"title": row["title"], "credit": row["credit"], "transcript": row["html"]}
    return words | {"file": library.files[row["file"]].pk}


def video(row: dict[str, Any], library: Library) -> Raw:
    captions = library.files[row["captions"]].pk
    shown = {"picture": library.pictures[row["picture"]].pk, "captions": captions}
    return block("video", recorded(row, library) | shown)


def elsewhere(row: dict[str, Any], library: Library) -> Raw:
    words = {"url": row["url"], "title": row["title"]}
    return block("external_video", words | pictured(row, library))


def plotted(row: dict[str, Any], library: Library) -> Raw:
    names = ("caption", "kind", "unit", "source")
    words = {name: row[name] for name in names if name in row}
    return plot(row["header"], row["rows"], **words)


MAKERS: dict[str, Callable[[dict[str, Any], Library], Raw]] = {
    "paragraph": lambda row, _: block("paragraph", rich(row["html"])),
    "intertitle": lambda row, _: block("intertitle", row["text"]),
    "pull_quote": lambda row, _: block("pull_quote", row["text"]),
    "quotation": quotation,
    "picture": lambda row, library: block("picture", pictured(row, library)),
    "gallery": gallery,
    "list": listed,
    "table": lambda row, _: table(row["header"], row["rows"], caption=row["caption"]),
    "fact_box": lambda row, _: block(
        "fact_box", {"heading": row["heading"], "text": rich(row["html"])}
    ),
    "interview": lambda row, _: block(
        "interview", {"question": row["question"], "answer": rich(row["html"])}
    ),
    "timeline": timeline,
    "download": download,
    "audio": lambda row, library: block("audio", recorded(row, library)),
    "video": video,
    "external_video": elsewhere,
    "plot": plotted,
    "code": lambda row, _: block("code", {"caption": row["caption"], "code": row["text"]}),
    "separator": lambda row, _: block("separator", None),
}


def as_blocks(body: list[dict[str, Any]], library: Library) -> list[Raw]:
    return [MAKERS[row["type"]](row, library) for row in body]


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
