"""Money on our account of which nobody knows yet whose it is: decided by a person, row by row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.ledger import chart, money
from allmende.ledger.money import Money, NotMoney
from allmende.payments import matching, references
from allmende.payments.desk.rights import MATCH, allowed, by, paged, told
from allmende.payments.matching import LIVING, Part, Suggestion
from allmende.payments.models import DueItem, Pledge, Transfer
from allmende.payments.reading_statements import told_by
from allmende.people import desk as people

State = Transfer.State
TABS = {"": State.OPEN, "zugeordnet": State.MATCHED, "beiseite": State.SET_ASIDE}
FOUND = 20  # pledges that a search shows


@dataclass(frozen=True)
class Line:
    """A transfer as the office sees it. account: of the other party, masked."""

    transfer: Transfer
    name: str
    purpose: str
    account: str
    best: Suggestion | None = None


@dataclass
class Choice:
    """A pledge that may get a part. typed: the amount as it was written; wrong: what is with it."""

    pledge: Pledge
    item: DueItem | None
    typed: str = ""
    wrong: str = ""
    cents: int = 0


@require_safe
@allowed(MATCH)
def every(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("zeige", "")
    rows = Transfer.objects.filter(state=TABS.get(tab, State.OPEN)).select_related("decided_by")
    is_open = TABS.get(tab, State.OPEN) == State.OPEN
    rows = rows.order_by(*(("booked_on", "pk") if is_open else ("-decided_at", "-pk")))
    page = paged(request, rows)
    lot = matching.around(list(page))
    best = {row.pk: next(matching.suggestions(row, lot), None) for row in page if is_open}
    context = {
        "shown": page,
        "lines": [line(row, lot.told[row.pk], best.get(row.pk)) for row in page],
        "tab": tab,
        "tabs": [("", _("Open")), ("zugeordnet", _("Assigned")), ("beiseite", _("Put aside"))],
        "kept": urlencode({"zeige": tab}) + "&" if tab else "",
    }
    return render(request, "payments/admin/transfers.html", context)


def line(transfer: Transfer, told: dict[str, str | int], best: Suggestion | None = None) -> Line:
    iban = str(told.get("iban", ""))
    words = " ".join(str(told.get(one, "")) for one in ("purpose", "creditor_reference")).strip()
    account = f"{iban[:2]} … {iban[-4:]}" if iban else ""
    return Line(transfer, str(told.get("name", "")), words, account, best)


@require_safe
@allowed(MATCH)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = get_object_or_404(Transfer.objects.select_related("decided_by"), pk=pk)
    keys = [int(key) for key in request.GET.getlist("mit") if key.isascii() and key.isdigit()]
    found = choices(keys)
    if len(found) == 1 and transfer.cents > 0:
        found[0].typed = plain(transfer.cents, transfer.currency)
    return shown(request, transfer, found)


def shown(
    request: HttpRequest, transfer: Transfer, chosen: list[Choice], *, wrong: str = ""
) -> HttpResponse:
    asked = request.GET.get("suche", "").strip()
    lot = matching.around([transfer])
    is_open = transfer.state == State.OPEN
    context = {
        "line": line(transfer, told_by(transfer)),
        "transfer": transfer,
        "amount": Money(transfer.cents, transfer.currency),
        "suggestions": list(matching.suggestions(transfer, lot)) if is_open else [],
        "chosen": chosen,
        "wrong": wrong,
        "asked": asked,
        "found": [row for row in search(asked) if row.pk not in {c.pledge.pk for c in chosen}],
        "kept": urlencode([("mit", choice.pledge.pk) for choice in chosen]),
        "matches": transfer.matches.select_related("item__pledge__person", "by").order_by("pk"),
        "may_undo": matching.may_be_taken_back(transfer),
        "accounts": [(code, chart.name(code)) for code in chart.codes()],
        "is_open": is_open,
    }
    status = 422 if wrong or any(choice.wrong for choice in chosen) else 200
    return render(request, "payments/admin/transfer.html", context, status=status)


def choices(keys: Iterable[int]) -> list[Choice]:
    rows = Pledge.objects.filter(pk__in=list(keys)).select_related("person").order_by("pk")
    return [Choice(row, matching.next_of(row)) for row in rows]


def search(words: str) -> list[Pledge]:
    """By reference, number, name or address of the giver."""
    if not words:
        return []
    wanted = Q(transfer_reference__in=references.find(words))
    if words.isascii() and words.isdigit():
        wanted |= Q(pk=int(words[:18]))
    else:
        wanted |= Q(person__in=[row.pk for row in people.search(words)[:FOUND]])
    rows = Pledge.objects.filter(wanted, state__in=LIVING).select_related("person")
    return list(rows.order_by("-pk")[:FOUND])


def plain(cents: int, currency: str) -> str:
    """As it is typed: without the currency's sign."""
    return told(Money(cents, currency)).replace(money.SIGNS[currency], "").strip()


# --- Deeds ---------------------------------------------------------------------------------------


@require_POST
@allowed(MATCH)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """A suggestion is right: "item:cents item:cents"."""
    transfer = get_object_or_404(Transfer, pk=pk)
    pairs = [told.partition(":") for told in request.POST.get("parts", "").split()]
    wanted = {int(key): int(cents) for key, _colon, cents in pairs if (key + cents).isdigit()}
    items = DueItem.objects.in_bulk(wanted)
    parts = [Part(items[key], cents) for key, cents in wanted.items() if key in items]
    return decided(
        request,
        transfer,
        lambda: matching.give(transfer, parts, reason="person", by=by(request), at=timezone.now()),
        _("Assigned."),
    )


@require_POST
@allowed(MATCH)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """So much for each of the pledges that were chosen."""
    transfer = get_object_or_404(Transfer, pk=pk)
    keys = [name.partition("-")[2] for name in request.POST if name.startswith("amount-")]
    chosen = choices(int(key) for key in keys if key.isascii() and key.isdigit())
    for choice in chosen:
        read(choice, request.POST.get(f"amount-{choice.pledge.pk}", ""), transfer.currency)
    if any(choice.wrong for choice in chosen):
        return shown(request, transfer, chosen)
    given = sum(choice.cents for choice in chosen)
    if given != transfer.cents or not chosen:
        return shown(request, transfer, chosen, wrong=uneven(transfer, given))
    now = timezone.now()
    try:
        with transaction.atomic():
            parts = [
                part
                for choice in chosen
                if choice.cents
                for part in matching.for_pledge(choice.pledge, choice.cents, at=now)
            ]
            matching.give(transfer, parts, reason="person", by=by(request), at=now)
    except matching.Refused as refused:
        transfer.refresh_from_db()
        return shown(request, transfer, chosen, wrong=words_of(refused))
    return onward(request, transfer, _("Assigned. The next time the same comes, it is suggested."))


def read(choice: Choice, typed: str, currency: str) -> None:
    """An empty field is nothing."""
    choice.typed = typed.strip()
    if not choice.typed:
        return
    try:
        language = get_language() or "de"
        choice.cents = money.read(choice.typed, language=language, currency=currency).cents
    except NotMoney:
        choice.wrong = _("Please write an amount such as 12 or 12.50.")


def uneven(transfer: Transfer, given: int) -> str:
    said = {
        "whole": told(Money(transfer.cents, transfer.currency)),
        "given": told(Money(given, transfer.currency)),
        "rest": told(Money(abs(transfer.cents - given), transfer.currency)),
    }
    if given < transfer.cents:
        return _("%(whole)s came, and you gave %(given)s: %(rest)s are left.") % said
    return _("%(whole)s came, and you gave %(given)s: that is %(rest)s too much.") % said


@require_POST
@allowed(MATCH)
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = get_object_or_404(Transfer, pk=pk)
    account, why = request.POST.get("account", ""), request.POST.get("why", "").strip()
    if account not in chart.codes() or not why:
        wrong = _("Please choose an account, and write what the money is.")
        return shown(request, transfer, [], wrong=wrong)
    return decided(
        request,
        transfer,
        lambda: matching.set_aside(
            transfer, account=account, why=why, by=by(request), at=timezone.now()
        ),
        _("Set aside."),
    )


@require_POST
@allowed(MATCH)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = get_object_or_404(Transfer, pk=pk)
    try:
        matching.take_back(transfer, by=by(request), at=timezone.now())
    except matching.Refused as refused:
        messages.error(request, words_of(refused))
    else:
        messages.success(request, _("Taken back. The row is open again, and waits for a person."))
    return redirect("payments_transfer", pk)


def decided(
    request: HttpRequest, transfer: Transfer, deed: Callable[[], None], done: str
) -> HttpResponse:
    """Onward to the next; where it is refused, the screen says why."""
    try:
        deed()
    except matching.Refused as refused:
        messages.error(request, words_of(refused))
        return redirect("payments_transfer", transfer.pk)
    return onward(request, transfer, done)


def words_of(refused: matching.Refused) -> str:
    known = {
        matching.Decided: _("Somebody else has decided in the meantime."),
        matching.Uneven: _("The parts are not the whole amount."),
        matching.NotOpen: _("That payment is not open any more, or is owed in another currency."),
        matching.NotUndone: _("It cannot be taken back: some of its money has gone on since."),
    }
    return known[type(refused)]


def onward(request: HttpRequest, transfer: Transfer, done: str) -> HttpResponse:
    """To the next that waits."""
    messages.success(request, done)
    rows = Transfer.objects.filter(state=State.OPEN).order_by("booked_on", "pk")
    later = Q(booked_on=transfer.booked_on, pk__gt=transfer.pk)
    after = rows.filter(later | Q(booked_on__gt=transfer.booked_on)).first() or rows.first()
    return redirect("payments_transfer", after.pk) if after else redirect("payments_transfers")


PATHS = [
    path("geld/zuordnen/", every, name="payments_transfers"),
    path("geld/zuordnen/<int:pk>/", one, name="payments_transfer"),
    path("geld/zuordnen/<int:pk>/nehmen/", take, name="payments_transfer_take"),
    path("geld/zuordnen/<int:pk>/teilen/", split, name="payments_transfer_split"),
    path("geld/zuordnen/<int:pk>/beiseite/", set_aside, name="payments_transfer_aside"),
    path("geld/zuordnen/<int:pk>/zurueck/", undo, name="payments_transfer_undo"),
]
