"""The demo's boxes: where the cooperative will stand."""

from functools import partial

from django.template.loader import render_to_string
from django.utils.translation import get_language

from allmende.bakery.ingredients import once
from allmende.newsroom import slots
from allmende.newsroom.models import Article

PLACES = (
    ("front.quiet", "membership"),
    ("article.end", "membership"),
)


def render(article: Article | None, *, key: str) -> str:
    template = f"demo/{key}_box.html"
    return once((template, get_language()), partial(render_to_string, template, {"key": key}))


def register() -> None:
    for slot, key in PLACES:
        slots.register(slot, key=key, render=partial(render, key=key))
