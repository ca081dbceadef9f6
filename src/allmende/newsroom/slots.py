"""Named places on newsroom pages that higher apps fill.

    front.quiet     once on the front page, after the sections
    article.third   about a third down an article
    article.end     below its last paragraph

A higher app registers a renderer in `AppConfig.ready()`. What it reads is recorded like everything
else on the page; it must not show a live figure, or old articles would be baked again and again.
A slot that nobody fills renders nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from allmende.newsroom.models import Article

NAMES = ("front.quiet", "article.third", "article.end")
# In which order boxes stand that share a slot; others follow as they were registered.
KEYS = ("newsletter", "membership", "contribution")
Renderer = Callable[[Article | None], str]


@dataclass(frozen=True)
class Box:
    """A renderer in a slot. `key` is what editors switch: newsletter, membership, contribution."""

    slot: str
    key: str
    render: Renderer


_boxes: dict[tuple[str, str], Box] = {}


def register(slot: str, *, key: str, render: Renderer) -> None:
    """Puts a box into a slot; registering a key again replaces it.

    Raises ValueError for a slot that the newsroom does not have.
    """
    if slot not in NAMES:
        raise ValueError(f"no slot named {slot!r}; there are {', '.join(NAMES)}")
    _boxes[slot, key] = Box(slot, key, render)


def unregister(slot: str, *, key: str) -> None:
    _boxes.pop((slot, key), None)


def boxes(slot: str) -> list[Box]:
    found = [box for (name, _), box in _boxes.items() if name == slot]
    return sorted(found, key=lambda box: KEYS.index(box.key) if box.key in KEYS else len(KEYS))


def render(
    slot: str, article: Article | None = None, *, only: set[str] | None = None
) -> SafeString:
    """The boxes of a slot, one after the other; `only` names the keys wanted."""
    wanted = [box for box in boxes(slot) if only is None or box.key in only]
    return SafeString("".join(box.render(article) for box in wanted))
