"""Telling givers before their account is debited: amount, day, mandate, creditor (EPC 016-06, 4.3).

A debit that was not announced, or announced with another amount, day or account, goes into no file.
Notices leave as mailings, some thousand in a transaction: the letters, the notices and the items'
state are written together, so a broken run is simply begun again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.html import escape

from allmende.ledger.money import Money, show
from allmende.lib.pages import few_pages
from allmende.mailroom import outbox
from allmende.mailroom.content import Content
from allmende.mailroom.models import Batch, Message
from allmende.paper import identity
from allmende.payments import bankdays, mandates
from allmende.payments.faults import NOT_ANNOUNCED
from allmende.payments.models import BankAccount, BatchItem, DueItem, Mandate, Notice, Pledge
from allmende.people.models import ContactAddress, Person

LOT = 1_000  # items announced in one transaction
HEAD = 4  # days that a notice leaves earlier than it must, so that a weekend does not delay it
TO_ANNOUNCE = [DueItem.State.PLANNED, DueItem.State.REOPENED]
LOST = [Message.State.REFUSED, Message.State.WITHDRAWN]  # states of letters that reached nobody


@dataclass(frozen=True)
class Debit:
    """What is to be announced."""

    item: DueItem
    mandate: Mandate
    collect_on: dt.date


@few_pages(connection)
def announce_due(account: BankAccount, *, on: dt.date, at: dt.datetime) -> int:
    """Announces what has to be announced by now. Returns how many. on: today."""
    told, after = 0, 0
    while lot := list(waiting(on=on).filter(pk__gt=after).order_by("pk")[:LOT]):
        told += announce(lot, account=account, on=on, at=at)
        after = lot[-1].pk
    return told


def waiting(*, on: dt.date) -> QuerySet[DueItem]:
    """Items whose notice is due: of live pledges, by debit, with a mandate that may be used."""
    return to_debit(TO_ANNOUNCE, on=on)


def to_debit(states: Sequence[str], *, on: dt.date) -> QuerySet[DueItem]:
    last = on + dt.timedelta(days=mandates.NOTICE_DAYS + HEAD)
    return DueItem.objects.filter(
        state__in=states,
        due_on__lte=last,
        method="debit",
        currency="EUR",
        pledge__state=Pledge.State.ACTIVE,
        pledge__mandates__state__in=Mandate.USABLE,
    ).select_related("pledge__person")


@transaction.atomic
def announce(
    items: Iterable[DueItem], *, account: BankAccount, on: dt.date, at: dt.datetime
) -> int:
    """Writes the letters, the notices and the items' new state. Returns how many were announced.

    Whoever has no address is left as they are: `unreachable` finds them for a letter by post.
    """
    by_language: dict[str, list[Debit]] = {}
    emails = emails_of({item.pledge.person_id for item in items if item.pledge.person_id})
    for debit in debits_of(items, on=on):
        person = debit.item.pledge.person
        if person and person.pk in emails:
            by_language.setdefault(language_of(person), []).append(debit)
    told = 0
    for language, debits in sorted(by_language.items()):
        for lot in one_a_person(debits):
            told += _send(lot, emails, account=account, language=language, at=at)
    return told


def debits_of(items: Iterable[DueItem], *, on: dt.date) -> Iterator[Debit]:
    rows = list(items)
    found = Mandate.objects.filter(
        pledge__in=[item.pledge_id for item in rows], state__in=Mandate.USABLE
    )
    found = found.defer("wording", "iban", "iban_before", "holder", "address")
    by_pledge = {mandate.pledge_id: mandate for mandate in found}
    for item in rows:
        if mandate := by_pledge.get(item.pledge_id):
            yield Debit(item, mandate, day_of(item, mandate, on=on))


def day_of(item: DueItem, mandate: Mandate, *, on: dt.date) -> dt.date:
    """The bank day it is collected on: when it is due, and not before the notice allows it."""
    allowed = on + dt.timedelta(days=mandates.notice_days(mandate))
    return bankdays.on_or_after(max(item.due_on, allowed))


@transaction.atomic
def by_post(item: DueItem, *, on: dt.date, at: dt.datetime) -> Notice:
    """The office has sent a letter. Raises mandates.NotUsable where there is no mandate, or nothing
    is to be announced any more."""
    last = Notice.objects.filter(item=item).select_related("message").order_by("-pk").first()
    if last and last.message and last.message.state in LOST:
        take_back([item.pk], at=at)
    for debit in debits_of([item], on=on):
        _move([debit], at=at)
        elsewhere = BatchItem.objects.filter(item=item, live=True, batch__state="open")
        elsewhere.exclude(batch__collect_on=debit.collect_on).update(
            live=False, left_out=NOT_ANNOUNCED
        )
        values = _values(debit)
        same = {name: values.pop(name) for name in ("item", "due_on", "cents", "iban_fingerprint")}
        told = {**values, "way": Notice.Way.POST, "message": None, "sent_at": at}
        return Notice.objects.update_or_create(**same, defaults=told)[0]
    raise mandates.NotUsable


@dataclass(frozen=True)
class Letter:
    """To be printed. collect_on: the day that it tells, if it leaves today."""

    subject: str
    text: str
    collect_on: dt.date


def letter(item: DueItem, *, account: BankAccount, on: dt.date) -> Letter | None:
    """In the giver's language; None where no mandate may be used. on: today."""
    person = item.pledge.person
    language = language_of(person) if person else settings.LANGUAGE_CODE
    for debit in debits_of([item], on=on):
        said = content(account, language=language)
        text = said.text
        with translation.override(language):
            for name, words in pieces(debit, language).items():
                text = text.replace(f"[[{name}]]", words)
        return Letter(said.subject, text, debit.collect_on)
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
    at: dt.datetime,
) -> int:  # fmt: skip
    _move(debits, at=at)
    batch = outbox.open_batch(
        key_of(debits), content=content(account, language=language), at=at,
        policy=Batch.Policy.RESEND,
    )  # fmt: skip
    letters = (
        (debit.item.pledge.person_id, emails[debit.item.pledge.person_id], pieces(debit, language))
        for debit in debits
        if debit.item.pledge.person_id
    )
    with translation.override(language):
        outbox.freeze(batch, letters, at=at)
    messages = dict(Message.objects.filter(batch=batch).values_list("recipient", "pk"))
    Notice.objects.bulk_create(
        Notice(**_values(debit), message_id=messages[debit.item.pledge.person_id], sent_at=at)
        for debit in debits
        if debit.item.pledge.person_id
    )
    return len(debits)


def _move(debits: list[Debit], *, at: dt.datetime) -> None:
    rows = DueItem.objects.filter(pk__in=[debit.item.pk for debit in debits], state__in=TO_ANNOUNCE)
    moved = rows.update(state=DueItem.State.ANNOUNCED, changed_at=at)
    if moved != len(debits):
        raise mandates.NotUsable  # somebody else was quicker: nothing of this lot is written


def _values(debit: Debit) -> dict[str, Any]:
    return {
        "item": debit.item,
        "cents": debit.item.cents,
        "due_on": debit.collect_on,
        "mandate": debit.mandate,
        "iban_fingerprint": debit.mandate.fingerprint,
    }


def key_of(debits: list[Debit]) -> str:
    """The same for the same notices: a database that was restored does not send them again."""
    told = ";".join(
        f"{one.item.pk}:{one.item.cents}:{one.collect_on}:{one.mandate.fingerprint}"
        for one in debits
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


def pieces(debit: Debit, language: str) -> dict[str, str]:
    person = debit.item.pledge.person
    name = person.get_full_name() if person else ""
    return {
        "name": f" {name}" if name else "",
        "amount": show(Money(debit.item.cents, debit.item.currency), language=language),
        "day": formats.date_format(debit.collect_on, "DATE_FORMAT"),
        "iban": mandates.masked(debit.mandate),
        "mandate": debit.mandate.reference,
    }


def one_a_person(debits: list[Debit]) -> list[list[Debit]]:
    """A mailing has one letter a person; who gives twice gets the second in another."""
    lots: list[list[Debit]] = []
    seen: dict[int | None, int] = {}
    for debit in debits:
        number = seen.get(debit.item.pledge.person_id, 0)
        seen[debit.item.pledge.person_id] = number + 1
        while len(lots) <= number:
            lots.append([])
        lots[number].append(debit)
    return lots


def language_of(person: Person) -> str:
    known = dict(settings.LANGUAGES)
    return person.language if person.language in known else settings.LANGUAGE_CODE


def emails_of(people: set[int]) -> dict[int, str]:
    """Where each is written to: the primary address they sign in with, else the first confirmed."""
    contacts = ContactAddress.objects.filter(person__in=people).exclude(email="")
    found: dict[int, str] = {}
    order = (F("confirmed_at").asc(nulls_last=True), "pk")
    for person, email in contacts.order_by(*order).values_list("person", "email"):
        found.setdefault(person, email)
    doors = EmailAddress.objects.filter(user__in=people, verified=True, primary=True)
    return found | dict(doors.values_list("user_id", "email"))
