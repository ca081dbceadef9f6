"""What a person has to look at: one list, which should be empty."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.ledger.money import Money
from allmende.payments import questions
from allmende.payments.desk.rights import ANSWER, SEE, allowed, by, paged, told
from allmende.payments.models import (
    BankAccount,
    PaymentAttempt,
    Payout,
    Pledge,
    Question,
    Refund,
    Transfer,
)

LONGEST = 300
NAMED = re.compile(
    r"\b(account|attempt|item|payout|pledge|refund|row) (\d+)\b(?: since [\d-]+)?[ :]*"
)
Link = tuple[str, str]  # words, address


@dataclass(frozen=True)
class About:
    """What a question is about, as far as it can be looked at. rest: a code, the bank's or a
    provider's own id."""

    links: list[Link]
    rest: str


@require_safe
@allowed(SEE)
def shown(request: HttpRequest) -> HttpResponse:
    answered = "beantwortet" in request.GET
    rows = Question.objects.filter(answered_at__isnull=not answered)
    rows = rows.select_related("item__pledge__person", "answered_by")
    rows = rows.order_by("-answered_at" if answered else "asked_at", "pk")
    page = paged(request, rows)
    context = {
        "shown": page,
        "lines": [(row, about) for row, about in zip(page, told_of(page), strict=True)],
        "answered": answered,
        "may_answer": request.user.has_perm(ANSWER),
    }
    return render(request, "payments/admin/questions.html", context)


def told_of(rows: Iterable[Question]) -> list[About]:
    """In the order of the questions."""
    keys: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for name, key in NAMED.findall(row.detail):
            keys[name].add(int(key))
    found = linked(keys)
    return [about(row, found) for row in rows]


def about(question: Question, found: dict[tuple[str, int], Link]) -> About:
    """What a detail begins with needs no words beside its link; an item stands beside it anyway."""
    links, rest = [], question.detail
    for one in NAMED.finditer(question.detail):
        link = found.get((one[1], int(one[2])))
        if link:
            links.append(link)
        if rest.startswith(one[0]) and (link or (one[1] == "item" and question.item)):
            rest = rest.removeprefix(one[0])
    return About(links, rest)


def linked(keys: dict[str, set[int]]) -> dict[tuple[str, int], Link]:
    """Of what is there, by what it is and its id."""
    found: dict[tuple[str, int], Link] = {}
    for account in BankAccount.objects.filter(pk__in=keys["account"]):
        found["account", account.pk] = (
            _("Opening balance of %(account)s") % {"account": account},
            reverse("payments_opening", args=[account.pk]),
        )
    for attempt in PaymentAttempt.objects.filter(pk__in=keys["attempt"]):
        words = _("Payment of %(amount)s") % {"amount": told(attempt.amount)}
        found["attempt", attempt.pk] = (words, reverse("payments_payment", args=[attempt.pk]))
    for refund in Refund.objects.filter(pk__in=keys["refund"]).select_related("attempt"):
        money = Money(refund.cents, refund.attempt.currency)
        words = _("%(amount)s to be given back") % {"amount": told(money)}
        found["refund", refund.pk] = (words, reverse("payments_payment", args=[refund.attempt_id]))
    for payout in Payout.objects.filter(pk__in=keys["payout"]):
        words = _("Payout of %(amount)s") % {"amount": told(payout.amount)}
        found["payout", payout.pk] = (words, reverse("payments_payout", args=[payout.pk]))
    for row in Transfer.objects.filter(pk__in=keys["row"]).defer("sealed"):
        words = _("Row of a statement, %(amount)s") % {
            "amount": told(Money(row.cents, row.currency))
        }
        found["row", row.pk] = (words, reverse("payments_transfer", args=[row.pk]))
    for pledge in Pledge.objects.filter(pk__in=keys["pledge"]).select_related("person"):
        words = _("Pledge %(number)d") % {"number": pledge.pk}
        if pledge.person:
            address = reverse("payments_person", args=[pledge.person.pk])
            found["pledge", pledge.pk] = (f"{words}, {pledge.person}", address)
    return found


@require_POST
@allowed(ANSWER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about it is kept beside the question."""
    question = get_object_or_404(Question, pk=pk)
    reply = request.POST.get("reply", "").strip()[:LONGEST]
    if not reply:
        messages.error(request, _("Please write what was done about it."))
    elif questions.answer(question, reply=reply, by=by(request), at=timezone.now()):
        messages.success(request, _("Answered."))
    else:
        messages.warning(request, _("Somebody else has answered in the meantime."))
    return redirect("payments_questions")


PATHS = [
    path("geld/", shown, name="payments_questions"),
    path("geld/fragen/<int:pk>/", answer, name="payments_answer"),
]
