"""Giving in three steps: how much, who, and a last look. No cookie; what was typed lies in a draft
whose key stands in the address, so that back, reload and a second click do no harm."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from allmende.contributions import giving, showing, ways
from allmende.contributions.answering import refused, told
from allmende.contributions.forms import OTHER, GiftForm, person_form
from allmende.contributions.models import Campaign, Draft, Offer, PublicAccounts
from allmende.ledger.money import plain
from allmende.paper import identity
from allmende.paper.pages import LANGUAGES, language_of, page
from allmende.payments import checkout, providers
from allmende.payments.models import Pledge
from allmende.payments.moving import day_of
from allmende.people.public_forms import client_of, public

Rhythm = Pledge.Rhythm
CHECKED = "geprueft"  # in an address: the page says what is wrong with what was typed
GIFT = ("rhythm", "amount", "other", "method", "draft", "campaign", "appeal", "sprache")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: HttpRequest) -> HttpResponse:
    """How much, how often, by which way. Looking at another rhythm is a GET, going on a POST."""
    offer = Offer.load()
    fields = request.POST if request.method == "POST" else request.GET
    before = giving.draft(fields.get("draft", ""))
    language = spoken(fields.get("sprache", ""), before)
    rhythm = rhythm_of(fields.get("rhythm", ""), before, offer)
    if request.method == "POST":
        if answer := refused(request):
            return answer
        form = GiftForm(request.POST, offer=offer, rhythm=rhythm)
        if form.is_valid():
            now = timezone.now()
            kept = giving.begin(
                before,
                money=form.cleaned_data["money"],
                rhythm=form.cleaned_data["rhythm"],
                method=form.cleaned_data["method"],
                campaign=campaign_of(request.POST.get("campaign", "")),
                appeal=number(request.POST.get("appeal", "")),
                language=language,
                at=now,
            )
            return HttpResponseRedirect(reverse("contribute_person", args=[kept.key]), status=303)
        return HttpResponseRedirect(f"/beitrag/?{asked_again(request)}", status=303)
    if CHECKED in request.GET:
        form = GiftForm(request.GET, offer=offer, rhythm=rhythm)
        status = 200 if form.is_valid() else 422
        return gift_page(request, form, rhythm, language=language, draft=before, status=status)
    form = GiftForm(initial=shown_first(request, before, offer, rhythm), offer=offer, rhythm=rhythm)
    if not form.methods and not any(any(providers.offered(each)) for each in Rhythm.values):
        return told(request, "closed", status=503, language=language)
    return gift_page(request, form, rhythm, language=language, draft=before)


def asked_again(request: HttpRequest) -> str:
    """What was typed, for a page that says what is wrong with it. It is a GET: browsers cannot go
    back to the answer of a form that they may not keep."""
    typed = {name: request.POST.get(name, "")[:40] for name in GIFT if request.POST.get(name)}
    return urlencode({**typed, CHECKED: "1"})


def gift_page(
    request: HttpRequest,
    form: GiftForm,
    rhythm: str,
    *,
    language: str,
    draft: Draft | None,
    status: int = 200,
) -> HttpResponse:
    fields = request.POST if request.method == "POST" else request.GET
    campaign = campaign_of(fields.get("campaign", "") or fields.get("kampagne", ""))
    context = {
        "form": form,
        "offer": form.offer,
        "rhythm": rhythm,
        "rhythms": Rhythm.choices,
        "campaign": campaign or (draft.campaign if draft else None),
        "appeal": number(fields.get("appeal", "") or fields.get("aufruf", "")),
        "draft": draft,
        "step": "gift",
        "own_words": language == identity.paper().language,
        "accounts": accounts_path(language),
        "other_language": next(code for code in LANGUAGES if code != language),
    }
    template = "contributions/gift.html"
    return page(request, template, context, language=language, status=status)


def accounts_path(language: str) -> str:
    """Where it is told what comes in; empty where the office does not tell."""
    is_public = PublicAccounts.objects.filter(is_public=True).exists()
    return showing.ACCOUNTS.get(language, "") if is_public else ""


def shown_first(
    request: HttpRequest, draft: Draft | None, offer: Offer, rhythm: str
) -> dict[str, str]:
    """What stands in the form: what was typed here, else what the draft holds."""
    found = {name: request.GET.get(name, "") for name in ("amount", "other", "method")}
    if draft and not any(found.values()):
        amount = plain(draft.amount)
        suggested = draft.amount in offer.suggestions(rhythm)
        found = {"amount": amount if suggested else OTHER, "method": draft.method}
        found |= {} if suggested else {"other": amount}
    return found | {"rhythm": rhythm}


def rhythm_of(asked: str, draft: Draft | None, offer: Offer) -> str:
    if asked in Rhythm.values:
        return asked
    return draft.rhythm if draft else offer.first_rhythm


def spoken(asked: str, draft: Draft | None) -> str:
    if asked in LANGUAGES:
        return asked
    return draft.language if draft else identity.paper().language


def campaign_of(slug: str) -> Campaign | None:
    today = timezone.localdate(timezone=identity.paper().time_zone_info)
    found = Campaign.objects.filter(slug=slug).first() if slug else None
    return found if found and found.runs_on(today) else None


def number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@public
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who gives, and what the way of paying asks."""
    draft = giving.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    form_class = person_form(draft.method)
    if request.method == "POST":
        if answer := refused(request):
            return answer
        form = form_class(request.POST)
        if form.is_valid():
            giving.keep(draft, form.cleaned_data)
            return HttpResponseRedirect(reverse("contribute_check", args=[key]), status=303)
        giving.keep(draft, {name: request.POST.get(name, "")[:300] for name in form.fields})
        return HttpResponseRedirect(wrong_person(key), status=303)
    if CHECKED in request.GET:
        form = form_class(draft.typed)
        return person_page(request, form, draft, status=200 if form.is_valid() else 422)
    return person_page(request, form_class(initial=draft.typed), draft)


def wrong_person(key: uuid.UUID) -> str:
    """The page that says what is wrong with what was typed."""
    return f"{reverse('contribute_person', args=[key])}?{CHECKED}=1"


def person_page(
    request: HttpRequest, form: Any, draft: Draft, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "draft": draft, "step": "person"}
    template = "contributions/person.html"
    return page(request, template, context, language=draft.language, status=status)


@public
@transaction.non_atomic_requests  # the provider is asked in between
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A last look; its button makes the pledge, once."""
    draft = giving.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    if not giving.checkout_of(draft) and not person_form(draft.method)(draft.typed).is_valid():
        return HttpResponseRedirect(wrong_person(key), status=303)
    if request.method != "POST":
        return check_page(request, draft)
    if answer := refused(request):
        return answer
    try:
        step = giving.pay(draft, origin=origin_of(request), at=timezone.now())
    except giving.NotNow:
        return check_page(request, draft, failed=True, status=503)
    door = "contribute_onward" if step.kind == "redirect" else "contribute_thanks"
    return HttpResponseRedirect(reverse(door, args=[key]), status=303)


def origin_of(request: HttpRequest) -> str:
    """Where a mandate was given from, as evidence that tells the address to nobody."""
    return salted_hmac("contributions.origin", client_of(request)).hexdigest()


def check_page(
    request: HttpRequest, draft: Draft, *, failed: bool = False, status: int = 200
) -> HttpResponse:
    with translation.override(draft.language):
        context = giving.summary(draft) | {"step": "check", "failed": failed}
    template = "contributions/check.html"
    return page(request, template, context, language=draft.language, status=status)


@public
@require_safe
def onward(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Leads to the provider. A form must not (its policy lets it lead to us alone), so a page in
    between does, by itself or by its link."""
    draft = giving.draft(str(key))
    sent = giving.checkout_of(draft) if draft else None
    if draft is None or sent is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    url = (sent.step or {}).get("url", "")
    if not url:
        return HttpResponseRedirect(reverse("contribute_thanks", args=[key]), status=303)
    context = {"url": url, "title": ways.title(sent.provider)}
    return page(request, "contributions/onward.html", context, language=draft.language)


@public
@transaction.non_atomic_requests  # the provider is asked what is true
@require_safe
def thanks(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was done, what comes next, and by when; or why it did not work."""
    draft = giving.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    sent = giving.checkout_of(draft)
    if sent is None:
        return HttpResponseRedirect(reverse("contribute_check", args=[key]), status=303)
    now = timezone.now()
    context = {"outcome": giving.outcome(sent, at=now), "draft": draft, "today": day_of(now)}
    return page(request, "contributions/thanks.html", context, language=draft.language)


@public
@require_safe
def gone(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The provider sends here who did not want to pay after all."""
    draft = giving.draft(str(key))
    sent = giving.checkout_of(draft) if draft else None
    if draft is None or sent is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    checkout.abandon(sent, at=timezone.now())
    return HttpResponseRedirect(reverse("contribute_thanks", args=[key]), status=303)


@public
@require_http_methods(["POST"])
def again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """It did not work: everything typed goes into a new draft, to choose another way."""
    if answer := refused(request):
        return answer
    draft = giving.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    fresh = giving.copy(draft, at=timezone.now())
    return HttpResponseRedirect(f"{reverse('contribute')}?draft={fresh.key}", status=303)
