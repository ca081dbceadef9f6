"""WordPress's own shortcodes: `[gallery]`, `[caption]`, `[audio]`, `[video]`, `[embed]`.

All others are a plug-in's; what they would show is unknown, so they stay as the text they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from allmende.importers.wordpress.blocks import Embed, Gallery, Note
from allmende.importers.wordpress.inline import web_address

# Lengths are bounded so that thousands of unclosed brackets cost no quadratic time.
_CAPTION = re.compile(r"(?<!\[)\[(/?)(?:wp_)?caption\b([^\]]{0,2000}+)\](?!\])")
_KNOWN = re.compile(
    r"(\[?)\[(gallery|audio|video|embed)\b((?:\s|=)[^\[\]]{0,2000}+)?\]"
    r"(?:([^\[\]]{0,2000}+)\[/\2\])?(\]?)"
)
_FOREIGN = re.compile(r"\[/([a-zA-Z][\w-]{0,60}+)\]|\[([a-zA-Z][\w-]{0,60}+)\s[^\[\]=]{0,200}=")
_ATTRIBUTE = re.compile(r"""([\w-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"']++))|(\S++)""")
_CURLY_QUOTES = str.maketrans("“”„″«»", '""""""')
_SOURCES = ("src", "mp3", "m4a", "ogg", "wav", "wma", "mp4", "m4v", "webm", "ogv", "flv", "wmv")


def attributes(text: str) -> dict[str, str]:
    """Named attributes by name; unnamed ones, such as the address in `[audio x.mp3]`, as `src`."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(unescape(text).translate(_CURLY_QUOTES)):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower() if match[1] else "src", value or (match[5] or ""))
    return found


def captions_as_figures(content: str) -> str:
    """`[caption …]<img> text[/caption]` pairs as `<figure>`; a half of a pair stays text."""
    parts: list[str] = []
    opened: tuple[int, str] | None = None
    end = 0
    for match in _CAPTION.finditer(content):
        parts.append(content[end : match.start()])
        end = match.end()
        if match[1] and opened is not None:
            position, old_style = opened
            parts[position] = f'<figure class="wp-caption">{old_style}'
            parts.append("</figure>")
            opened = None
            continue
        if not match[1]:
            caption = attributes(match[2]).get("caption", "")
            old_style = f"<figcaption>{caption}</figcaption>" if caption else ""
            opened = (len(parts), old_style)
        parts.append(match[0])
    parts.append(content[end:])
    return "".join(parts)


def split(text: str, *, base: str = "") -> Iterator[str | Gallery | Embed]:
    """The text around WordPress's own shortcodes, and what they stand for, in order."""
    end = 0
    for match in _KNOWN.finditer(text):
        if match[1] and match[5]:  # [[gallery]] is how one writes about a shortcode
            block: str | Gallery | Embed | None = match[0][1:-1]
        else:
            block = _block(match[2], attributes(match[3] or ""), match[4] or "", base)
        if block is not None:
            yield text[end : match.start()] + match[1] * (not match[5])
            yield block
            end = match.end() - (len(match[5]) if not match[1] else 0)
    yield text[end:]


def _block(name: str, given: dict[str, str], inside: str, base: str) -> Gallery | Embed | None:
    if name == "gallery":
        ids = re.findall(r"\d+", given.get("ids") or given.get("include") or "")
        return Gallery(attachment_ids=tuple(ids), attached=not ids)
    sources = [inside.strip(), *(given.get(key, "") for key in _SOURCES)]
    found = [url for source in sources if source and (url := web_address(source, base=base))]
    poster = web_address(given.get("poster", ""), base=base)
    return Embed(found[0], poster=poster) if found else None


def foreign(text: str) -> Iterator[Note]:
    """The plug-ins' shortcodes in this text; `[sic]` and its like are none."""
    for match in _FOREIGN.finditer(text):
        yield Note("shortcode", match[1] or match[2])
