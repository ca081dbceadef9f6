"""Profit or loss of a business year goes to credits (§ 19 GenG), as the assembly decides.

    portions(cents, on=last day of the year)                    what each would get, or bear
    is_allocated(last day of the year)
    allocate(cents, year_end=day, on=day, decided_on=day, at=now)

By the credits that stood at the year's end. A profit is written to a credit until the shares are
full; what is beyond is told, and for the assembly to use. A loss takes no credit below zero. Who
has left meanwhile bears their part of a loss in the settlement (`settling`).
"""

import datetime as dt

from django.db import transaction

from allmende.cooperative import capital, projecting, queries, register
from allmende.cooperative.folding import Kind, Stage, fold
from allmende.cooperative.models import Membership
from allmende.cooperative.register import Draft
from allmende.ledger import post
from allmende.ledger.money import Money, divided
from allmende.ledger.post import Line
from allmende.people.models import Person

LOT = 500


class NotAllocated(Exception):
    """There is nobody to allocate it to, or that year has been allocated; nothing was written."""


def portions(cents: int, *, on: dt.date) -> dict[int, int]:
    """Of each membership that is a member still, in cents with the sign of the whole; all of them
    together are the whole, but for what does not fit. on: the last day of the business year."""
    credits = {pk: credit for pk, (_, _, credit) in queries.closing(on).items() if credit > 0}
    parts = divided(abs(cents), credits)
    members = Membership.objects.filter(pk__in=parts, stage=Stage.MEMBER).values_list(
        "pk", flat=True
    )
    found = {}
    for pk, facts in projecting.facts_by_member(sorted(members)).items():
        state = fold(facts)[pk]
        room = state.nominal - state.credit if cents > 0 else state.credit
        found[pk] = max(0, min(parts[pk], room)) * (1 if cents > 0 else -1)
    return {pk: part for pk, part in found.items() if part}


def key_of(year_end: dt.date) -> str:
    """Of the year's entries in the ledger."""
    return f"cooperative:allocated:{year_end}"


def is_allocated(year_end: dt.date) -> bool:
    return next(post.keys(f"{key_of(year_end)}:"), None) is not None


@transaction.atomic
def allocate(
    cents: int, *, year_end: dt.date, on: dt.date, decided_on: dt.date, by: Person | None,
    second: Person | None = None, document: str = "", at: dt.datetime,
) -> int:  # fmt: skip
    """cents: of a profit; below zero of a loss. on: the day for the books and the register.
    document: hash of the minutes. Returns the cents that no credit took. Raises NotAllocated."""
    register.hold()
    key = key_of(year_end)
    found = portions(cents, on=year_end)
    if not found or is_allocated(year_end):
        raise NotAllocated
    rows = Membership.objects.filter(pk__in=found).order_by("pk")
    drafts = [
        Draft(
            Kind.ALLOCATED, row, on, cents=found[row.pk], decided_on=decided_on, actor=by,
            second=second, document=document, entry=f"{key}:{row.pk}",
        )
        for row in rows
    ]  # fmt: skip
    for place in range(0, len(drafts), LOT):
        register.record_many(drafts[place : place + LOT], at=at)
    post.post_many((entry(draft) for draft in drafts), at=at)
    return cents - sum(found.values())


def entry(draft: Draft) -> post.Draft:
    assert draft.membership
    assert draft.effective_on
    money, party = Money(draft.cents, draft.currency), draft.membership.party
    lines = [Line(capital.RESULT, money), Line(capital.CAPITAL, -money, party)]
    return post.Draft(draft.entry, draft.effective_on, f"allocated {party}", lines)
