"""A word that begins otherwise than what is sought is passed over unread."""

from hypothesis import given
from hypothesis import strategies as st

from allmende.newsroom.search import excerpts, words

LETTERS = st.text("".join(excerpts.FIRST) + "ßéôñç", min_size=1, max_size=14)


@given(word=LETTERS, language=st.sampled_from(sorted(words.LANGUAGES)))
def test_stem_begins_with_the_letter_of_its_word(word: str, language: str) -> None:
    first = excerpts.FIRST.get(word[0])
    assert first is None or words.stem(word, language)[0] == first
