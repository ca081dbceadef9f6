"""Texts of libraries in our words, and dates as newspapers write them."""

import datetime as dt
import gettext
from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
import wagtail
from django.utils import formats, translation

from allmende.site import wording

pytestmark = pytest.mark.no_database
DU = {"du", "dich", "dir", "dein", "deine", "deinen", "deiner", "deinem"}


def catalogues() -> Iterator[gettext.GNUTranslations]:
    for library in (allauth, wagtail):
        home = Path(str(library.__file__)).parent
        for file in home.glob("**/locale/de/LC_MESSAGES/django.mo"):
            with file.open("rb") as opened:
                yield gettext.GNUTranslations(opened)


def test_every_text_is_still_one_of_a_library() -> None:
    known = {text for catalogue in catalogues() for text in catalogue._catalog}  # type: ignore[attr-defined]
    assert [text for text in [*wording.ACCOUNTS, *wording.DESK] if text not in known] == []


@pytest.mark.parametrize("text", wording.ACCOUNTS)
def test_accounts_say_sie(text: str) -> None:
    with translation.override("de"):
        said = translation.gettext(text)
    assert said != text
    assert not DU & {word.strip(".,?!<>").lower() for word in said.split()}


@pytest.mark.parametrize(
    ("language", "written"),
    [("de", "23. November 2026, 9:15 Uhr"), ("en", "23 November 2026, 9:15 a.m.")],
)
def test_dates_are_written_as_newspapers_do(language: str, written: str) -> None:
    moment = dt.datetime(2026, 11, 23, 9, 15, tzinfo=dt.UTC)
    with translation.override(language):
        assert formats.date_format(moment, "DATETIME_FORMAT") == written
