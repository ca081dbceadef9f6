"""Block delimiters, `<!-- wp:name {"json"} /-->`, and what a block without HTML still says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Prose is what somebody wrote to be read: settings of a plug-in's block have fewer words.
_FEWEST_WORDS = 4
_SETTING = re.compile(r"class|style|css|color|font|icon|svg|selector|placeholder", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Delimiter:
    name: str  # without the namespace of WordPress's own blocks
    closing: bool = False
    empty: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def prose(self) -> Iterator[str]:
        """The sentences among the attributes of a plug-in's block; WordPress's own have none."""
        if "/" not in self.name:
            return
        waiting: list[tuple[str, Any]] = [("", self.attributes)]
        while waiting:
            key, value = waiting.pop()
            if isinstance(value, dict):
                waiting += reversed(value.items())
            elif isinstance(value, list):
                waiting += [(key, part) for part in reversed(value)]
            elif isinstance(value, str) and _is_prose(key, value):
                yield value


def _is_prose(key: str, value: str) -> bool:
    return not _SETTING.search(key) and len(value.split()) >= _FEWEST_WORDS


def parse(comment: str) -> Delimiter | None:
    """The delimiter in this HTML comment; None if it is an ordinary comment."""
    text = comment.strip()
    closing = text.startswith("/")
    text = text.removeprefix("/")
    if not text.startswith("wp:"):
        return None
    empty = text.endswith("/")
    name, *rest = text.removesuffix("/").removeprefix("wp:").split(maxsplit=1) or [""]
    name = name.removeprefix("core/").removeprefix("core-embed/")
    return Delimiter(name, closing=closing, empty=empty, attributes=_attributes("".join(rest)))


def _attributes(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if "{" in text else {}
    except (ValueError, RecursionError):  # damaged by a plug-in; the block's HTML still counts
        return {}
    return found if isinstance(found, dict) else {}
