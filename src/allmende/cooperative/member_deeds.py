"""What members do on their own page: further shares, notice, another address or name.

Each has a page that says every word and every day before the button that declares it. `seen` is the
last entry of the member in the register when the page was shown: a second click, or a page left
open, declares nothing.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.cooperative import (
    asking,
    capital,
    changing,
    leaving,
    overview,
    payout_accounts,
    projecting,
    queries,
    shares,
    statute,
)
from allmende.cooperative.folding import Stage
from allmende.cooperative.forms import AcknowledgeForm
from allmende.cooperative.member_forms import (
    SOME,
    AccountForm,
    AddressForm,
    EarlyForm,
    FurtherForm,
    NameForm,
    NoticeForm,
    WhyForm,
)
from allmende.cooperative.member_views import as_file, of_person, shown
from allmende.cooperative.models import MemberRequest, Membership, Statute
from allmende.ledger.money import Money
from allmende.people.account_views import fresh, own
from allmende.people.models import Person

METHODS = ["GET", "HEAD", "POST"]
WRITTEN = Statute.Form.WRITTEN


def living(person: Person, number: int) -> Membership:
    """Who has left, or was excluded, declares nothing here. Raises Http404."""
    membership = of_person(person, number)
    if membership.stage != Stage.MEMBER or membership.died_on or membership.rights_end_on:
        raise Http404
    return membership


def once(request: HttpRequest, membership: Membership, deed: Callable[[], Any]) -> bool:
    """False where something has changed since the page was shown; nothing is done then."""
    with transaction.atomic():
        capital.hold(membership)
        if request.POST.get("seen") == str(overview.last(membership)):
            deed()
            return True
    words = _("Nothing was done: your entries have changed since. Please look at them first.")
    messages.info(request, words)
    return False


def home(membership: Membership) -> HttpResponse:
    return redirect("member", membership.number)


def count(request: HttpRequest, name: str) -> int | None:
    """A number in the address."""
    told = request.GET.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 7 else None


# --- Further shares -----------------------------------------------------------------------------


@require_http_methods(METHODS)
@own
@fresh
def further(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """How many, and how they are paid; or at once what stands against it."""
    membership = living(person, number)
    law, state = law_now(), projecting.state_of(membership)
    on = today()
    room = shares.room(membership, state, on=on)
    form = FurtherForm(posted(request), law=law, most=room)
    unpaid = asking.to_pay_first(state, on=on)
    against = bool(state.leaving_on or state.wanted or unpaid or not room)
    if request.method == "POST" and not against and form.is_valid():
        told = form.cleaned_data
        query = f"?anteile={told['shares']}&raten={told['instalments']}"
        return redirect(reverse("member_further_check", args=[number]) + query)
    context = {
        "form": form,
        "law": law,
        "leaving_on": state.leaving_on,
        "wishes": overview.wishes(membership),
        "unpaid": Money(unpaid, law.currency),
        "credit": Money(state.credit, law.currency),
        "nominal": Money(state.nominal, law.currency),
        "room": room,
        "against": against,
    }
    return shown(request, "further.html", membership, context, status=status_of(form))


@require_http_methods(METHODS)
@own
@fresh
def further_check(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """Every word, with what § 15a GenG has acknowledged; the button declares it, once."""
    membership = living(person, number)
    wanted, law = further_wanted(request, membership), law_now()
    if wanted is None:
        return redirect("member_further", number)
    _applicant, text = asking.text_of_further(membership, **wanted, on=today())
    blocks = [] if law.declaration_form == WRITTEN else text.highlighted
    form = AcknowledgeForm(posted(request), blocks=blocks)
    if request.method == "POST" and law.declaration_form != WRITTEN and form.is_valid():
        now = timezone.now()
        try:
            if once(request, membership, lambda: asking.take_further(membership, **wanted, at=now)):
                words = _("You have declared it. A mail with the declaration as a PDF is on its"
                          " way to you; now the board decides.")  # fmt: skip
                messages.success(request, words)
        except (asking.Waiting, shares.NoMoreShares):
            return redirect("member_further", number)  # it says why
        return home(membership)
    context = {
        "text": text,
        "form": form,
        "ticks": {block.code: form[f"ack_{block.code}"] for block in blocks},
        "law": law,
        "written": law.declaration_form == WRITTEN,
        "query": request.GET.urlencode(),
        "seen": overview.last(membership),
    }
    return shown(request, "further_check.html", membership, context, status=status_of(form))


def further_wanted(request: HttpRequest, membership: Membership) -> dict[str, int] | None:
    """What the address says, as far as the statute allows it."""
    law, state = law_now(), projecting.state_of(membership)
    told = {"shares": count(request, "anteile"), "instalments": count(request, "raten")}
    form = FurtherForm(told, law=law, most=shares.room(membership, state, on=today()))
    against = state.leaving_on or state.wanted or asking.to_pay_first(state, on=today())
    if against or not form.is_valid():
        return None
    return {"count": form.cleaned_data["shares"], "instalments": form.cleaned_data["instalments"]}


@require_safe
@own
def further_form(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """To be signed on paper, where the statute wants it."""
    membership = living(person, number)
    wanted = further_wanted(request, membership)
    if wanted is None or law_now().declaration_form != WRITTEN:
        raise Http404
    made = asking.further_to_sign(membership, **wanted, at=timezone.now())
    return as_file(made, _("declaration-of-shares"))


@require_http_methods(METHODS)
@own
@fresh
def further_back(request: HttpRequest, person: Person, number: int, event: int) -> HttpResponse:
    """As long as the board has not decided, the member takes it back by themselves."""
    membership = living(person, number)
    wish = next((one for one in overview.wishes(membership) if one.number == event), None)
    if wish is None:
        return home(membership)
    if request.method == "POST":
        now = timezone.now()
        if once(request, membership, lambda: shares.take_back(wish, on=today(), at=now)):
            words = _("Your declaration of further shares is taken back. A mail confirms it.")
            messages.success(request, words)
        return home(membership)
    context = {"wish": wish, "seen": overview.last(membership)}
    return shown(request, "further_back.html", membership, context)


# --- Notice -------------------------------------------------------------------------------------


@require_http_methods(METHODS)
@own
@fresh
def notice(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """Of everything, or of single shares."""
    membership = living(person, number)
    law, state = law_now(), projecting.state_of(membership)
    form = NoticeForm(posted(request), state=state, law=law)
    if request.method == "POST" and not state.leaving_on and form.is_valid():
        told = form.cleaned_data
        some = told["what"] == SOME
        query = f"?anteile={told['shares']}" if some else ""
        return redirect(reverse("member_notice_check", args=[number]) + query)
    context = {
        "form": form,
        "law": law,
        "leaving_on": state.leaving_on,
        "foreseen": None if state.leaving_on else foreseen(membership, None),
    }
    return shown(request, "notice.html", membership, context, status=status_of(form))


@require_http_methods(METHODS)
@own
@fresh
def notice_check(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """The last day, before anything is declared; then the button."""
    membership = living(person, number)
    wanted, law = count(request, "anteile"), law_now()
    found = foreseen(membership, wanted)
    if found is None:
        return redirect("member_notice", number)
    early = foreseen(membership, None, early=True) if found.shares is None else None
    written = law.notice_form == WRITTEN
    form = EarlyForm(posted(request))
    if request.method == "POST" and not written and form.is_valid():
        wants_early = bool(early and form.cleaned_data["early"])
        why = form.cleaned_data["why"]
        now = timezone.now()
        if once(request, membership, lambda: give(membership, found, wants_early, why, at=now)):
            day = date_format(found.last_on, "DATE_FORMAT")
            words = _("We have your notice; it ends on %(day)s. A mail confirms it.")
            messages.success(request, words % {"day": day})
        return home(membership)
    context = {
        "notice": found,
        "early": early,
        "form": form,
        "law": law,
        "written": written,
        "query": request.GET.urlencode(),
        "seen": overview.last(membership),
    }
    return shown(request, "notice_check.html", membership, context, status=status_of(form))


def give(
    membership: Membership, found: leaving.Notice, early: bool, why: str, *, at: dt.datetime
) -> None:  # fmt: skip
    if early:
        asking.give_early_notice(membership, why=why, at=at)
    else:
        leaving.give_notice(
            membership, shares=found.shares, received_on=statute.day_of(at), at=at
        )  # fmt: skip


def foreseen(
    membership: Membership, wanted: int | None, *, early: bool = False
) -> leaving.Notice | None:  # fmt: skip
    """If it reached us today; None where it cannot be given."""
    try:
        return leaving.foreseen(membership, shares=wanted, received_on=today(), early=early)
    except leaving.NotLeaving:
        return None


@require_safe
@own
def notice_form(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """To be signed on paper, where the statute wants it."""
    membership = living(person, number)
    found = foreseen(membership, count(request, "anteile"))
    if found is None or law_now().notice_form != WRITTEN:
        raise Http404
    return as_file(
        asking.notice_to_sign(membership, found, at=timezone.now()), _("notice-to-leave")
    )


@require_http_methods(METHODS)
@own
@fresh
def take_back(request: HttpRequest, person: Person, number: int, event: int) -> HttpResponse:
    """A notice is taken back if the cooperative agrees."""
    membership = living(person, number)
    rows = overview.notices(membership, projecting.state_of(membership))
    found = next((one for one in rows if one.number == event and not one.asked), None)
    if found is None:
        return home(membership)
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        kind, now = MemberRequest.Kind.WITHDRAW, timezone.now()
        if once(request, membership, lambda: asking.ask(
            membership, kind, told=form.cleaned_data, notice=event, at=now
        )):  # fmt: skip
            messages.success(request, _("The board has your wish, and answers it by mail."))
        return home(membership)
    context = {"notice": found, "form": form, "seen": overview.last(membership)}
    return shown(request, "take_back.html", membership, context, status=status_of(form))


# --- Name and address ---------------------------------------------------------------------------


@require_http_methods(METHODS)
@own
@fresh
def details(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """Another address holds at once; another name is looked at by the office."""
    membership = living(person, number)
    before = queries.details_of(membership.pk, on=today())
    waits = membership.requests.filter(kind=MemberRequest.Kind.NAME, answered_at=None).exists()
    what = request.POST.get("do")
    filled = {what: posted(request)}
    address = AddressForm(filled.get("address"), initial=before)
    name = NameForm(filled.get("name"), initial=before, organisation=bool(before["organisation"]))
    if address.is_valid():
        move(request, membership, before, address.cleaned_data)
        return home(membership)
    if not waits and name.is_valid():
        told = dict(name.cleaned_data)
        request_name(request, membership, before, why=told.pop("why"), names=told)
        return home(membership)
    context = {
        "address": address,
        "form": name if name.is_bound else address,
        "name_form": name,
        "waits": waits,
        "seen": overview.last(membership),
    }
    status = 422 if address.errors or name.errors else 200
    return shown(request, "details.html", membership, context, status=status)


def move(
    request: HttpRequest, membership: Membership, before: dict[str, str], told: dict[str, str]
) -> None:
    after, now = before | told, timezone.now()
    if after == before:
        messages.info(request, _("Nothing is changed: that is the address that we have."))
    elif once(request, membership, lambda: changing.change_details(
        membership, after, on=statute.day_of(now), by=None, at=now
    )):  # fmt: skip
        messages.success(request, _("Your new address is entered. A mail confirms it."))


def request_name(
    request: HttpRequest, membership: Membership, before: dict[str, str], *, why: str,
    names: dict[str, str],
) -> None:  # fmt: skip
    kind, now = MemberRequest.Kind.NAME, timezone.now()
    if before | names == before:
        messages.info(request, _("Nothing is changed: that is the name that we have."))
    elif once(request, membership, lambda: asking.ask(
        membership, kind, told={"details": names, "why": why}, at=now
    )):  # fmt: skip
        messages.success(request, _("The office has your wish, and answers it by mail."))


# --- The account for a payout -------------------------------------------------------------------


@require_http_methods(METHODS)
@own
@fresh
def account(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """Told by whoever gets something back now or by a notice; also after they have left."""
    membership = of_person(person, number)
    if not overview.awaits_money(membership):
        return home(membership)
    name = queries.name_of(queries.details_of(membership.pk, on=today()))
    form = AccountForm(posted(request), initial={"holder": name})
    if request.method == "POST" and form.is_valid():
        payout_accounts.tell(membership, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("We have the account. A mail confirms it."))
        return home(membership)
    context = {"form": form, "told": payout_accounts.of(membership)}
    return shown(request, "account.html", membership, context, status=status_of(form))


# --- What all share -----------------------------------------------------------------------------


def today() -> dt.date:
    return statute.day_of(timezone.now())


def law_now() -> Statute:
    return statute.in_force(on=today())


def posted(request: HttpRequest) -> Any:
    """What was filled in, were it nothing; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def status_of(form: Any) -> int:
    return 422 if form.errors else 200
