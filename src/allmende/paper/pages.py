"""Pages that apps show in the frame of the paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from allmende.paper import identity


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    language: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A rendered page in a language, else the paper's, and in the paper's time zone. What stands
    around it (`site/base.html`) leaves its own traces where the page is baked."""
    paper = identity.paper()
    code = language or paper.language
    with (
        translation.override(code.split("-")[0]),
        timezone.override(paper.time_zone_info),
    ):
        content = render_to_string(template, {"paper": paper, "language": code, **context}, request)
    return HttpResponse(content, status=status)


LANGUAGES = ("de", "en")  # that pages outside the newsroom are written in


def language_of(request: HttpRequest) -> str | None:
    """What the address asks for; None is the paper's own."""
    asked = request.GET.get("sprache", "")
    return asked if asked in LANGUAGES else None


@dataclass(frozen=True)
class Head:
    """What search engines and messengers are told about a baked page. paths: of the same page in
    each language, its own among them."""

    path: str
    title: str
    description: str
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return settings.PAPER_URL + self.path

    @property
    def versions(self) -> list[tuple[str, str]]:
        """Language and whole address of each."""
        return [(code, settings.PAPER_URL + path) for code, path in self.paths.items()]
