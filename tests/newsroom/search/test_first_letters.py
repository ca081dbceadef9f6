"""A word that begins otherwise than what is sought is passed over unread."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allmende.newsroom.search import excerpts, words

pytestmark = pytest.mark.no_database
LETTERS = st.text("".join(excerpts.FIRST) + "ßéôñç", min_size=1, max_size=14)


@given(word=LETTERS, language=st.sampled_from(sorted(words.LANGUAGES)))
def test_stem_begins_with_the_letter_of_its_word(word: str, language: str) -> None:
    first = excerpts.FIRST.get(word[0])
    assert first is None or words.stem(word, language)[0] == first


@given(word=LETTERS, language=st.sampled_from(sorted(words.LANGUAGES)))
@example(word="dying", language="en")
@example(word="Aepfel", language="de")
@example(word="a", language="en")
def test_word_begins_as_its_stem_lets_it(word: str, language: str) -> None:
    stem = words.stem(word, language)
    head = word[: excerpts.STAYS[language]].lower()
    assert not head.isascii() or head in excerpts.beginnings_of(frozenset({stem}), language)
