"""Addresses of articles: a number that never changes, and every slug it ever went with; and
addresses of an older system that lead on to ours."""

import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

from allmende.bakery.ingredients import Traced
from allmende.bakery.store.errors import BadPath, BadTarget
from allmende.bakery.store.paths import check_target, file_name

# Patterns that fit addresses of many systems; whether one is ours, the table says.
KINDS = {"section": "SectionPage", "section_page": "SectionPage", "info": "InfoPage"}
# Below these everything is answered by the system itself; a redirect would never be asked.
CLOSED = {"-", ".well-known", "dokumente", "konto", "media", "redaktion", "static"}


class ArticleAddress(models.Model):
    """An address that readers have seen. It outlives its article: then it answers 410."""

    number = models.BigIntegerField()
    slug = models.SlugField(max_length=255)
    article = models.ForeignKey(
        "newsroom.Article",
        on_delete=models.SET_NULL,
        null=True,
        related_name="addresses",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "slug"], name="article_address_once")
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def path(self) -> str:
        return article_path(self.number, self.slug)


def article_path(number: int, slug: str) -> str:
    return f"/artikel/{number}.{slug}.html"


class MovedAddress(Traced):
    """An address of old that leads on, to a page, a topic, an author or elsewhere; to none of
    them: it answers 410."""

    path = models.CharField(
        _("old address"),
        max_length=400,
        unique=True,
        help_text=_("Without the host, as in /2019/03/the-bridge/."),
    )
    page = models.ForeignKey(
        "newsroom.Page",
        verbose_name=_("leads to the page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="old_addresses",
    )
    topic = models.ForeignKey(
        "newsroom.Topic",
        verbose_name=_("or to the topic"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="old_addresses",
    )
    author = models.ForeignKey(
        "newsroom.Author",
        verbose_name=_("or to the author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="old_addresses",
    )
    link = models.CharField(
        _("or to the address"),
        max_length=1000,
        blank=True,
        help_text=_("A path of this paper, or a full address."),
    )

    trace = "moved"

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(page=None, topic=None, author=None)
                | models.Q(page=None, topic=None, link="")
                | models.Q(page=None, author=None, link="")
                | models.Q(topic=None, author=None, link=""),
                name="moved_address_one_target",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> str:
        """Where it leads, in words for staff."""
        return str(self.page or self.topic or self.author or self.link)

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        try:
            self.path = spelled(self.path)
        except BadPath:
            errors["path"] = _("This cannot be the address of a page.")
        else:
            if ours_among([self.path]):
                errors["path"] = _("A page of this paper, or the system itself, has this address.")
        if sum(map(bool, (self.page, self.topic, self.author, self.link))) > 1:
            errors["link"] = _("It can lead to one place only.")
        elif self.link and not may_lead_to(self.link):
            errors["link"] = _("Give a path that begins with /, or a full address.")
        elif self.link == self.path:
            errors["link"] = _("This address would lead to itself.")
        if errors:
            raise ValidationError(errors)


def spelled(path: str) -> str:
    """A path of any system as the bakery spells it. Raises BadPath for one that has no file."""
    path = unicodedata.normalize("NFC", unquote(path.strip()))
    if not path.endswith("/") and "." not in path.rpartition("/")[2]:
        path += "/"
    if path == "/" or len(path) > 400:
        raise BadPath(f"{path[:80]!r} cannot lead on")
    file_name(path)
    return path


def ours_among(paths: Iterable[str]) -> set[str]:
    """Those of these paths at which something else than a redirect answers."""
    found: set[str] = set()
    asked: dict[str, dict[str, set[str]]] = {}  # by model, then by slug
    for path in paths:
        match = None if path.split("/")[1] in CLOSED else resolve(path)
        kind = KINDS.get(match.url_name or "") if match else None
        if match and kind:
            asked.setdefault(kind, {}).setdefault(match.kwargs["slug"], set()).add(path)
        elif match is None or match.url_name != "moved":
            found.add(path)
    for kind, slugs in asked.items():
        rows = apps.get_model("newsroom", kind)._default_manager.filter(slug__in=slugs)
        for slug in rows.values_list("slug", flat=True):
            found |= slugs[slug]
    return found


def may_lead_to(target: str) -> bool:
    try:
        check_target(target)
    except BadTarget:
        return False
    return True
