"""The demo's boxes: they show the places that newsletter, cooperative and contributions will fill."""

from django.template.loader import render_to_string

from allmende.newsroom import slots
from allmende.newsroom.models import Article

PLACES = {
    "newsletter": "article.third",
    "membership": "article.end",
    "contribution": "article.end",
}


def render(key: str) -> str:
    return render_to_string(f"demo/{key}_box.html", {"key": key})


def quiet(article: Article | None) -> str:
    """Newsletter and cooperative, each once, on the front page."""
    return render("newsletter") + render("membership")


def register() -> None:
    for key, slot in PLACES.items():
        slots.register(slot, key=key, render=lambda article, key=key: render(key))
    slots.register("front.quiet", key="newsletter", render=quiet)
