"""What must be right before an issue leaves, and what its approver should know.

A finding is kept as plain data (kind, name) and put into words where somebody reads it, for the
worker that finds a fault speaks no language.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from allmende.bakery.models import BakedPage
from allmende.bakery.page_types import registered
from allmende.mailroom.content import Content
from allmende.newsletters import contents
from allmende.newsletters.models import Issue, Item, Subscription
from allmende.newsroom import announcing, writing
from allmende.newsroom.models import Article

ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')
CLIPPED = 100_000  # bytes of HTML; Gmail shows no more than 102 KB

# What keeps an issue at the desk, in words; %(name)s is an article, an address or a number.
FAULTS = {
    "empty": _("Nothing stands in the issue."),
    "subject": _("The subject is missing."),
    "withdrawn": _("“%(name)s” was withdrawn: take it out."),
    "unready": _("“%(name)s” cannot be published yet: look at it in the editor."),
    "link": _("%(name)s does not answer yet."),
}
NOTES = {
    "goes live": _("“%(name)s” goes live with this issue."),
    "announced": _("“%(name)s” is announced without a link."),
    "unscheduled": _("“%(name)s” is announced, but nobody has set when it goes live."),
    "clipped": _(
        "The letter is so large (%(name)s KB) that some programs show only its beginning."
    ),
    "readers": _("Readers who get it: %(name)s."),
    "nobody": _("Nobody gets this newsletter at the moment."),
}


@dataclass(frozen=True)
class Finding:
    """kind: one of FAULTS, which keep the issue, or of NOTES."""

    kind: str
    name: str = ""

    @property
    def keeps(self) -> bool:
        return self.kind in FAULTS

    def __str__(self) -> str:
        words = FAULTS.get(self.kind) or NOTES.get(self.kind)
        return str(words) % {"name": self.name} if words else self.kind


def findings(issue: Issue, content: Content) -> list[Finding]:
    """What the approver is told before, faults first."""
    found = [*faults(issue), *dead_links(issue, content), *notes(issue, content)]
    return sorted(found, key=lambda one: not one.keeps)


def faults(issue: Issue) -> Iterable[Finding]:
    items = list(issue.items.select_related("article"))
    if not items:
        yield Finding("empty")
    if not issue.subject.strip():
        yield Finding("subject")
    for item in items:
        article = item.article
        if not article.live and article.first_published_at is not None:
            yield Finding("withdrawn", str(item))
        elif goes_live(item) and not is_ready(article):
            yield Finding("unready", str(item))


def goes_live(item: Item) -> bool:
    """Whether the issue takes the article to readers."""
    article = item.article
    return not item.embargoed and not article.live and article.first_published_at is None


def is_ready(article: Article) -> bool:
    try:
        writing.check_ready(contents.newest(article))
    except ValidationError:
        return False
    return True


def notes(issue: Issue, content: Content) -> Iterable[Finding]:
    for item in issue.items.select_related("article"):
        if goes_live(item):
            yield Finding("goes live", str(item))
        elif item.embargoed and not item.article.live:
            kind = "announced" if announcing.go_live_at(item.article) else "unscheduled"
            yield Finding(kind, str(item))
    size = len(content.html.encode())
    if size > CLIPPED:
        yield Finding("clipped", str(size // 1000))
    readers = Subscription.objects.receiving().filter(newsletter=issue.newsletter).count()
    yield Finding("readers", str(readers)) if readers else Finding("nobody")


def dead_links(issue: Issue, content: Content) -> Iterable[Finding]:
    """Addresses of ours in the letter that would answer nobody.

    Before the issue has appeared, its own page and the articles that come with it are left out.
    """
    coming = set()
    if issue.appeared_at is None:
        pending = [item.article for item in issue.items.select_related("article")]
        coming = {contents.newest(one).url for one in pending if not one.live} | {issue.url}
    for path in paths_in(content):
        if path not in coming and not answers(path):
            yield Finding("link", path)


def paths_in(content: Content) -> list[str]:
    """Paths of our own that the letter's HTML links to or shows, each once, without places."""
    found = dict.fromkeys(html.unescape(address) for address in ADDRESS.findall(content.html))
    ours = [urlsplit(address) for address in found if address.startswith(settings.PAPER_URL + "/")]
    return [unquote(address.path) for address in ours if "[[" not in address.path]


def answers(path: str) -> bool:
    """Whether readers get something at a path of ours: a baked page that is in place, a file, or
    an address of the dynamic part."""
    if path.startswith(settings.MEDIA_URL):
        return default_storage.exists(path.removeprefix(settings.MEDIA_URL))
    if BakedPage.objects.filter(path=path, state=BakedPage.State.LIVE).exists():
        return True
    try:
        name = resolve(path).url_name
    except Resolver404:
        return False
    return name not in {kind.name for kind in registered()}
