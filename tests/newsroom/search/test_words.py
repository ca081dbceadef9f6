"""Words are read alike, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from allmende.newsroom.search import asking, words

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    "spellings",
    [
        "Straße Strasse STRASSE Straßen straße",
        "Haus Häuser Haeuser Hauses HÄUSERN",
        "Brücke Brücken Bruecke BRÜCKE bru\u0308cken",
        "Müller Mueller müller",
        "Lehrer Lehrerin Lehrerinnen",
        "Öl Oel",
        "Universität Universitäten",
        "Café Cafe CAFÉ",
        "Zei\u00adtung Zeitung",
    ],
)
def test_spellings_of_one_word_have_one_stem(spellings):
    assert len({words.stems(one, "de")[0] for one in spellings.split()}) == 1


def test_english_is_stemmed_by_its_own_rules():
    assert words.stems("bridges bridge", "en") == ["bridg", "bridg"]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Die Nord-Süd-Bahn fährt.", ["nordsudbahn"]),
        ("Lehrer:innen und Schüler*innen", [words.stem("Lehrerinnen", "de"), "schul"]),
        ("Leicht gesagt: Auen·stadt.", ["auenstadt"]),
        ("Er kam – und ging.", []),
    ],
)
def test_what_is_written_apart_is_joined_too(text, joined):
    assert list(words.joined(text, "de")) == joined


@given(some.text())
def test_stems_hold_no_sign_that_an_engine_reads(text):
    for language in words.LANGUAGES:
        for stem in [*words.stems(text, language), *words.joined(text, language)]:
            assert stem
            assert len(stem) <= words.LONGEST
            assert not set(stem) & set(" _\"'\\\0:*()|&!<>-+^")


@given(some.text(alphabet=some.characters() | some.sampled_from('"-–„“»« ()*:ßäa')))
def test_nothing_typed_is_an_error(typed):
    question = asking.read(typed)
    assert len(question.terms) <= asking.MOST
    for term in [*question.terms, *question.without]:
        assert term.stems


def test_question_knows_phrases_and_what_to_leave_out():
    question = asking.read('"neue Brücke" steinau -Umleitung -"der Bahn')
    assert [term.typed for term in question.terms] == ["neue", "Brücke", "steinau"]
    assert [term.exact for term in question.terms] == [True, True, False]
    assert question.phrases == [(" neu bruck ", " neue brucke ")]
    assert [term.typed for term in question.without] == ["Umleitung", "der", "Bahn"]


def test_question_does_without_small_words_unless_there_are_no_others():
    assert [term.typed for term in asking.read("Was ist mit der Brücke").terms] == ["Brücke"]
    assert [term.typed for term in asking.read("was ist das").terms] == ["was", "ist", "das"]


def test_question_says_what_it_left_out():
    question = asking.read(" ".join(f"wort{n}" for n in range(12)))
    assert len(question.terms) == 10
    assert question.left_out == ["wort10", "wort11"]


def test_hyphen_inside_a_word_excludes_nothing():
    question = asking.read("Nord-Süd-Bahn")
    assert [term.stems for term in question.terms] == [("nordsudbahn",)]
    assert not question.without
