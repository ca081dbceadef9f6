"""Joining in three steps: what, who, and a last look at every word. No cookie; what was typed lies
in a draft whose key stands in the address, so that back, reload and a second click do no harm."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from allmende.cooperative import declaration, joining, keeping, papers, statute, wording
from allmende.cooperative.answering import refused, told
from allmende.cooperative.forms import AcknowledgeForm, DetailsForm, WishForm
from allmende.cooperative.models import Declaration, JoinDraft, Statute
from allmende.paper import identity
from allmende.paper.pages import LANGUAGES, language_of, page
from allmende.people.public_forms import public

CHECKED = "geprueft"  # in an address: the page says what is wrong with what was typed
PDF = "application/pdf"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """For whom, as what, and how many shares."""
    fields = request.POST if request.method == "POST" else request.GET
    before = joining.draft(fields.get("draft", ""))
    language = spoken(fields.get("sprache", ""), before)
    now = timezone.now()
    try:
        law = statute.in_force(on=statute.day_of(now))
    except statute.NoStatute:
        return told(request, "closed", status=503, language=language)
    if request.method == "POST":
        if answer := refused(request):
            return answer
        with translation.override(language):
            form = WishForm(request.POST, law=law, language=language)
            good = form.is_valid()
        typed = form.cleaned_data if good else short(request.POST, form.fields)
        kept = joining.begin(before, typed, language=language, on=statute.day_of(now), at=now)
        if good:
            return HttpResponseRedirect(reverse("join_details", args=[kept.key]), status=303)
        return HttpResponseRedirect(wrong("join", kept.key), status=303)
    return wish_page(request, law, before, language=language)


def wish_page(
    request: HttpRequest, law: Statute, draft: JoinDraft | None, *, language: str
) -> HttpResponse:
    first: dict[str, Any] = {"kind": joining.PERSON, "shares": law.compulsory_shares}
    first |= keeping.typed(draft) if draft else {}
    with translation.override(language):
        form = WishForm(initial=first, law=law, language=language)
        if draft and CHECKED in request.GET:
            form = WishForm(keeping.typed(draft), law=law, language=language)
        status = 422 if form.errors else 200
        context = {
            "form": form,
            "law": law,
            "draft": draft,
            "step": "wish",
            "other_language": next(code for code in LANGUAGES if code != language),
        }
        return page(request, "cooperative/wish.html", context, language=language, status=status)


def short(typed: Any, fields: Any) -> dict[str, str]:
    """What was typed, no longer than anything that is asked."""
    return {name: typed.get(name, "")[:300] for name in fields}


def spoken(asked: str, draft: JoinDraft | None) -> str:
    if asked in LANGUAGES:
        return asked
    return draft.language if draft else identity.paper().language


@public
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who joins, and who declares for them."""
    draft = joining.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    typed = keeping.typed(draft)
    kind = str(typed.get("kind") or joining.PERSON)
    with translation.override(draft.language):
        if request.method == "POST":
            if answer := refused(request):
                return answer
            form = DetailsForm(request.POST, kind=kind)
            if form.is_valid():
                joining.keep(draft, form.cleaned_data)
                return HttpResponseRedirect(reverse("join_check", args=[key]), status=303)
            joining.keep(draft, short(request.POST, form.fields))
            return HttpResponseRedirect(wrong("join_details", key), status=303)
        form = DetailsForm(initial=typed, kind=kind)
        if CHECKED in request.GET:
            form = DetailsForm(typed, kind=kind)
        context = {"form": form, "draft": draft, "kind": kind, "step": "details"}
        code = 422 if form.errors else 200
        return page(
            request, "cooperative/details.html", context, language=draft.language, status=code
        )


def wrong(door: str, key: uuid.UUID) -> str:
    """The page that says what is wrong with what was typed."""
    if door == "join":
        return f"{reverse(door)}?draft={key}&{CHECKED}=1"
    return f"{reverse(door, args=[key])}?{CHECKED}=1"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every word that is declared; the button declares it, once."""
    draft = joining.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    if draft.sent_at:
        return HttpResponseRedirect(reverse("join_thanks", args=[key]), status=303)
    with translation.override(draft.language):
        if door := unready(draft):
            return HttpResponseRedirect(wrong(door, key), status=303)
        applicant, own_hand = next(joining.applicants(keeping.typed(draft)))
        text = declaration.text_of(applicant, joining.wish_of(draft))
        blocks = text.highlighted if own_hand else []
        form = AcknowledgeForm(blocks=blocks)
        if request.method == "POST":
            if answer := refused(request):
                return answer
            form = AcknowledgeForm(request.POST, blocks=blocks)
            if form.is_valid():
                joining.send(draft, at=timezone.now())
                return HttpResponseRedirect(reverse("join_thanks", args=[key]), status=303)
            return HttpResponseRedirect(wrong("join_check", key), status=303)
        if CHECKED in request.GET:
            form = AcknowledgeForm({}, blocks=blocks)
        return check_page(request, draft, text, form, own_hand=own_hand)


def unready(draft: JoinDraft) -> str | None:
    """The step whose answers are not good, or whose statute is not in force any more."""
    law, typed = draft.statute, keeping.typed(draft)
    if law != statute.in_force(on=statute.day_of(timezone.now())):
        return "join"
    if not WishForm(typed, law=law, language=draft.language).is_valid():
        return "join"
    kind = str(typed.get("kind") or joining.PERSON)
    return None if DetailsForm(typed, kind=kind).is_valid() else "join_details"


def check_page(
    request: HttpRequest,
    draft: JoinDraft,
    text: wording.Text,
    form: AcknowledgeForm,
    *,
    own_hand: bool,
) -> HttpResponse:
    context = {
        "text": text,
        "ticks": {block.code: form[f"ack_{block.code}"] for block in text.highlighted}
        if own_hand
        else {},
        "form": form,
        "draft": draft,
        "law": draft.statute,
        "own_hand": own_hand,
        "others": [one for one, own in joining.applicants(keeping.typed(draft)) if not own],
        "written": draft.statute.declaration_form == Statute.Form.WRITTEN,
        "step": "check",
    }
    code = 422 if form.errors else 200
    return page(request, "cooperative/check.html", context, language=draft.language, status=code)


@public
@require_safe
def thanks(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was done, what comes next, and by when. It says the same for every address."""
    draft = joining.draft(str(key))
    if draft is None:
        return told(request, "draft gone", status=410, language=language_of(request))
    if draft.sent_at is None:
        return HttpResponseRedirect(reverse("join_check", args=[key]), status=303)
    context = {
        "draft": draft,
        "law": draft.statute,
        "applicants": [one for one, _own in joining.applicants(keeping.typed(draft))],
        "written": draft.statute.declaration_form == Statute.Form.WRITTEN,
    }
    return page(request, "cooperative/thanks.html", context, language=draft.language)


@public
@require_safe
def form_to_sign(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """The paper that a statute wants signed, of who is the n-th in the form."""
    draft = joining.draft(str(key))
    rows = list(joining.sent(draft)) if draft and draft.sent_at else []
    if not 1 <= number <= len(rows) or rows[number - 1].way != Declaration.Way.PRINTED:
        raise Http404
    return paper_answer(rows[number - 1])


def paper_answer(found: Declaration) -> HttpResponse:
    """The PDF that is kept, or the form that waits for a signature."""
    made = keeping.paper_of(found)
    if made is None:
        applicant, words = keeping.applicant_of(found), keeping.words_of(found)
        if found.way != Declaration.Way.PRINTED or not applicant or not words:
            raise Http404
        made = papers.to_sign(found, applicant, wording.read(words), at=found.created_at)
    with translation.override(found.language):
        name = translation.gettext("declaration-to-join")
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(made, content_type=PDF, headers=headers)
