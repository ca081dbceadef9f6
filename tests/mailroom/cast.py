"""A mailing, its recipients, and a dialogue partner for tests of the mailroom."""

import datetime as dt
from collections.abc import Iterator

from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
CONTENT = Content(
    sender="Auentaler Bote <post@bote.example>",
    subject="Die Woche im Tal: Brücke fällt, Bürger jubeln – und was sonst noch geschah",
    text="[[greeting]],\n\ndie Woche.\n.\n..Punkt\n\nAb: https://bote.example/n/[[token]]/\n",
    html='<p>[[greeting]],</p><p>Größe: <a href="https://bote.example/n/[[token]]/">Ab</a>',
    language="de",
    list_id="Wochenbrief <wochenbrief.bote.example>",
    unsubscribe="https://bote.example/n/[[token]]/ab/",
    unsubscribe_mail=True,
    feedback="issue-17:weekly",
)


def recipients(count: int, first: int = 1) -> Iterator[outbox.Recipient]:
    for key in range(first, first + count):
        yield key, f"leserin{key}@example.org", {"greeting": f"Guten Tag {key}", "token": f"t{key}"}


def batch(count: int = 3, key: str = "weekly:1", **more: object) -> Batch:
    opened = outbox.open_batch(key, content=CONTENT, at=NOON, **more)
    outbox.freeze(opened, recipients(count), at=NOON)
    opened.refresh_from_db()
    return opened
