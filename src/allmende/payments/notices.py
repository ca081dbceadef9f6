"""Telling givers before their account is debited: amount, day, mandate, creditor (EPC 016-06, 4.3).

A debit that was not announced, or announced with another amount, day or account, goes into no file.
Notices leave as mailings, some thousand in a transaction: the letters, the notices and the items'
state are written together, so a broken run is simply begun again.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.html import escape

from allmende.ledger.money import Money, show
from allmende.lib.pages import few_pages
from allmende.lib.rows import insert
from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Message
from allmende.paper import identity
from allmende.payments import bankdays, mandates
from allmende.payments.faults import NOT_ANNOUNCED
from allmende.payments.models import BankAccount, BatchItem, DueItem, Mandate, Notice, Pledge
from allmende.payments.moving import still
from allmende.people.models import ContactAddress

LOT = 1_000  # items announced in one transaction
HEAD = 4  # days that a notice leaves earlier than it must, so that a weekend does not delay it
TO_ANNOUNCE = [DueItem.State.PLANNED, DueItem.State.REOPENED]
LOST = [Message.State.REFUSED, Message.State.WITHDRAWN]  # states of letters that reached nobody


class Debit(NamedTuple):
    """What is to be announced, as DEBIT names it of an item, its person and its mandate: models of
    all four would cost ten times as much."""

    item: int
    cents: int
    currency: str
    due_on: dt.date
    person: int | None
    first_name: str | None
    last_name: str | None
    language: str | None
    mandate: int
    reference: str
    country: str
    last4: str
    fingerprint: str
    evidence: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip()

    def collect_on(self, on: dt.date) -> dt.date:
        """The bank day, if it is announced today: when it is due, and not before the notice allows
        it. on: today."""
        allowed = on + dt.timedelta(days=mandates.notice_days(self))
        return bankdays.on_or_after(max(self.due_on, allowed))


DEBIT = [
    *("pk", "cents", "currency", "due_on", "pledge__person"),
    *(f"pledge__person__{name}" for name in ("first_name", "last_name", "language")),
    "pledge__mandates",
    *(f"pledge__mandates__{name}" for name in Debit._fields[9:]),
]


@few_pages(connection)
def announce_due(account: BankAccount, *, on: dt.date, at: dt.datetime) -> int:
    """Announces what has to be announced by now. Returns how many. on: today."""
    keys = list(waiting(on=on).order_by("pk").values_list("pk", flat=True))
    lots = (keys[begin : begin + LOT] for begin in range(0, len(keys), LOT))
    return sum(announce(lot, account=account, on=on, at=at) for lot in lots)


def waiting(*, on: dt.date) -> QuerySet[DueItem]:
    """Items whose notice is due: of live pledges, by debit, with a mandate that may be used."""
    return to_debit(TO_ANNOUNCE, on=on)


def to_debit(states: Sequence[str], *, on: dt.date) -> QuerySet[DueItem]:
    rows = _near(on=on).filter(
        state__in=states,
        pledge__state=Pledge.State.ACTIVE,
        pledge__mandates__state__in=Mandate.USABLE,
    )
    return rows.select_related("pledge__person")


def _near(*, on: dt.date) -> QuerySet[DueItem]:
    """Debits whose notice would be due."""
    last = on + dt.timedelta(days=mandates.NOTICE_DAYS + HEAD)
    return DueItem.objects.filter(due_on__lte=last, method="debit", currency="EUR")


@transaction.atomic
def announce(items: Sequence[int], *, account: BankAccount, on: dt.date, at: dt.datetime) -> int:
    """Writes the letters, the notices and the items' new state. Returns how many were announced:
    those that are `waiting` still, and whose giver has an address. For a letter by post
    `unreachable` finds the others.
    """
    rows = _near(on=on).filter(
        still(TO_ANNOUNCE), still([Pledge.State.ACTIVE], of="pledge__state"), pk__in=items
    )
    debits = list(debits_of(rows))
    emails = emails_of({debit.person for debit in debits if debit.person})
    by_language: dict[str, list[Debit]] = {}
    for debit in debits:
        if debit.person in emails:
            by_language.setdefault(language_of(debit.language), []).append(debit)
    told = 0
    for language, alike in sorted(by_language.items()):
        for lot in one_a_person(alike):
            told += _send(lot, emails, account=account, language=language, on=on, at=at)
    return told


def debits_of(items: QuerySet[DueItem]) -> Iterator[Debit]:
    """Of items with a mandate that may be used."""
    rows = items.filter(pledge__mandates__state__in=Mandate.USABLE).order_by("pk")
    return map(Debit._make, rows.values_list(*DEBIT))


@transaction.atomic
def by_post(item: DueItem, *, on: dt.date, at: dt.datetime) -> Notice:
    """The office has sent a letter. Raises mandates.NotUsable where there is no mandate, or nothing
    is to be announced any more."""
    last = Notice.objects.filter(item=item).select_related("message").order_by("-pk").first()
    if last and last.message and last.message.state in LOST:
        take_back([item.pk], at=at)
    for debit in debits_of(DueItem.objects.filter(pk=item.pk)):
        _move([debit], at=at)
        day = debit.collect_on(on)
        elsewhere = BatchItem.objects.filter(item=item, live=True, batch__state="open")
        elsewhere.exclude(batch__collect_on=day).update(live=False, left_out=NOT_ANNOUNCED)
        return Notice.objects.update_or_create(
            item=item, due_on=day, cents=debit.cents, iban_fingerprint=debit.fingerprint,
            defaults={
                "mandate_id": debit.mandate, "way": Notice.Way.POST, "message": None, "sent_at": at,
            },
        )[0]  # fmt: skip
    raise mandates.NotUsable


@dataclass(frozen=True)
class Letter:
    """To be printed. closing: lines below it. collect_on: the day that it tells, if it leaves
    today, and leaves_on that day, as the giver's language writes it."""

    subject: str
    text: str
    closing: list[str]
    language: str
    leaves_on: str
    collect_on: dt.date


def letter(item: DueItem, *, account: BankAccount, on: dt.date) -> Letter | None:
    """In the giver's language; None where no mandate may be used. on: today."""
    for debit in debits_of(DueItem.objects.filter(pk=item.pk)):
        language, day = language_of(debit.language), debit.collect_on(on)
        said = content(account, language=language)
        text = said.text
        for name, words in pieces(debit, shown(day, language), language).items():
            text = text.replace(f"[[{name}]]", words)
        body, _dashes, closing = text.partition("\n-- \n")  # of mails
        lines = closing.strip().splitlines()
        return Letter(said.subject, body, lines, language, shown(on, language), day)
    return None


def unreachable(*, on: dt.date) -> list[DueItem]:
    """Items to be announced whose giver has no e-mail address, or whose last letter reached nobody
    because the address takes none."""
    rows = list(waiting(on=on))
    known = emails_of({row.pledge.person_id for row in rows if row.pledge.person_id})
    astray = Message.objects.remaining().filter(state__in=LOST)  # few; the index knows them
    told = Notice.objects.filter(message__in=astray).values("item")
    newest = Notice.objects.filter(item=OuterRef("pk")).order_by("-pk")
    items = to_debit([*TO_ANNOUNCE, DueItem.State.ANNOUNCED], on=on).filter(pk__in=told)
    lost = items.annotate(last=Subquery(newest.values("message__state")[:1])).filter(last__in=LOST)
    found = {row.pk: row for row in rows if row.pledge.person_id not in known}
    return sorted([*found.values(), *lost.exclude(pk__in=found)], key=lambda row: row.pk)


def good_for(item: DueItem, mandate: Mandate, *, collect_on: dt.date) -> QuerySet[Notice]:
    """Notices of exactly this debit that left in time: what a file may rest on."""
    return good().filter(
        item=item, mandate=mandate, due_on=collect_on, cents=item.cents,
        iban_fingerprint=mandate.fingerprint,
    )  # fmt: skip


def good() -> QuerySet[Notice]:
    """Notices that arrived as far as we know: none that waits, was refused or taken back."""
    return Notice.objects.exclude(message__state__in=[*LOST, *Message.OPEN])


@transaction.atomic
def take_back(items: Iterable[int], *, at: dt.datetime) -> int:
    """Items that cannot be collected as announced are announced anew. Returns how many."""
    return DueItem.objects.filter(pk__in=list(items), state=DueItem.State.ANNOUNCED).update(
        state=DueItem.State.PLANNED, changed_at=at
    )


# --- Letters ------------------------------------------------------------------------------------


def _send(
    debits: list[Debit], emails: dict[int, str], *, account: BankAccount, language: str,
    on: dt.date, at: dt.datetime,
) -> int:  # fmt: skip
    """debits: one a person."""
    _move(debits, at=at)
    days = [debit.collect_on(on) for debit in debits]
    batch = outbox.open_batch(
        key_of(debits, days), content=content(account, language=language), at=at,
        policy=Batch.Policy.RESEND,
    )  # fmt: skip
    words = {day: shown(day, language) for day in {*days}}
    letters = (
        (debit.person, emails[debit.person], pieces(debit, words[day], language))
        for debit, day in zip(debits, days, strict=True)
        if debit.person
    )
    outbox.freeze(batch, letters, at=at)
    messages = dict(Message.objects.filter(batch=batch).values_list("recipient", "pk"))
    insert(
        connection,
        Notice,
        ["item", "cents", "due_on", "mandate", "iban_fingerprint", "message"],
        (
            (debit.item, debit.cents, day, debit.mandate, debit.fingerprint, messages[debit.person])
            for debit, day in zip(debits, days, strict=True)
        ),
        way=Notice.Way.MAIL, sent_at=at,
    )  # fmt: skip
    return len(debits)


def _move(debits: list[Debit], *, at: dt.datetime) -> None:
    rows = DueItem.objects.filter(still(TO_ANNOUNCE), pk__in=[debit.item for debit in debits])
    moved = rows.update(state=DueItem.State.ANNOUNCED, changed_at=at)
    if moved != len(debits):
        raise mandates.NotUsable  # somebody else was quicker: nothing of this lot is written


def key_of(debits: Sequence[Debit], days: Sequence[dt.date]) -> str:
    """The same for the same notices: a database that was restored does not send them again."""
    told = ";".join(
        f"{one.item}:{one.cents}:{day}:{one.fingerprint}"
        for one, day in zip(debits, days, strict=True)
    )
    return f"payments:notices:{sha256(told.encode()).hexdigest()[:40]}"


def content(account: BankAccount, *, language: str) -> Content:
    with translation.override(language):
        context = {
            "account": account,
            "paper": identity.paper(),
            "office": settings.DEFAULT_FROM_EMAIL,
        }
        text = render_to_string("payments/mail/notice.txt", context)
        subject = render_to_string("payments/mail/notice_subject.txt", context).strip()
    paragraphs = "".join(
        f"<p>{escape(paragraph)}</p>" for paragraph in text.strip().split("\n\n")
    ).replace("\n", "<br>")
    return Content(
        sender=settings.DEFAULT_FROM_EMAIL, subject=subject, text=text, html=paragraphs,
        language=language,
    )  # fmt: skip


def pieces(debit: Debit, day: str, language: str) -> dict[str, str]:
    return {
        "name": f" {debit.name}" if debit.name else "",
        "amount": show(Money(debit.cents, debit.currency), language=language),
        "day": day,
        "iban": mandates.masked(debit),
        "mandate": debit.reference,
    }


def shown(day: dt.date, language: str) -> str:
    with translation.override(language):
        return formats.date_format(day, "DATE_FORMAT")


def one_a_person(debits: list[Debit]) -> list[list[Debit]]:
    """A mailing has one letter a person; who gives twice gets the second in another."""
    lots: list[list[Debit]] = []
    seen: Counter[int | None] = Counter()
    for debit in debits:
        number = seen[debit.person]
        seen[debit.person] += 1
        if len(lots) <= number:
            lots.append([])
        lots[number].append(debit)
    return lots


def language_of(told: str | None) -> str:
    """told: a person's, None where there is none."""
    return told if told in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def emails_of(people: set[int]) -> dict[int, str]:
    """Where each is written to: the primary address they sign in with, else the first confirmed."""
    contacts = ContactAddress.objects.filter(person__in=people).exclude(email="")
    found: dict[int, str] = {}
    order = (F("confirmed_at").asc(nulls_last=True), "pk")
    for person, email in contacts.order_by(*order).values_list("person", "email"):
        found.setdefault(person, email)
    doors = EmailAddress.objects.filter(user__in=people, verified=True, primary=True)
    return found | dict(doors.values_list("user_id", "email"))
