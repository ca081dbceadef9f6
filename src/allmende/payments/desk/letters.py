"""Debits that only a letter by post can announce: printed, sent, and then written down."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.paper import identity
from allmende.payments import mandates, notices
from allmende.payments.desk.rights import FREEZE, ON_SCREEN, SEE, allowed
from allmende.payments.models import BankAccount, DueItem
from allmende.payments.moving import day_of
from allmende.people.models import ContactAddress, Person


@require_safe
@allowed(SEE)
def every(request: HttpRequest) -> HttpResponse:
    found = notices.unreachable(on=day_of(timezone.now()))
    page = Paginator(found, ON_SCREEN).get_page(request.GET.get("p"))
    return render(request, "payments/admin/letters.html", {"shown": page})


def found_of(pk: int) -> DueItem:
    return get_object_or_404(DueItem.objects.select_related("pledge__person"), pk=pk)


@require_safe
@allowed(SEE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """To be printed, with the address for the window of the envelope."""
    item, account = found_of(pk), BankAccount.objects.filter(is_main=True).first()
    letter = account and notices.letter(item, account=account, on=day_of(timezone.now()))
    if not letter:
        raise Http404
    context = {
        "item": item,
        "letter": letter,
        "to": address_of(item.pledge.person),
        "paper": identity.paper(),
        "account": account,
        "may_send": request.user.has_perm(FREEZE),
    }
    return render(request, "payments/admin/letter.html", context)


def address_of(person: Person | None) -> list[str]:
    """Lines; only the name where no postal address is known."""
    if person is None:
        return []
    postal = ContactAddress.objects.filter(person=person).exclude(town="").order_by("-pk").first()
    where = [postal.street, f"{postal.postcode} {postal.town}"] if postal else []
    return [line.strip() for line in (person.get_full_name(), *where) if line.strip()]


@require_POST
@allowed(FREEZE)
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """It has left the house today. day: what the letter says."""
    item, now = found_of(pk), timezone.now()
    account = BankAccount.objects.filter(is_main=True).first()
    letter = account and notices.letter(item, account=account, on=day_of(now))
    if not letter or request.POST.get("day") != letter.collect_on.isoformat():
        messages.error(request, _("The letter would say another day by now: print it anew."))
        return redirect("payments_letter", pk) if letter else redirect("payments_letters")
    try:
        notices.by_post(item, on=day_of(now), at=now)
    except mandates.NotUsable:
        messages.error(request, _("Somebody else was first, or there is nothing to announce."))
    else:
        messages.success(request, words(letter.collect_on))
    return redirect("payments_letters")


def words(day: dt.date) -> str:
    told = {"day": formats.date_format(day, "SHORT_DATE_FORMAT")}
    return _("Announced by letter: it goes into the batch of %(day)s.") % told


PATHS = [
    path("geld/briefe/", every, name="payments_letters"),
    path("geld/briefe/<int:pk>/", one, name="payments_letter"),
    path("geld/briefe/<int:pk>/abgeschickt/", sent, name="payments_letter_sent"),
]
