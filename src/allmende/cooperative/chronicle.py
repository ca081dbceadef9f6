"""The life of a membership in plain words: every event of the register, with its days."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from allmende.cooperative import projecting, queries, reports
from allmende.cooperative.folding import WHOLE, Kind
from allmende.cooperative.models import MemberPaper, Membership, RegisterEvent
from allmende.cooperative.models.register import KINDS
from allmende.cooperative.shares import TAKEN_BACK
from allmende.ledger.money import Money, show

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """corrected: the number of the correction that took it out. papers: the numbers of the events
    that keep one which proves it: its own, and those by which one came later."""

    event: RegisterEvent
    words: str
    corrected: int | None
    papers: list[int]

    @property
    def recorded_on(self) -> dt.date:
        return projecting.day_of(self.event.recorded_at)


def of(membership: Membership) -> list[Entry]:
    """The newest first."""
    events = reports.entries(membership)
    numbers = [event.number for event in events]
    told = projecting.payloads(numbers)
    rows = RegisterEvent.objects.filter(pk__in=numbers)
    rows = rows.select_related("actor", "second", "membership", "other", "about", "statute")
    full = rows.in_bulk()
    taken_out = {event.corrects_id: event.number for event in events if event.corrects_id}
    papers = papers_of(events)
    return [
        Entry(
            full[number], sentence(full[number], told.get(number, {}), of=membership),
            taken_out.get(number), papers[number],
        )
        for number in reversed(numbers)
    ]  # fmt: skip


def papers_of(events: list[RegisterEvent]) -> dict[int, list[int]]:
    """By the entries that they prove."""
    found: dict[int, list[int]] = {event.number: [] for event in events}
    kept = set(MemberPaper.objects.filter(event__in=found).values_list("pk", flat=True))
    for event in events:
        if event.number in kept:
            found[event.number].append(event.number)
            if event.kind == Kind.PAPER_ADDED and event.about_id in found:
                found[event.about_id].append(event.number)
    return found


def sentence(event: RegisterEvent, told: Payload, *, of: Membership) -> str:
    kind = Kind(event.kind)
    if kind == Kind.TRANSFERRED:
        return transferred(event, of)
    say = SAYS.get(kind)
    return say(event, told) if say else str(KINDS[kind]).capitalize()


def shares(count: int) -> str:
    said = ngettext("%(count)d share", "%(count)d shares", count)
    return said % {"count": count}


def money(cents: int, currency: str) -> str:
    return show(Money(cents, currency), language=get_language() or "de")


def refused(event: RegisterEvent, told: Payload) -> str:
    """By the board, or taken back by the member before."""
    said = {"shares": shares(event.shares)}
    if event.word == TAKEN_BACK:
        return _("Took back the declaration of further shares: %(shares)s") % said
    return _("Further shares refused: %(shares)s") % said


def day(found: dt.date | None) -> str:
    return date_format(found, "SHORT_DATE_FORMAT") if found else "–"


def applied(event: RegisterEvent, told: Payload) -> str:
    return _("Declared to join with %(shares)s") % {"shares": shares(event.shares)}


def admitted(event: RegisterEvent, told: Payload) -> str:
    return _("Admitted as member %(number)s with %(shares)s of %(each)s") % {
        "number": event.member_number,
        "shares": shares(event.shares),
        "each": money(event.nominal_cents, event.currency),
    }


def imported(event: RegisterEvent, told: Payload) -> str:
    return _("Taken over from an older list: member since %(day)s, %(shares)s") % {
        "day": day(event.effective_on),
        "shares": shares(event.shares),
    }


def counted(text: str) -> Callable[[RegisterEvent, Payload], str]:
    """text: marked for translation where it stands, with room for the shares."""
    return lambda event, told: _(text) % {"shares": shares(event.shares)}


def paid(text: str) -> Callable[[RegisterEvent, Payload], str]:
    """text: ... with room for the amount."""
    return lambda event, told: _(text) % {"amount": money(event.cents, event.currency)}


def details(event: RegisterEvent, told: Payload) -> str:
    known = told.get("details")
    if not known:
        return _("Name or address changed; what it held is erased")
    where = f"{known.get('street', '')}, {known.get('postcode', '')} {known.get('town', '')}"
    return _("From %(day)s on: %(name)s, %(where)s") % {
        "day": day(event.effective_on),
        "name": queries.name_of(known),
        "where": where,
    }


def representative(event: RegisterEvent, told: Payload) -> str:
    name = told.get("representative")
    return _("Represented by %(name)s") % {"name": name} if name else _("Represented by nobody")


def group(event: RegisterEvent, told: Payload) -> str:
    found = event.statute.groups.filter(code=event.word).first() if event.statute else None
    name = found.name(get_language() or "de") if found else event.word
    return _("Group: %(name)s") % {"name": name}


def notice(event: RegisterEvent, told: Payload) -> str:
    whole = event.word.startswith(WHOLE)
    said = {"shares": shares(event.shares), "day": day(event.effective_on)}
    if event.word.endswith("early"):
        return _("Notice for an earlier end: the membership ends on %(day)s") % said
    if whole:
        return _("Notice: the membership ends on %(day)s") % said
    return _("Notice of %(shares)s, which end on %(day)s") % said


def excluded(event: RegisterEvent, told: Payload) -> str:
    said = {"day": day(event.effective_on), "why": told.get("why", "")}
    if said["why"]:
        return _("Exclusion decided: %(why)s. The membership ends on %(day)s") % said
    return _("Exclusion decided. The membership ends on %(day)s") % said


def died(event: RegisterEvent, told: Payload) -> str:
    said = {"died": day(event.declared_on), "day": day(event.effective_on)}
    if event.word:
        return _("Died on %(died)s; the heirs go on as members") % said
    return _("Died on %(died)s; the heirs are members until %(day)s") % said


def heirs(event: RegisterEvent, told: Payload) -> str:
    names = "; ".join(one.get("name", "") for one in told.get("heirs", []))
    return _("Heirs: %(names)s") % {"names": names or "–"}


def ended(event: RegisterEvent, told: Payload) -> str:
    whole = event.kind == Kind.ENDED
    text = _("Membership ended with its last %(shares)s; %(amount)s set free")
    text = text if whole else _("%(shares)s ended; %(amount)s set free")
    amount = money(event.cents, event.currency)
    return text % {"shares": shares(event.shares), "amount": amount}


def transferred(event: RegisterEvent, of: Membership) -> str:
    gives = event.membership_id == of.pk
    side = event.other if gives else event.membership
    said = {
        "shares": shares(event.shares),
        "number": side.number if side else "–",
        "amount": money(event.cents, event.currency),
    }
    if gives:
        return _("Transferred %(shares)s with %(amount)s to member %(number)s") % said
    return _("Took over %(shares)s with %(amount)s from member %(number)s") % said


def converted(event: RegisterEvent, told: Payload) -> str:
    said = {"shares": shares(event.shares), "each": money(event.nominal_cents, event.currency)}
    if event.kind == Kind.CONVERTED:
        return _("Converted into %(shares)s of %(each)s") % said
    return _("Replaced by the conversion: %(shares)s of %(each)s") % said


def allocated(event: RegisterEvent, told: Payload) -> str:
    amount = money(event.cents, event.currency)
    return _("Profit or loss allocated: %(amount)s") % {"amount": amount}


def corrected(event: RegisterEvent, told: Payload) -> str:
    said = {"number": event.corrects_id, "why": told.get("why", "")}
    return _("Correction: entry %(number)s was wrong. %(why)s") % said


def paper_added(event: RegisterEvent, told: Payload) -> str:
    return _("Paper added to entry %(number)s") % {"number": event.about_id}


def told_of_it(event: RegisterEvent, told: Payload) -> str:
    return _("Told of the admission by letter") if event.actor_id else _("Told of the admission")


SAYS: dict[Kind, Callable[[RegisterEvent, Payload], str]] = {
    Kind.APPLIED: applied,
    Kind.ADMITTED: admitted,
    Kind.IMPORTED: imported,
    Kind.NOTIFIED: told_of_it,
    Kind.MORE_DECLARED: counted(gettext_noop("Declared to take further shares: %(shares)s")),
    Kind.MORE_ADMITTED: counted(gettext_noop("Further shares admitted: %(shares)s")),
    Kind.MORE_REFUSED: refused,
    Kind.PAID: paid(gettext_noop("Paid: %(amount)s")),
    Kind.UNPAID: paid(gettext_noop("Went back to the bank: %(amount)s, owed again")),
    Kind.OVERPAID: paid(gettext_noop("Paid more than owed: %(amount)s, to be paid back")),
    Kind.DETAILS: details,
    Kind.REPRESENTATIVE: representative,
    Kind.GROUP: group,
    Kind.NOTICE: notice,
    Kind.EXCLUDED: excluded,
    Kind.DIED: died,
    Kind.HEIRS: heirs,
    Kind.REDUCED: ended,
    Kind.ENDED: ended,
    Kind.SETTLED: paid(gettext_noop("Settlement computed: %(amount)s to be paid out")),
    Kind.PAID_OUT: paid(gettext_noop("Paid out: %(amount)s")),
    Kind.PAYOUT_RETURNED: paid(gettext_noop("The payout came back: %(amount)s, owed again")),
    Kind.CONVERTED: converted,
    Kind.REPLACED: converted,
    Kind.ALLOCATED: allocated,
    Kind.CORRECTION: corrected,
    Kind.PAPER_ADDED: paper_added,
}
#: Of what is to come.
PENDING: dict[Kind, Callable[[], str]] = {
    Kind.NOTICE: lambda: _("Notice given"),
    Kind.EXCLUDED: lambda: _("Exclusion"),
    Kind.DIED: lambda: _("After the death"),
}
