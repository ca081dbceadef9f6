"""An article in another language, easy language among them: a page of its own, one family.

Members of a family share Wagtail's translation key; (key, language) is unique in the database.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from wagtail.models import Locale

from allmende.newsroom.models import Article
from allmende.people.models import Person

EASY = "-simple"
NAMES = {"de": "Deutsch", "en": "English", "de-simple": "Leichte Sprache"}


@dataclass(frozen=True)
class Sibling:
    """A live article of the same family in another language."""

    article: Article

    @property
    def language(self) -> str:
        return self.article.language

    @property
    def language_name(self) -> str:
        return NAMES.get(self.language, self.language)

    @property
    def easy(self) -> bool:
        return self.language.endswith(EASY)

    @property
    def url(self) -> str:
        return self.article.url

    @property
    def title(self) -> str:
        return self.article.title


def families(articles: Iterable[Article]) -> dict[int | None, list[Sibling]]:
    """The siblings of each article, by its key."""
    keys = {article.pk: article.translation_key for article in articles}
    rows = Article.objects.live().filter(translation_key__in=set(keys.values()))
    family: dict[uuid.UUID, list[Article]] = {}
    for row in rows.select_related("locale").defer("body").order_by("locale__language_code"):
        family.setdefault(row.translation_key, []).append(row)
    return {
        pk: [Sibling(row) for row in family.get(key, []) if row.pk != pk]
        for pk, key in keys.items()
    }


def name_for_staff(code: str) -> str:
    """The language's name in the language of who works here; readers get its own name."""
    return str(dict(settings.LANGUAGES)[code])


def missing_languages(article: Article) -> list[str]:
    """Languages that no version of the article has, live or not."""
    family = Article.objects.filter(translation_key=article.translation_key)
    held = set(family.values_list("locale__language_code", flat=True))
    return [code for code in NAMES if code not in held]


def translate(article: Article, *, language: str, by: Person | None = None) -> Article:
    """A draft of `article` in another language, to be rewritten by a human being.

    Raises ValueError when the family already has that language.
    """
    locale = Locale.objects.get(language_code=language)
    if Article.objects.filter(translation_key=article.translation_key, locale=locale).exists():
        raise ValueError(f"there is already a version in {language}")
    return article.copy(
        to=article.get_parent(),
        update_attrs={"locale": locale, "number": None},
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        user=by,
    )
