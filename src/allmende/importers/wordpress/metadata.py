"""What WordPress and its plug-ins write beside an item, in fields of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

# Plug-ins that keep a picture's credit: Image Source Control, Media Credit and others.
_CREDITS = (
    "isc_image_source",
    "_media_credit",
    "media_credit",
    "_wp_attachment_credit",
    "_wp_attachment_source_name",
    "_credit_text",
    "photo_credit",
    "image_credit",
    "photographer",
    "credit",
    "copyright",
)
_LENGTH = re.compile(r's:\d+:"(credit|copyright)";s:(\d+):"')


def credit(meta: Mapping[str, Sequence[str]]) -> str:
    """Who made a picture, where the site knew it."""
    for key in _CREDITS:
        if found := "".join(meta.get(key, [])[:1]).strip():
            return found
    return _from_camera("".join(meta.get("_wp_attachment_metadata", [])[:1]))


def _from_camera(serialised: str) -> str:
    """What WordPress took over from the file. PHP counts the length of a text in bytes."""
    found: dict[str, str] = {}
    for match in _LENGTH.finditer(serialised):
        rest = serialised[match.end() : match.end() + int(match[2][:4])]
        text = rest.encode("utf-8", "replace")[: int(match[2][:4])].decode("utf-8", "ignore")
        found.setdefault(match[1], text.strip())
    return found.get("credit") or found.get("copyright") or ""


def footnotes(value: str) -> dict[str, str]:
    """WordPress 6.3 keeps an article's footnotes beside it: [{"id": "…", "content": "…"}, …]."""
    try:
        notes = json.loads(value) if value else []
    except (ValueError, RecursionError):
        return {}
    if not isinstance(notes, list):
        return {}
    return {
        str(note.get("id", number)): str(note.get("content", ""))
        for number, note in enumerate(notes)
        if isinstance(note, dict)
    }
