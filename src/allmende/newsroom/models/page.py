"""Wagtail's base page, our own so that a column can be added to it one day."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta

from allmende.bakery.ingredients import Traced

Surroundings = Callable[[Any], dict[str, Any]]
F = TypeVar("F", bound=Surroundings)
_surroundings: dict[type, Surroundings] = {}

# A slug is part of a file's name, which no file system takes longer than 255 bytes; nobody reads
# more of it, and mails break longer addresses.
SLUG = 120


def surrounds(model: type) -> Callable[[F], F]:
    """Registers what pages of a type show besides themselves, for readers and in the preview."""

    def register(function: F) -> F:
        _surroundings[model] = function
        return function

    return register


class Page(Traced, AbstractPage):
    """Common base of all pages. Search titles and menu flags of Wagtail's own are left out:
    the headline is the title, and menus are kept in `paper`."""

    trace = "page"
    children_share_slugs = False

    class Meta(AbstractPageMeta):
        # The desk lists what was worked on last, and each person's own.
        indexes = [
            models.Index(fields=["-latest_revision_created_at"], name="page_worked_on"),
            models.Index(fields=["owner", "-latest_revision_created_at"], name="page_owned"),
            # With each publication: what was published on its day and month, and the days beside.
            models.Index(fields=["locale", "first_published_at"], name="page_published"),
        ]

    @staticmethod
    def _slug_is_available(slug: str, parent_page: Any, page: Any = None) -> bool:
        """Wagtail's forms ask here, whatever the page's own type."""
        if parent_page is not None and parent_page.specific_class.children_share_slugs:
            return True
        return bool(AbstractPage._slug_is_available(slug, parent_page, page))

    def _set_core_field_defaults(self) -> None:
        """Wagtail asks this before every validation and save."""
        super()._set_core_field_defaults()
        self.slug: str = self.slug[:SLUG].rstrip("-")

    def get_url(self, request: object = None, current_site: object = None) -> str | None:
        """One paper has one host: Wagtail's own asks the cache for all sites, once a link."""
        parts = self.get_url_parts(request)
        return parts[2] if parts else None

    url = property(get_url)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        around = _surroundings.get(type(self))
        return self.get_context(request) | (around(self) if around else {})

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Staff see what readers will get, in the language of the page and not in their own."""
        with translation.override(self.locale.language_code.split("-")[0]):
            return super().serve_preview(request, mode_name).render()
