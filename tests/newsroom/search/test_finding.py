"""What a search finds: the same on both databases, and only what readers may see."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from allmende.newsroom import search, tickers, writing
from allmende.newsroom.models import Article, Byline, SearchEntry, SearchWord
from allmende.newsroom.search import finding, index
from allmende.newsroom.search.finding import Filters
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db
NO = Filters()


def article(title: str, text: str = "", *, days: int = 0, **fields) -> Article:
    at = make.NOON - dt.timedelta(days=days)
    body = make.paragraphs(text or "Mehr steht hier nicht.")
    return make.article(title, at=at, body=body, **fields)


def found(typed: str, filters: Filters = NO, **more) -> list[str]:
    answer = finding.find(typed, filters, **more)
    return [hit.article.title for hit in answer.page(1)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Strasse", "Die Straße ist gesperrt."),
        ("straßen", "Die Strasse ist gesperrt."),
        ("Haus", "Alte Häuser verfallen."),
        ("haeuser", "Ein Haus verfällt."),
        ("Brücken", "Die Bruecke steht."),
        ("Lehrerin", "Es fehlen Lehrer:innen."),
        ("Nord-Süd-Bahn", "Die Nord-Süd-Bahn fährt."),
        ("Nordsüdbahn", "Die Nord-Süd-Bahn fährt."),
        ("bahn", "Die Nord-Süd-Bahn fährt."),
        ("Was ist mit der Brücke?", "Brücke zu."),
        ("1.204", "Es waren 1.204 Stimmen."),
        ("café", "Im Cafe am Markt."),
        ('"alte Häuser"', "Man sieht das alte Haus."),
        ("привет", "Привет aus Kiew."),
    ],
)
def test_word_is_found_in_its_other_forms(typed, text):
    article("Heute", text)
    article("Gestern", "Ganz etwas anderes.")
    assert found(typed) == ["Heute"]


@pytest.mark.parametrize(
    ("typed", "word", "is_found"),
    [
        ("Brücke", "Brückenbau", True),
        ("Brücke", "Eisenbahnbrücken", True),
        ("Rat", "Stadtrat", True),
        ("Arbeit", "Arbeitsamt", True),
        ("Rat", "Apparat", False),
        ("Stein", "Steinau", False),
        ('"Brücke"', "Brückenbau", False),
    ],
)
def test_compound_is_found_by_a_part_that_is_a_word(typed, word, is_found):
    article("Zusammen", f"Hier steht {word} im Text.")
    article("Teile", "Wörter wie Bau, Eisenbahn, Stadt und Amt stehen anderswo.")
    assert found(typed) == (["Zusammen"] if is_found else [])


def test_all_words_must_be_there_and_none_that_is_left_out():
    article("Eins", "Brücke in Steinau")
    article("Zwei", "Brücke in Oberau")
    article("Drei", "Brücke in Steinau, Umleitung")
    assert found("steinau brücke -umleitung") == ["Eins"]
    assert found("brücke -oberau") == ["Drei", "Eins"]


def test_only_what_to_leave_out_finds_all_else():
    article("Eins", "Brücke")
    article("Zwei", "Tunnel")
    assert found("-brücke") == ["Zwei"]


def test_phrase_is_found_in_its_order_only():
    article("Richtig", "Die neue Brücke ist eröffnet.", days=1)
    article("Falsch", "Eine Brücke, ganz neu.")
    article("Über Grenzen", "Brücke der Zukunft.", lead="Ganz neu")
    assert found('"neue Brücke"') == ["Richtig"]
    assert (
        found("neue Brücke") == ["Falsch", "Über Grenzen", "Richtig"]
        or len(found("neue Brücke")) == 3
    )


def test_newest_first_unless_by_relevance():
    article("Die Brücke", "Brücke, Brücke und noch eine Brücke.", days=400)
    article("Rathaus", "Am Rand ging es um die Brücke.", days=3)
    article("Markt", "Am Rand ging es um die Brücke.", days=30)
    assert found("brücke") == ["Rathaus", "Markt", "Die Brücke"]
    assert found("brücke", by_relevance=True) == ["Die Brücke", "Rathaus", "Markt"]


def test_word_itself_is_more_relevant_than_a_compound():
    article("Eins", "Der Brückenbau beginnt.")
    article("Zwei", "Die Brücke und ein Bau.", days=2)
    assert found("brücke", by_relevance=True) == ["Zwei", "Eins"]


def test_only_what_is_public_is_found():
    live = article("Bleibt", "Geheimnis")
    gone = article("Geht", "Geheimnis")
    make.draft("Entwurf", body=make.paragraphs("Geheimnis"))
    later = make.draft("Morgen", body=make.paragraphs("Geheimnis"))
    later.go_live_at = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    later.save_revision().publish()
    assert sorted(found("Geheimnis")) == ["Bleibt", "Geht"]
    writing.withdraw(gone)
    assert found("Geheimnis") == ["Bleibt"]
    live.delete()
    assert found("Geheimnis") == []
    assert not SearchEntry.objects.exists()


def test_changed_text_of_a_live_article_waits_for_its_publication():
    one = article("Eins", "Vorher")
    one.body = one.body.stream_block.to_python(make.paragraphs("Nachher"))
    revision = one.save_revision()
    assert found("Nachher") == []
    revision.publish()
    assert (found("Nachher"), found("Vorher")) == (["Eins"], [])


def test_row_that_lags_behind_shows_nothing():
    one = article("Eins", "Geheimnis")
    Article.objects.filter(pk=one.pk).update(live=False)
    assert found("Geheimnis") == []
    index.catch_up()
    assert not SearchEntry.objects.exists()


def test_article_in_another_language_is_found_by_its_own_forms():
    article("The bridge", "Two bridges were opened.", language="en")
    assert found("bridge") == ["The bridge"]
    assert found("opening") == ["The bridge"]


def test_ticker_is_found_by_what_its_entries_say_now():
    ticker = tickers.start(article("Wahlabend"))
    entry = tickers.post(ticker, text="Das Rathaus meldet Zahlen.", at=make.NOON)
    assert found("rathaus zahl") == ["Wahlabend"]
    tickers.remove(entry)
    assert found("rathaus") == []


def test_filters_narrow_the_search():
    tal, stadt = make.section(), make.section("Stadt", "stadt")
    jana, emre = make.author(), make.author("Emre Öz", "emre-oez")
    article("Eins", "Brücke", section=tal, bylines=[(jana, "")], days=10)
    article("Zwei", "Brücke", section=stadt, bylines=[(emre, "")], days=5)
    article("Drei", "Brücke", section=stadt, bylines=[(jana, ""), (emre, "")])
    assert found("brücke", Filters(section=stadt.pk)) == ["Drei", "Zwei"]
    assert found("brücke", Filters(authors=[jana.pk])) == ["Drei", "Eins"]
    assert found("", Filters(section=stadt.pk, authors=[jana.pk])) == ["Drei"]
    start = make.NOON - dt.timedelta(days=5)
    assert found("brücke", Filters(start=start)) == ["Drei", "Zwei"]
    assert found("brücke", Filters(end=start)) == ["Eins"]
    assert found("brücke", Filters(start=start, end=make.NOON)) == ["Zwei"]
    assert found("tunnel", Filters(section=stadt.pk)) == []


def test_article_is_found_by_its_author_under_a_new_name():
    jana = make.author()
    article("Eins", bylines=[(jana, "")])
    jana.name = "Jana Ostermann"
    jana.save()
    assert index.renamed(jana) == 1
    assert found("Ostermann") == ["Eins"]
    assert found("Reuter") == []
    assert index.renamed(jana) == 0


def test_old_archive_comes_after_what_is_new():
    article("Neu", "Brücke")
    make.article("Alt", at=dt.datetime(1848, 3, 18, tzinfo=dt.UTC), body=make.paragraphs("Brücke"))
    assert found("brücke") == ["Neu", "Alt"]


def test_excerpt_marks_the_words_and_escapes_the_text():
    text = (
        "Anfang ohne alles. " * 30
        + "Dann &lt;script&gt;alert(1)&lt;/script&gt; an der Brücke. " * 3
    )
    article("Die <b>Brücke</b> & mehr", text)
    hit = finding.find("brücken", NO).page(1)[0]
    assert hit.title == "Die &lt;b&gt;<mark>Brücke</mark>&lt;/b&gt; &amp; mehr"
    assert "<mark>Brücke</mark>" in hit.excerpt
    assert "&lt;script&gt;" in hit.excerpt
    assert "<script" not in hit.excerpt
    assert hit.excerpt.startswith("…")
    assert len(hit.excerpt) < 600


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --", '"', '""', "\0", "brücke\0", "(", "AND", "a OR b", "brücke*", "^x",
        "{a b}:c", "-", "- -", '-"', "!", "&", "|", "<->", "':*", "\\", "%s", "_", "s_1",
        "der die das", "  ",
        "x" * 5000, "wort " * 500, "\ud800", "🌉", "ﬁnden", "İ", "ǆ", "גשר", "'; DROP TABLE x; --",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_search(typed):
    article("Eins", "Brücke")
    for by_relevance in (False, True):
        assert len(found(typed, by_relevance=by_relevance)) <= 1


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    typed=some.text(
        alphabet=some.characters() | some.sampled_from("\"-–„“ ()*:'&|!<>_ab"), max_size=60
    )
)
def test_nothing_that_could_be_typed_breaks_the_search(typed):
    finding.find(typed, NO)


def test_filter_words_cannot_be_typed():
    tal = make.section()
    article("Eins", "Brücke", section=tal)
    assert found(f"s_{tal.pk}") == []


def test_answer_ends_at_its_most_and_says_so(monkeypatch):
    monkeypatch.setattr(finding, "MOST", 3)
    for n in range(4):
        article(f"Artikel {n}", "Brücke", days=n)
    answer = finding.find("brücke", NO)
    assert (answer.count, answer.more) == (3, True)


def test_newest_are_the_same_however_far_apart_they_are(monkeypatch):
    """The newest half year is asked first, and the rest where it does not hold enough."""
    for number, days in enumerate([0, 1, 200, 900, 9_000, 30_000]):
        article(f"Ernte {number}", days=days)
    every = [f"Ernte {number}" for number in range(6)]
    for most in (1, 2, 4, 5):
        monkeypatch.setattr(finding, "MOST", most)
        assert found("ernte") == every[:most]
    in_the_past = Filters(end=make.NOON - dt.timedelta(days=300))
    assert found("ernte", in_the_past) == every[3:]


def test_catching_up_writes_what_is_missing_or_old():
    one, two = article("Eins", "Brücke"), article("Zwei", "Brücke")
    SearchEntry.objects.filter(article=one).delete()
    SearchEntry.objects.filter(article=two).update(version=0)
    assert index.catch_up() == 2
    assert found("brücke") == ["Zwei", "Eins"]
    assert index.catch_up() == 0


def test_rebuilding_gives_the_same_rows_and_forgets_old_words():
    article("Eins", "Brücke und Bau, Brückenbau")
    index.learn(["niegesehen"])
    before = list(SearchEntry.objects.values_list())
    assert index.rebuild() == 1
    assert list(SearchEntry.objects.values_list()) == before
    assert not SearchWord.objects.filter(word="niegesehen").exists()
    assert found("brücke") == ["Eins"]


def test_index_agrees_with_its_rows_after_every_change():
    one = article("Eins", "Brücke")
    writing.withdraw(article("Zwei", "Brücke und Tunnel"))
    one.delete()
    article("Drei", "Brücke")
    index.rebuild()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO newsroom_searchindex (newsroom_searchindex, rank)"
                " VALUES ('integrity-check', 1)"
            )
    assert (found("brücke"), found("tunnel")) == (["Drei"], [])


def test_staff_find_drafts_by_headline_and_articles_by_number():
    live = article("Live", "Brücke")
    draft = make.draft("Entwurf zur Brücke")
    assert set(search.staff("brücke")) == {live, draft}
    assert set(search.staff(str(draft.number))) == {draft}
    assert set(search.staff("nirgends")) == set()


def test_article_may_be_very_long():
    article("Lang", "Wort " * 30_000 + "Ende")
    assert found("wort") == ["Lang"]
    assert Byline.objects.count() == 0
