"""Articles that are not ready to be read though nobody is there to be told.

One whose time has come is held back, told to those who work on it, and goes out as soon as nothing
is missing any more. What an import brought is live as the old paper had it: it is only named.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Revision

from allmende.newsroom import reading, writing
from allmende.newsroom.models import Article, Unready
from allmende.people.models import Person

# What is held back is looked at again so often; somebody may just have written the credit.
AGAIN = dt.timedelta(minutes=1)
# So many of those that are live are looked at again a night, the longest unseen first.
A_NIGHT = 500


def lacks(draft: Article) -> list[str]:
    """What readers would miss, in sentences; empty for what may be published."""
    try:
        writing.check_ready(draft)
    except ValidationError as error:
        return list(dict.fromkeys(error.messages))
    return []


@transaction.atomic
def hold_back(revision: Revision, *, at: dt.datetime) -> bool:
    """Whether the article of a revision that is due lacks something; then it is remembered, and
    at the first time its author and who gave it its time are told by mail."""
    draft = revision.as_object()
    missing = lacks(draft)
    if not missing:
        return False
    due_at = revision.approved_go_live_at
    _row, is_new = Unready.objects.update_or_create(
        article_id=draft.pk, defaults={"due_at": due_at, "looked_at": at}
    )
    if is_new:
        people = {person.pk: person for person in (draft.owner, revision.user) if person}
        for person in people.values():
            tell(person, draft, due_at=due_at)
    return True


def tell(person: Person, draft: Article, *, due_at: dt.datetime | None) -> None:
    if not (person.is_active and person.email):
        return
    path = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    with translation.override(person.language), timezone.override(reading.zone()):
        context = {
            "headline": draft.title,
            "due_at": due_at,
            "missing": lacks(draft),
            "link": settings.PAPER_URL + path,
            "paper": reading.paper(),
        }
        subject = render_to_string("newsroom/mail/held_back_subject.txt", context).strip()
        body = render_to_string("newsroom/mail/held_back.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[person.email], headers=headers).send()


def looked_at_lately(*, at: dt.datetime) -> list[str]:
    """Keys of what is held back and need not be looked at yet, as revisions know them."""
    rows = Unready.objects.filter(due_at__isnull=False, looked_at__gt=at - AGAIN)
    return [str(key) for key in rows.values_list("pk", flat=True)]


def name(keys: Iterable[int], *, at: dt.datetime) -> None:
    """Remembers live articles that came unready from elsewhere."""
    rows = [Unready(article_id=key, due_at=None, looked_at=at) for key in keys]
    Unready.objects.bulk_create(rows, ignore_conflicts=True)


def settled(article: Article) -> None:
    """It was published by somebody who was asked, withdrawn, or got another time."""
    Unready.objects.filter(pk=article.pk).delete()


def look_again(*, at: dt.datetime) -> None:
    """Forgets those that somebody has made ready elsewhere: in the picture library, mostly."""
    rows = Unready.objects.filter(due_at=None).order_by("looked_at")
    keys = list(rows.values_list("pk", flat=True)[:A_NIGHT])
    articles = Article.objects.in_bulk(keys)
    ready = [pk for pk, row in articles.items() if not row.live or not lacks(row)]
    Unready.objects.filter(pk__in=ready).delete()
    Unready.objects.filter(pk__in=keys).update(looked_at=at)


def held(rows: Sequence[Unready]) -> list[tuple[Article, list[str]]]:
    """The drafts that are held back, and what each lacks: as they would go out now."""
    found = []
    for row in rows:
        revision = row.article.scheduled_revision
        if revision and (missing := lacks(draft := revision.as_object())):
            found.append((draft, missing))
    return found
