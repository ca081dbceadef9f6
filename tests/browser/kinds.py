"""One page of every kind that readers, or staff at the door, may see."""

import re
from dataclasses import dataclass

from tests.house import House

ISSUE = r"/newsletter/freitagsbrief/\d{4}-\d\d-\d\d/"


@dataclass(frozen=True)
class Kind:
    """`name` says what is seen at `path`, which answers with `status`."""

    name: str
    path: str
    status: int = 200

    def __str__(self) -> str:
        return self.name


def every_kind(paper: House, trials: dict[str, str]) -> list[Kind]:
    return [
        Kind("front page", "/"),
        Kind("article with everything", trials["everything"]),
        Kind("article without picture", trials["bare"]),
        Kind("article as long as it gets", trials["longest"]),
        Kind("article in many scripts", trials["mixed"]),
        Kind("article in English", first(paper, "/sprache/en/", r"/artikel/[^\"]+")),
        Kind("ticker that runs", trials["ticker"]),
        Kind(
            "ticker that does not reload", first(paper, trials["ticker"], r"/ticker/\d+/ohne[^\"]+")
        ),
        Kind("page of a ticker", first(paper, trials["ticker"], r"/ticker/\d+/seite-1.html")),
        Kind("ticker that has ended", trials["ended"]),
        Kind("section", "/auenstadt/"),
        Kind("numbered page", "/auenstadt/seite-1.html"),
        Kind("topic", "/thema/hochwasser/"),
        Kind("author with portrait", "/von/jana-reuter/"),
        Kind("agency", "/von/dpa/"),
        Kind("dossier", "/dossier/neue-bruecke/"),
        Kind("language", "/sprache/en/"),
        Kind("easy language", "/sprache/de-simple/"),
        Kind("archive", "/archiv/"),
        Kind("archive of a month", first(paper, "/archiv/", r"/archiv/\d{4}/\d\d/")),
        Kind("archive of a day", a_day(paper)),
        Kind("newest", "/ticker.html"),
        Kind("editions", "/ausgabe/"),
        Kind("edition", first(paper, "/ausgabe/", r"/ausgabe/[-0-9]+\.samstag\.html")),
        Kind("editions of a year", first(paper, "/ausgabe/", r"/ausgabe/\d{4}/")),
        Kind("article that is announced", trials["announced"]),
        Kind("newsletter", "/newsletter/freitagsbrief/"),
        Kind("confirming a newsletter", trials["confirm"]),
        Kind("one's newsletters", trials["preferences"]),
        Kind("leaving a newsletter", trials["leave"]),
        Kind("link that has expired", trials["expired"], 410),
        Kind("a fresh link", "/abo/neuer-link/"),
        Kind("info page", "/impressum.html"),
        Kind("feeds", "/feeds.html"),
        Kind("newsletter", "/newsletter/freitagsbrief/"),
        Kind("issue of a newsletter", first(paper, "/newsletter/freitagsbrief/", ISSUE)),
        Kind("contributing", "/beitrag/"),
        Kind("contributing in English", "/beitrag/?sprache=en"),
        Kind("the cooperative", "/genossenschaft/"),
        Kind("the cooperative in English", "/cooperative/"),
        Kind("joining", "/beitreten/"),
        Kind("joining in English", "/beitreten/?sprache=en"),
        Kind("the statute on paper", "/beitreten/ausdruck/"),
        Kind("campaign", "/kampagne/talrad/"),
        Kind("open books", "/offene-buecher/"),
        Kind("open books in English", "/open-books/"),
        Kind("a link to one's contribution", "/beitrag/verwalten/"),
        Kind("ending a contribution", "/beitrag/kuendigen/"),
        Kind("appeals on this device", "/beitrag/hinweise/"),
        Kind("what was never there", "/nichts/hier.html", 404),
        Kind("what is withdrawn", trials["gone"], 410),
        Kind("what is down", "/503.html"),
        Kind("search", "/suche/"),
        Kind("search that finds", "/suche/?q=br%C3%BCcke"),
        Kind("search that finds nothing", "/suche/?q=xyzzy+br%C3%BCcke&ressort=auenstadt"),
        Kind("mistaken search", "/suche/?q=x&von=gestern&autor=Niemand"),
        Kind("sign-in", "/konto/login/"),
        Kind("forgotten password", "/konto/password/reset/"),
    ]


def first(paper: House, path: str, pattern: str) -> str:
    """The first address of that shape that a page links to."""
    found = re.search(f'href="({pattern})"', paper.get(path)[1].decode())
    assert found, f"{path} links to nothing like {pattern}"
    return found[1]


def a_day(paper: House) -> str:
    month = first(paper, "/archiv/", r"/archiv/\d{4}/\d\d/")
    return first(paper, month, r"/archiv/\d{4}/\d\d/\d\d\.html")
