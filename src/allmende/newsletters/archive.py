"""Issues on the web: a page of each that has appeared, and a list of them with the newsletter."""

from collections.abc import Iterable

from django.db.models import QuerySet

from allmende.bakery import orders
from allmende.bakery.ingredients import read
from allmende.bakery.page_types import PageType, register
from allmende.newsletters import addressing
from allmende.newsletters.models import Issue, Newsletter, path_of
from allmende.newsroom import sitemaps
from allmende.newsroom.page_types import Paths

# Which issues have appeared, of all newsletters.
ISSUES = "issues"


def list_of(newsletter: int) -> str:
    """Ingredient: which issues of a newsletter have appeared, and how they are called."""
    return f"{ISSUES}:{newsletter}"


def public() -> QuerySet[Issue]:
    return Issue.objects.filter(appeared_at__isnull=False).select_related("newsletter")


def of(newsletter: Newsletter) -> list[Issue]:
    """Those that have appeared, the newest first."""
    read(list_of(newsletter.pk))
    rows = public().filter(newsletter=newsletter).defer("content")
    return list(rows.order_by("-date"))


def changed(issue: Issue) -> None:
    """Orders the pages that show an issue; nothing while readers know none of it."""
    if issue.appeared_at is not None:
        orders.place(issue.ingredient, list_of(issue.newsletter_id), ISSUES)


def paths() -> Paths:
    return with_former(public().defer("content").iterator(chunk_size=1_000))


def with_former(issues: Iterable[Issue]) -> Paths:
    """Where issues stand, and where they stood when their newsletter had another address."""
    had: dict[int, list[str]] = {}
    for newsletter, slug in addressing.former():
        had.setdefault(newsletter, []).append(slug)
    for issue in issues:
        yield issue.url
        for slug in had.get(issue.newsletter_id, ()):
            yield f"{path_of(slug)}{issue.date}/"


def paths_born(ingredient: str) -> Paths:
    """A newsletter that is given another address takes its issues along."""
    kind, _, pk = ingredient.partition(":")
    column = {Issue.trace: "pk", Newsletter.trace: "newsletter"}.get(kind)
    if column is None or not pk.isdigit():
        return ()
    return list(with_former(public().filter(**{column: pk}).defer("content")))


def in_sitemap() -> Paths:
    read(ISSUES)
    return [issue.url for issue in public().defer("content").order_by("date", "pk")]


def register_all() -> None:
    register(PageType("newsletter_issue", paths, paths_born))
    sitemaps.register("issues", in_sitemap)
