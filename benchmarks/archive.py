"""An archive to search in: articles of 4 KB in words that are spread like German ones.

Rows are written straight into the tables, as publishing would leave them for the search; a paper
of 100,000 articles is made in minutes on SQLite and kept in .cache/, and copied to PostgreSQL.
"""

import datetime as dt
import itertools
import json
import random
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

SEED = 1848
BASES, COMPOUNDS = 45_000, 55_000
SECTIONS, AUTHORS = 12, 60
LENGTH = (450, 750)  # words of an article
FIRST = dt.datetime(2001, 1, 1, 6, tzinfo=dt.UTC)
STEP = 500
ONSETS, NUCLEI, CODAS = (
    signs.split()
    for signs in (
        "b bl br d dr f fl fr g gl gr h j k kl kr l m n p pf r s sch schl st str t tr w z",
        "a e i o u ä ö ü au ei eu ie",
        "b ch ck f g ht l ld lz m mm n nd ng nk r rd rg rk rt s ss st t tt tz",
    )
)
SMALL = """der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es
an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum haben
nur oder aber vor zur bis mehr durch man sein wurde sei hatte kann gegen vom schon wenn ihre alle
unter wir soll ich eines mich dann beim"""
ENDINGS = ["", "", "e", "en", "er", "ung", "ungen", "heit", "lich", "isch", "keit", "schaft", "s"]


def vocabulary() -> list[str]:
    """Words by their rank: small words, simple ones, and compounds of the simple ones."""
    chance = random.Random(SEED)
    small = SMALL.split()

    def syllable() -> str:
        return chance.choice(ONSETS) + chance.choice(NUCLEI) + chance.choice(CODAS)

    roots = ["".join(syllable() for _ in range(chance.choice((1, 1, 2)))) for _ in range(BASES)]
    bases = [root + chance.choice(ENDINGS) for root in roots]
    links = ["", "s", "en", "n"]
    compounds = [
        chance.choice(roots[:6_000]) + chance.choice(links) + chance.choice(bases[:9_000])
        for _ in range(COMPOUNDS)
    ]
    rest = list(dict.fromkeys(bases + compounds))
    front, back = rest[:2_000], rest[2_000:]
    chance.shuffle(back)
    return [*small, *front, *back]


def weights(count: int) -> list[float]:
    """Summed up: Zipf's law with Mandelbrot's bend, so that the first word is every 30th."""
    return list(itertools.accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(1, count + 1)))


def fill(count: int, *, after: int = 0) -> None:
    """Writes the articles into a paper whose own have numbers up to `after`. Django is set up, on
    SQLite."""
    from django.db import connection, transaction

    from allmende.newsroom.models import SearchWord
    from allmende.newsroom.search import words

    vocab = vocabulary()
    stems = [words.stem(word, "de") for word in vocab]
    cast = people()
    chance = random.Random(SEED)
    ranks, summed = range(len(vocab)), weights(len(vocab))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
    for start in range(0, count, STEP):
        with transaction.atomic():
            some = [
                chance.choices(ranks, cum_weights=summed, k=chance.randint(*LENGTH))
                for _ in range(min(STEP, count - start))
            ]
            write(after + start, some, vocab, stems, cast, chance, after + count)
    kept = sorted({stem for stem in stems if len(stem) >= 3 and stem.isalnum()})
    SearchWord.objects.bulk_create(
        (SearchWord(word=word, backwards=word[::-1]) for word in kept),
        ignore_conflicts=True,
        batch_size=5_000,
    )


def people() -> dict[str, list]:
    """Sections and authors, and where articles hang."""
    from allmende.newsroom import foundation
    from allmende.newsroom.models import Author, FrontPage, SectionPage

    front = FrontPage.objects.get()
    sections = [
        front.add_child(instance=SectionPage(title=f"Ressort {n}", slug=f"ressort-{n}"))
        for n in range(SECTIONS)
    ]
    authors = [Author.objects.create(name=f"Autor {n}", slug=f"autor-{n}") for n in range(AUTHORS)]
    return {"sections": sections, "authors": authors, "under": [foundation.article_index()]}


def write(start, some, vocab, stems, cast, chance, count) -> None:
    from allmende.newsroom.models import Byline, Page, SearchEntry
    from allmende.newsroom.search import index, words

    pages, articles, bylines, entries = [], [], [], []
    span = dt.timedelta(days=25 * 365) / count
    for number, ranks in enumerate(some, start + 1):
        section, author = chance.choice(cast["sections"]), chance.choice(cast["authors"])
        key, at = 1_000 + number, FIRST + span * number
        text, line = ([table[rank] for rank in ranks] for table in (vocab, stems))
        pages.append(page_row(key, number, " ".join(text[:7]).capitalize(), at, cast["under"][0]))
        articles.append(article_row(key, number, " ".join(text[30:]), section.pk))
        bylines.append(Byline(article_id=key, author=author, sort_order=0))
        last = [index.section_word(section.pk), index.author_word(author.pk)]
        zones = [line[:7], line[7:30], [], line[30:], last]
        entry = {"version": index.VERSION, "words": words.line(zones), "text": " ".join(text)}
        place = index.place_of(at, key)
        entries.append(SearchEntry(place=place, article_id=key, **entry))
    Page.objects.bulk_create(pages)
    insert_articles(articles)
    Byline.objects.bulk_create(bylines)
    SearchEntry.objects.bulk_create(entries, batch_size=100)


def page_row(key: int, number: int, title: str, at: dt.datetime, under) -> "Page":  # noqa: F821
    from allmende.newsroom.models import Article, Page

    kind = Article(title="x").get_content_type().pk
    return Page(
        id=key, title=title, draft_title=title, slug=f"artikel-{number}", live=True,
        path=Page._get_path(under.path, under.depth + 1, number), depth=under.depth + 1,
        content_type_id=kind, locale_id=under.locale_id, translation_key=uuid.UUID(int=key),
        first_published_at=at, last_published_at=at, url_path=f"{under.url_path}{number}/",
    )  # fmt: skip


def article_row(key: int, number: int, text: str, section: int) -> dict[str, object]:
    from allmende.newsroom.models import Article

    body = [{"type": "paragraph", "value": f"<p>{text}</p>", "id": str(uuid.UUID(int=key))}]
    given = {"page_ptr_id": key, "number": number, "section_id": section, "lead": text[:160]}
    given["body"] = json.dumps(body, ensure_ascii=False)
    fields = Article._meta.local_concrete_fields
    plain = {
        field.column: None if field.null else field.get_default()
        for field in fields
        if field.attname not in given
    }
    return plain | given


def insert_articles(rows: list[dict[str, object]]) -> None:
    from django.db import connection

    names = ", ".join(rows[0])
    signs = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        sql = f"INSERT INTO newsroom_article ({names}) VALUES ({signs})"
        cursor.executemany(sql, [list(row.values()) for row in rows])


# --- To PostgreSQL ---------------------------------------------------------------------------

TABLES = [
    "newsroom_page", "newsroom_sectionpage", "newsroom_author", "newsroom_article",
    "newsroom_byline", "newsroom_searchword", "newsroom_searchentry",
]  # fmt: skip


def copy(source: Path) -> None:
    """Copies the archive from a SQLite file into the PostgreSQL that Django is set up with, whose
    tables are laid and hold the same first pages."""
    from django.db import connection

    rows = sqlite3.connect(source)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # references come in any order
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GIN])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {GIN}")
        for table in TABLES:
            copy_table(table, rows, cursor)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(definition)
        cursor.execute("ANALYZE")
    rows.close()


GIN = "newsroom_searchentry_words"


def copy_table(table: str, rows: sqlite3.Connection, cursor) -> None:
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    kinds = dict(cursor.fetchall())
    found = rows.execute(f"SELECT {', '.join(kinds)} FROM {table}")
    booleans = [kind == "boolean" for kind in kinds.values()]
    cursor.execute(f"DELETE FROM {table}")
    with cursor.copy(f"COPY {table} ({', '.join(kinds)}) FROM STDIN") as out:
        for row in found:
            out.write_row(
                [
                    bool(value) if flag and value is not None else value
                    for value, flag in zip(row, booleans, strict=True)
                ]
            )


def questions(kind: str, count: int) -> Iterator[dict[str, str]]:
    """What readers ask: fields of the form, of one kind."""
    vocab = vocabulary()
    chance = random.Random(len(kind))
    bands = {"common": (80, 200), "middling": (300, 3_000), "rare": (20_000, len(vocab))}
    for _ in range(count):
        some = [vocab[chance.randrange(*bands[name])] for name in bands]
        yield {
            "small": {"q": chance.choice(vocab[:60])},
            "common": {"q": some[0]},
            "middling": {"q": some[1]},
            "rare": {"q": some[2]},
            "several": {"q": f"{some[0]} {vocab[chance.randrange(80, 200)]} -{some[2]}"},
            "filtered": {
                "q": some[0],
                "ressort": f"ressort-{chance.randrange(SECTIONS)}",
                "autor": f"Autor {chance.randrange(AUTHORS)}",
                "von": f"{chance.randint(2001, 2012)}-03-01",
                "bis": f"{chance.randint(2013, 2025)}-03-01",
            },
            "far back": {"q": some[0], "seite": "50"},
        }[kind]
