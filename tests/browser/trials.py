"""Articles that no editor would write, laid beside the demo's: everything at once, next to
nothing, as long as it gets, and one withdrawn.

`lay` runs inside the house (`House.python`); the tests know the addresses that it returns.
"""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from allmende.newsletters import links, subscribe
from allmende.newsletters.models import Newsletter
from allmende.newsroom import tickers, writing
from allmende.newsroom.models import (
    Announcement,
    Article,
    Author,
    Correction,
    DossierPage,
    Picture,
    RelatedArticle,
    SectionPage,
    Topic,
)
from allmende.people.models import ContactAddress
from tests.factories.newsroom import download, paragraphs

LONGEST = (
    "Wie die Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebung nach elf Jahren "
    "doch noch ins Tal kam, wer sie gerufen hat, was der Gemeinderat von Steinau dazu sagt und "
    "warum in Niederau trotzdem niemand vor dem nächsten Frühjahr damit rechnet"
)
SENTENCE = "Am Morgen liegt der Nebel auf der Aue, und die Fähre fährt, wenn jemand winkt. "


def lay() -> dict[str, str]:
    """Writes the trial articles; returns their addresses by name."""
    now = timezone.now()
    gone = write("Zurückgezogen", days=3, now=now, body=paragraphs("Das stimmte nicht."))
    trials = {
        "everything": everything(now),
        "bare": write("Ja", days=9, now=now, body=paragraphs("Mehr war nicht.")),
        "longest": longest(now),
        "mixed": mixed(now),
        "gone": gone,
    }
    trials["ticker"], trials["ended"] = tickers_of(now)
    writing.withdraw(gone)
    pages = {name: article.url for name, article in trials.items()}
    pages["announced"] = Announcement.objects.earliest("pk").article.url
    return pages | letter_links(now)


def letter_links(now: dt.datetime) -> dict[str, str]:
    """Signed links into the pages of a subscription: before, during and after it."""
    letter = Newsletter.objects.earliest("position")
    source = "/artikel/1.probe.html"
    subscribe.ask(letter, email="frieda@bote.example", at=now, source=source)
    subscribe.ask(letter, email="lene@bote.example", at=now, source=source)
    asking, having = (
        ContactAddress.objects.get(email=f"{name}@bote.example") for name in ("frieda", "lene")
    )
    (row,) = subscribe.confirm(having, newsletters=[letter.pk], at=now)
    absolute = {
        "confirm": links.to_confirm(asking, at=now),
        "preferences": links.to_preferences(having, at=now),
        "leave": links.to_leave(row, at=now),
        "expired": links.to_confirm(having, at=now - dt.timedelta(days=30)),
    }
    return {name: urlsplit(link).path for name, link in absolute.items()}


def write(title: str, *, days: int, now: dt.datetime, **fields: Any) -> Article:
    fields.setdefault("section", SectionPage.objects.get(slug="leben"))
    return writing.publish(writing.draft(title, **fields), at=now - dt.timedelta(days=days))


def everything(now: dt.datetime) -> Article:
    """Every field filled, every kind of block, every footer."""
    pictures = list(Picture.objects.order_by("pk")[:4])
    article = writing.draft(
        "Alles auf einmal",
        section=SectionPage.objects.get(slug="wissen"),
        body=every_block(pictures),
        kicker="Probe",
        short_headline="Alles",
        subheading="Ein Artikel, der jedes Feld füllt und jeden Baustein setzt",
        lead=SENTENCE * 3,
        teaser=SENTENCE,
        place="Auenstadt",
        picture=pictures[0],
        picture_caption="So sah es aus, als noch alles an seinem Platz war.",
        bylines=[
            (Author.objects.filter(kind=kind).earliest("pk"), "Text")
            for kind in ("person", "agency")
        ],
        topics=list(Topic.objects.order_by("pk")[:3]),
        dossier=DossierPage.objects.first(),
        updated_at=now - dt.timedelta(days=2),
    )
    article.corrections = [
        Correction(date=now.date() - dt.timedelta(days=day), text="Es waren elf, nicht zwölf.")
        for day in (1, 2)
    ]
    article.related_links = [
        RelatedArticle(related=other, sort_order=order)
        for order, other in enumerate(Article.objects.live().order_by("pk")[:3])
    ]
    return writing.publish(article, at=now - dt.timedelta(days=4))


def every_block(pictures: list[Picture]) -> list[writing.Raw]:
    shown = [{"picture": picture.pk, "caption": "Eine Bildunterschrift"} for picture in pictures]
    rich = (
        f"<p>{SENTENCE}<b>Fett</b>, <i>kursiv</i>, H<sub>2</sub>O, m<sup>2</sup> und ein "
        '<a href="/archiv/">Verweis</a> ((Eine Fußnote mit <i>Betonung</i>.)).</p>'
    )
    bullets = {"items": ["<p>Erstens</p>", "<p>Zweitens</p>"], "ordered": False}
    header = ["Ort", "Einwohner", "Fläche in Hektar"]
    rows = [[place, "1.204", "88,5"] for place in ("Oberau", "Niederau", "Steinau")]
    facts = "<p>In Kürze:</p><ul><li>ein Fluss</li><li>vier Dörfer</li></ul>"
    return [
        writing.block("paragraph", rich),
        writing.block("intertitle", "Eine Zwischenüberschrift"),
        writing.block("paragraph", rich),
        writing.block(
            "quotation", {"text": "Das geht.", "speaker": "Ada Lind", "role": "Fährfrau"}
        ),
        writing.block("quotation", {"text": "Wirklich?", "speaker": "", "role": ""}),
        writing.block("pull_quote", "Die Fähre fährt, wenn jemand winkt."),
        writing.block("picture", shown[1]),
        writing.block("gallery", {"heading": "Vier Blicke", "pictures": shown}),
        writing.block("gallery", {"heading": "", "pictures": shown[:2]}),
        writing.block("list", bullets),
        writing.block("list", bullets | {"ordered": True}),
        writing.table(header, rows, caption="Das Tal in Zahlen"),
        writing.table(header, rows, caption="Dasselbe ohne Zeilenköpfe", row_headers=False),
        writing.block("membership_box", None),
        writing.block("fact_box", {"heading": "Das Tal", "text": facts}),
        *newer_blocks(pictures[2]),
        *paragraphs(SENTENCE * 5, SENTENCE * 5),
    ]


def tickers_of(now: dt.datetime) -> tuple[Article, Article]:
    """One that runs, newest first and of several pages; one that has ended, oldest first."""
    found = []
    for title, first in [("Es läuft", True), ("Es ist vorbei", False)]:
        article = write(title, days=1, now=now, body=paragraphs("Was bisher geschah."))
        ticker = tickers.start(article, newest_first=first)
        fields = {"author": Author.objects.first(), "picture": Picture.objects.first()}
        for number in range(30):
            words = {"heading": f"Nummer {number}", "text": f"{SENTENCE}\n\nhttps://auen.example/"}
            at = now - dt.timedelta(hours=30 - number)
            tickers.post(ticker, at=at, pinned=number % 9 == 0, **words, **fields)
            fields = {}
        found.append(article)
    tickers.close(ticker, at=now)
    return found[0], found[1]


def newer_blocks(picture: Picture) -> list[writing.Raw]:
    """Conversation, course of events, files, films, plots, code."""
    answer = f"<p>{SENTENCE}</p><p>{SENTENCE}</p>"
    moments = [
        {"date": date, "heading": "Die Brücke", "text": f"<p>{SENTENCE}</p>"}
        for date in ("1768", "im Frühling 1911")
    ]
    recorded = {"title": "Das Wehr", "credit": "Aufnahme: Reuter", "transcript": answer}
    sound = recorded | {"file": download("wehr.ogg", b"OggS").pk}
    captions = download("wehr.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nEs rauscht.\n")
    film = recorded | {"file": download("wehr.webm", b"film").pk, "picture": picture.pk}
    elsewhere = {"url": "https://filme.example/w?v=1&t=2", "title": "Flug", "caption": ""}
    exchange = {"question": "Trägt sie noch?", "answer": answer}
    plan = {"document": download("plan.pdf").pk, "title": "Der Plan", "note": SENTENCE}
    return [
        writing.block("interview", exchange),
        writing.block("interview", exchange),
        writing.block("separator", None),
        writing.block("timeline", {"heading": "Die Brücke", "moments": moments}),
        writing.block("timeline", {"heading": "", "moments": moments}),
        writing.block("download", plan),
        writing.block("audio", sound),
        writing.block("video", film | {"captions": captions.pk}),
        writing.block("external_video", elsewhere | {"picture": picture.pk}),
        writing.block("external_video", elsewhere | {"picture": None}),
        *plots(),
        writing.block("code", {"caption": "Gruß", "code": "if 1 < 2:\n\tprint('<b>')\n" * 9}),
        writing.block("code", {"caption": "", "code": "breit " * 60}),
    ]


def plots() -> list[writing.Raw]:
    years = [
        [str(year), f"{year % 7},5", f"-{year % 5}", str(year % 3)] for year in range(1980, 2020)
    ]
    header = ["Jahr", "Schnee", "Frost", "Eis"]
    return [
        writing.plot(header[:2], [row[:2] for row in years[:6]], caption="Ein Balken je Jahr"),
        writing.plot(header, years[:6], caption="Drei Balken je Jahr", unit="Tage"),
        writing.plot(header, years, kind="lines", caption="Drei Linien", source="Familie Hilgers"),
        writing.plot(
            header[:2], [row[:2] for row in years[:9]], kind="lines", caption="Eine Linie"
        ),
    ]


def longest(now: dt.datetime) -> Article:
    """As much as the fields take, and words that no column holds."""
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
    long_table = writing.table(
        [f"{word} {n}" for n in range(8)], [[word] * 8] * 3, caption=LONGEST[:240]
    )
    link = f"<a href='https://auen.example/{'sehr-lang/' * 20}'>https://{'sehrlang' * 20}</a>"
    return write(
        LONGEST[:255],
        days=5,
        now=now,
        kicker=word[:60],
        subheading=LONGEST[:255],
        lead=(SENTENCE * 20)[:1000],
        place=word,
        picture=Picture.objects.order_by("pk").first(),
        picture_caption=(SENTENCE * 9)[:400],
        body=[*paragraphs(word * 3, f"{SENTENCE} {link}"), long_table],
    )


def mixed(now: dt.datetime) -> Article:
    """Other scripts, both directions, signs that are markup elsewhere."""
    return write(
        "גשר חדש & 🌉 <b>nicht fett</b> – جسر جديد",
        days=6,
        now=now,
        kicker='"><script>alert(1)</script>',
        lead="Привет, مرحبا, שלום – und ein Punkt.",
        body=paragraphs("你好, ދިވެހި, ελληνικά: &lt;script&gt;alert(1)&lt;/script&gt;"),
    )
