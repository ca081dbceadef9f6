"""The demo's boxes: where newsletter, cooperative and contributions will stand."""

from functools import partial

from django.template.loader import render_to_string

from allmende.newsroom import slots
from allmende.newsroom.models import Article

PLACES = {
    "membership": "article.end",
    "contribution": "article.end",
}


def render(article: Article | None, *, key: str) -> str:
    return render_to_string(f"demo/{key}_box.html", {"key": key})


def quiet(article: Article | None) -> str:
    """Newsletter and cooperative, each once, on the front page."""
    return render(article, key="newsletter") + render(article, key="membership")


def register() -> None:
    for key, slot in PLACES.items():
        slots.register(slot, key=key, render=partial(render, key=key))
    slots.register("front.quiet", key="newsletter", render=quiet)
