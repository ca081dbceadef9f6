"""The demo's boxes: where the cooperative will stand."""

from functools import partial

from django.template.loader import render_to_string

from allmende.newsroom import slots
from allmende.newsroom.models import Article

PLACES = (
    ("front.quiet", "membership"),
    ("article.end", "membership"),
)


def render(article: Article | None, *, key: str) -> str:
    return render_to_string(f"demo/{key}_box.html", {"key": key})


def register() -> None:
    for slot, key in PLACES:
        slots.register(slot, key=key, render=partial(render, key=key))
