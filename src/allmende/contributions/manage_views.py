"""One page for all that somebody gives, behind a mailed link and without sign-in; and the form for
ending without any link."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from allmende.contributions import managing, receipts, ways
from allmende.contributions.answering import refused, told
from allmende.contributions.forms import AccountForm, AmountForm, LinkForm, TerminateForm
from allmende.contributions.links import person_from
from allmende.contributions.models import Declaration, Offer
from allmende.lib.signing import Expired, Refused
from allmende.paper import identity
from allmende.paper.pages import language_of, page
from allmende.payments import mandates, references
from allmende.payments.models import Pledge
from allmende.people.models import Person
from allmende.people.public_forms import View, public


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask_link(request: HttpRequest) -> HttpResponse:
    """The link by mail. Says the same for every address."""
    language = language_of(request)
    if request.method != "POST":
        return page(request, "contributions/link.html", {}, language=language)
    if answer := refused(request):
        return answer
    form = LinkForm(request.POST)
    if not form.is_valid():
        template = "contributions/link.html"
        return page(request, template, {"form": form}, language=language, status=422)
    email = form.cleaned_data["email"]
    managing.send_link(email, at=timezone.now())
    return told(request, "link asked", email=email)


def with_person(view: View) -> View:
    """Opens a signed link; the view gets the person and a language."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        try:
            person = person_from(token, at=timezone.now())
        except Expired:
            return told(request, "expired", status=410)
        except Refused:
            return told(request, "link broken", status=404)
        if request.method == "POST" and (answer := refused(request)):
            return answer
        with translation.override(person.language.split("-")[0]):
            return view(request, person, token=token, **more)

    return answer


@public
@require_http_methods(["GET", "HEAD", "POST"])
@with_person
def manage(request: HttpRequest, person: Person, *, token: str) -> HttpResponse:
    """Everything, and a form for each thing one may want of it."""
    form: Any = None
    done = ""
    if request.method == "POST":
        word, _, pk = request.POST.get("do", "").partition(" ")
        if word not in {*DEEDS, "replace"} or not pk.isdecimal():
            raise Http404
        pledge = get_object_or_404(managing.of(person), pk=pk)
        if word == "replace" and managing.can(pledge, at=timezone.now()).replace:
            draft = managing.replace(pledge, at=timezone.now())
            return HttpResponseRedirect(f"{reverse('contribute')}?draft={draft.key}", status=303)
        if word in DEEDS:
            form, done = DEEDS[word](request, pledge)
        if form is not None and form.is_valid():
            form = None
    return manage_page(request, person, token=token, form=form, done=done)


def pause(request: HttpRequest, pledge: Pledge) -> tuple[None, str]:
    today = timezone.localdate(timezone=identity.paper().time_zone_info)
    chosen = request.POST.get("until", "")
    if chosen in dict(managing.pause_choices(on=today)):
        until = dt.date.fromisoformat(chosen)
        managing.pause(pledge, until=until, at=timezone.now())
    return None, "paused"


def resume(request: HttpRequest, pledge: Pledge) -> tuple[None, str]:
    managing.resume(pledge, at=timezone.now())
    return None, "resumed"


def amount(request: HttpRequest, pledge: Pledge) -> tuple[AmountForm, str]:
    form = AmountForm(request.POST, least=Offer.load().least, prefix=str(pledge.pk))
    if form.is_valid():
        managing.change_amount(pledge, amount=form.cleaned_data["amount"], at=timezone.now())
    return form, "amount"


def account(request: HttpRequest, pledge: Pledge) -> tuple[AccountForm, str]:
    form = AccountForm(request.POST, prefix=str(pledge.pk))
    if form.is_valid():
        managing.change_account(pledge, iban=form.cleaned_data["iban"], at=timezone.now())
    return form, "account"


Deed = Callable[[HttpRequest, Pledge], tuple[Any, str]]
DEEDS: dict[str, Deed] = {
    "pause": pause,
    "resume": resume,
    "amount": amount,
    "account": account,
}


def manage_page(
    request: HttpRequest, person: Person, *, token: str, form: Any, done: str
) -> HttpResponse:
    now = timezone.now()
    paper = identity.paper()
    rows = []
    for pledge in managing.of(person):
        own = form if form is not None and form.prefix == str(pledge.pk) else None
        mandate = managing.mandate_of(pledge)
        rows.append(
            {
                "pledge": pledge,
                "can": managing.can(pledge, at=now),
                "way": ways.title(pledge.method),
                "account": mandates.masked(mandate) if mandate else "",
                "form": own,
                "next": managing.next_day(pledge),
                "reference": references.shown(pledge.transfer_reference or ""),
            }
        )
    context = {
        "person": person,
        "rows": rows,
        "token": token,
        "done": "" if form is not None else done,
        "at": now,
        "form": form,
        "pauses": managing.pause_choices(on=timezone.localdate(timezone=paper.time_zone_info)),
        "years": receipts.years(person),
    }
    status = 422 if form is not None else 200
    language = person.language.split("-")[0]
    return page(request, "contributions/manage.html", context, language=language, status=status)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@with_person
def declare(
    request: HttpRequest, person: Person, *, token: str, pk: int, kind: str
) -> HttpResponse:
    """The second step of ending and withdrawing: its button declares, and the answer confirms it
    with date and time."""
    kinds = {"kuendigen": Declaration.Kind.END, "widerrufen": Declaration.Kind.WITHDRAW}
    if kind not in kinds:
        raise Http404
    pledge = get_object_or_404(managing.of(person), pk=pk)
    wanted = kinds[kind]
    language = person.language.split("-")[0]
    now = timezone.now()
    standing = Declaration.objects.filter(pledge=pledge, kind=wanted).first()
    can = managing.can(pledge, at=now)
    allowed = can.end if wanted == Declaration.Kind.END else can.withdraw
    if request.method == "POST" and allowed and standing is None:
        standing = managing.declare(pledge, kind=wanted, at=now, email=person.email)
    context = {
        "declaration": standing,
        "pledge": pledge,
        "kind": wanted,
        "token": token,
        "way": ways.title(pledge.method),
        "email": person.email,
        "allowed": allowed,
    }
    return page(request, "contributions/declare.html", context, language=language)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest) -> HttpResponse:
    """Ending without link. The answer confirms what was declared, and tells nothing about what is
    known of the address."""
    language = language_of(request) or identity.paper().language
    with translation.override(language):
        if request.method != "POST":
            return terminate_page(request, TerminateForm(), language=language)
        if answer := refused(request):
            return answer
        form = TerminateForm(request.POST)
        if not form.is_valid():
            return terminate_page(request, form, language=language, status=422)
        now = timezone.now()
        managing.declare_without_link(**form.cleaned_data, at=now)
    context = {"told": form.cleaned_data, "at": now, "kind": form.cleaned_data["kind"]}
    return page(request, "contributions/terminated.html", context, language=language)


def terminate_page(
    request: HttpRequest, form: TerminateForm, *, language: str, status: int = 200
) -> HttpResponse:
    template = "contributions/terminate.html"
    return page(request, template, {"form": form}, language=language, status=status)


@public
@require_safe
@with_person
def statement(request: HttpRequest, person: Person, *, token: str, year: int) -> HttpResponse:
    """What came in a year, as a PDF."""
    now = timezone.now()
    paper = identity.paper()
    on = timezone.localdate(now, paper.time_zone_info)
    made = receipts.statement(person, year=year, paper=paper, on=on, at=now)
    if made is None:
        raise Http404
    name = f'attachment; filename="beitraege-{year}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})
