"""What a page's source points at, read the way a browser without scripts would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

DATA = ("application/ld+json",)  # scripts in name only: nothing is run


@dataclass
class Source(HTMLParser):
    """Reads a page at `path` of our own host."""

    path: str
    links: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    foreign_parts: set[str] = field(default_factory=set)
    fragments: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    active: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        self.ids.add(has.get("id", ""))
        if tag == "script" and has.get("type") not in DATA:
            self.active.append(f"<script {has}>")
        self.active += [name for name in has if name.startswith("on") or name == "style"]
        if tag == "a" and "href" in has:
            self.follow(has["href"])
        elif tag == "link" and has.get("rel") not in ("canonical", "alternate"):
            self.need(has["href"])
        elif tag == "link" and urlsplit(has["href"]).path:
            self.links.add(urlsplit(has["href"]).path)
        for name in ("src", "poster"):
            if name in has:
                self.need(has[name])
        for candidate in has.get("srcset", "").split(","):
            if candidate.strip():
                self.need(candidate.split()[0])

    def follow(self, href: str) -> None:
        address, fragment = urldefrag(urljoin(f"//{self.path}", href))
        if href.startswith("#"):
            self.fragments.add(fragment)
        elif not urlsplit(href).netloc and not urlsplit(href).scheme:
            self.links.add(address.removeprefix("//"))

    def need(self, address: str) -> None:
        if urlsplit(address).netloc or urlsplit(address).scheme:
            self.foreign_parts.add(address)
        else:
            self.parts.add(urljoin(self.path, address))


def read(path: str, html: str) -> Source:
    source = Source(path)
    source.feed(html)
    source.close()
    return source
