"""Every page that can be reached from the front page by links of our own."""

import http.client
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.browser.links import Source, read
from tests.waiting import PATIENCE

MOST = 2_000  # pages; a paper that links in circles must not keep a test for ever
ACCOUNT = "/konto/"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def is_html(self) -> bool:
        return self.headers.get_content_type() == "text/html"


class Asker:
    """Asks one server over one connection, follows no redirect and keeps no cookie."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=PATIENCE)

    def get(self, path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", path, headers=named)
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        self._connection.close()


@dataclass
class Crawl:
    """Pages by path, and the answers to everything else that they need or link to."""

    pages: dict[str, Source] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)

    @property
    def articles(self) -> list[str]:
        return sorted(path for path in self.pages if path.startswith("/artikel/"))


def crawl(url: str, *more: str) -> Crawl:
    """Starts at "/" and at `more` that nobody links to; ends where one has to sign in."""
    found, ask = Crawl(), Asker(url)
    waiting = ["/", *more]
    try:
        while waiting and len(found.answers) < MOST:
            path = waiting.pop()
            if path in found.answers:
                continue
            answer = found.answers[path] = ask.get(path)
            if answer.status in (301, 302):
                waiting.append(answer.headers["Location"])
            if answer.is_html and answer.status == 200:
                source = found.pages[path] = read(path, answer.body.decode())
                for target in sorted(source.links | source.parts):
                    if target.startswith(ACCOUNT):
                        continue
                    found.linked_from.setdefault(target, path)
                    waiting.append(target)
    finally:
        ask.close()
    assert len(found.answers) < MOST, "The paper seems to have no end."
    return found
