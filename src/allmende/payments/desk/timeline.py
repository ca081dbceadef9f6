"""Everything that happened between one person and the paper's money, the newest first."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.ledger import balances, chart
from allmende.ledger.money import Money
from allmende.payments import mandates
from allmende.payments.desk.rights import ON_SCREEN, SEE, SEE_IBAN, allowed, told
from allmende.payments.models import (
    DueItem,
    Mandate,
    Notice,
    PaymentAttempt,
    Payout,
    PayoutLine,
    Pledge,
    PledgeVersion,
    Refund,
)
from allmende.payments.providers import title
from allmende.people.kin import family
from allmende.people.models import Person


@dataclass(frozen=True)
class Event:
    at: dt.datetime
    what: str
    detail: str = ""
    money: str = ""
    link: str = ""


@require_safe
@allowed(SEE)
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    pledges = list(Pledge.objects.filter(person__in=family(person)).order_by("-pk"))
    payouts = list(Payout.objects.filter(person__in=family(person)))
    context = {
        "person": person,
        "pledges": pledges,
        "mandates": [
            (row, mandates.masked(row))
            for row in Mandate.objects.filter(pledge__in=pledges).select_related("pledge")
        ],
        "balances": sums(
            {(one.account, one.party, one.currency) for one in pledges}
            | {(one.account, one.party, one.amount.currency) for one in payouts}
        ),
        "shown": Paginator(history(pledges, payouts), ON_SCREEN).get_page(request.GET.get("p")),
        "may_see_iban": request.user.has_perm(SEE_IBAN),
    }
    return render(request, "payments/admin/timeline.html", context)


def sums(accounts: set[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """What the ledger holds of this person. accounts: code, party, currency."""
    found: dict[tuple[str, str], Money] = {}
    for code, party, currency in sorted(accounts):
        if party:
            before = found.get((code, currency), Money(0, currency))
            held = balances.balance(code, party=party, currency=currency)
            found[code, currency] = before - held
    return [(str(chart.name(code)), told(money)) for (code, _currency), money in found.items()]


def history(pledges: list[Pledge], payouts: list[Payout]) -> list[Event]:
    keys = [pledge.pk for pledge in pledges]
    parties = {one.party for one in pledges} | {one.party for one in payouts}
    events = [
        *(event for pledge in pledges for event in of_pledge(pledge)),
        *of_terms(keys),
        *of_items(keys),
        *of_attempts(keys),
        *of_refunds(keys),
        *of_notices(keys),
        *of_payouts(payouts),
        *of_ledger(parties - {""}),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def of_pledge(pledge: Pledge) -> Iterator[Event]:
    what = f"{pledge.get_rhythm_display()}, {title(pledge.method)}"
    yield Event(pledge.created_at, _("Pledge begun"), what, told(pledge.amount))
    if pledge.activated_at:
        yield Event(pledge.activated_at, _("Pledge confirmed"))
    if pledge.ended_at:
        yield Event(pledge.ended_at, _("Pledge ended"), pledge.get_reason_display())


def of_terms(keys: list[int]) -> Iterator[Event]:
    rows = PledgeVersion.objects.filter(pledge__in=keys, from_period__gt=0)
    for row in rows.select_related("pledge"):
        words = _("from payment %(number)d on, by %(method)s") % {
            "number": row.from_period + 1,
            "method": title(row.method),
        }
        money = told(Money(row.cents, row.pledge.currency))
        yield Event(row.agreed_at, _("Terms changed"), words, money)


def of_items(keys: list[int]) -> Iterator[Event]:
    for row in DueItem.objects.filter(pledge__in=keys):
        words = f"{row.get_state_display()} {row.code}".strip()
        number = {"number": row.period + 1}
        yield Event(row.changed_at, _("Payment %(number)d") % number, words, told(row.amount))


def of_attempts(keys: list[int]) -> Iterator[Event]:
    for row in PaymentAttempt.objects.filter(item__pledge__in=keys).select_related("item"):
        words = f"{title(row.provider)}: {row.get_state_display()} {row.code}".strip()
        number = {"number": row.item.period + 1}
        yield Event(
            row.made_at, _("Collected: payment %(number)d") % number, words, told(row.amount),
            reverse("payments_payment", args=[row.pk]),
        )  # fmt: skip


def of_refunds(keys: list[int]) -> Iterator[Event]:
    rows = Refund.objects.filter(attempt__item__pledge__in=keys).select_related("attempt")
    for row in rows:
        money = told(Money(row.cents, row.attempt.currency))
        words = " · ".join(filter(None, [row.get_state_display(), row.why]))
        yield Event(row.asked_at, _("Refund"), words, money)


def of_notices(keys: list[int]) -> Iterator[Event]:
    for row in Notice.objects.filter(item__pledge__in=keys).select_related("item"):
        words = _("for %(day)s, by %(way)s") % {
            "day": formats.date_format(row.due_on, "SHORT_DATE_FORMAT"),
            "way": row.get_way_display(),
        }
        money = told(Money(row.cents, row.item.currency))
        yield Event(row.sent_at, _("Direct debit announced"), words, money)


def of_payouts(payouts: list[Payout]) -> Iterator[Event]:
    for row in payouts:
        words = f"{row.words}: {row.get_state_display()} {row.code}".strip()
        yield Event(row.asked_at, _("Payout"), words, told(row.amount))
    for line in PayoutLine.objects.filter(payout__in=payouts).select_related("batch", "payout"):
        if line.batch.exported_at is None:
            continue
        yield Event(
            line.batch.exported_at,
            _("Payout handed in"),
            line.end_to_end_id,
            told(line.payout.amount),
        )


def of_ledger(parties: set[str]) -> Iterator[Event]:
    for party in sorted(parties):
        for move in balances.movements(party):
            what = _("Entry %(number)d") % {"number": move.entry}
            yield Event(move.at, what, str(chart.name(move.account)), told(-move.money))


PATHS = [path("geld/personen/<int:pk>/", shown, name="payments_person")]
