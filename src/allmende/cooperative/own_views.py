"""Pages behind mailed links: to confirm a declaration, to look at it, to withdraw it. A link that a
mail scanner follows changes nothing."""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from allmende.cooperative import declaration, joining, keeping, links, statute, wording
from allmende.cooperative.answering import refused, told
from allmende.cooperative.declaration import State
from allmende.cooperative.forms import AcknowledgeForm, PrintoutForm
from allmende.cooperative.join_views import paper_answer
from allmende.cooperative.models import Declaration
from allmende.lib.signing import Expired, Refused
from allmende.paper.pages import language_of, page
from allmende.people.public_forms import public


def opened(
    request: HttpRequest, read: Callable[..., Declaration], token: str, *, at: dt.datetime
) -> Declaration | HttpResponse:
    """The declaration that a link leads to, or the page that says why it does not."""
    try:
        return read(token, at=at)
    except Expired:
        return told(request, "expired", status=410)
    except Refused:
        return told(request, "forged", status=404)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Every word again, and the button. Who did not fill in the form acknowledges here what the law
    wants acknowledged."""
    now = timezone.now()
    found = opened(request, links.confirmed_by, token, at=now)
    if isinstance(found, HttpResponse):
        return found
    words = keeping.words_of(found)
    if words is None or found.state in (State.WITHDRAWN, State.REFUSED):
        return told(request, "over", status=410, language=found.language)
    if found.state != State.WAITING:
        return told(request, "confirmed", language=found.language)
    text = wording.read(words)
    with translation.override(found.language):
        blocks = [] if found.own_hand else text.highlighted
        form = AcknowledgeForm(blocks=blocks)
        if request.method == "POST":
            if answer := refused(request):
                return answer
            form = AcknowledgeForm(request.POST, blocks=blocks)
            if form.is_valid():
                declaration.confirm(found, at=now)
                return told(request, "confirmed", language=found.language)
        ticks = {block.code: form[f"ack_{block.code}"] for block in blocks}
        context = {"text": text, "form": form, "ticks": ticks, "declaration": found}
        code = 422 if form.errors else 200
        return page(
            request, "cooperative/confirm.html", context, language=found.language, status=code
        )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Where a declaration stands, its paper, and the button that withdraws it."""
    now = timezone.now()
    found = opened(request, links.owned_by, token, at=now)
    if isinstance(found, HttpResponse):
        return found
    words = keeping.words_of(found)
    if words is None or found.state in (State.WITHDRAWN, State.REFUSED):
        return told(request, "over", status=410, language=found.language)
    if request.method == "POST":
        if answer := refused(request):
            return answer
        try:
            declaration.withdraw(found, at=now)
        except declaration.NotNow:
            return told(request, "decided", status=409, language=found.language)
        return told(request, "withdrawn", language=found.language)
    context = {
        "text": wording.read(words),
        "declaration": found,
        "token": token,
        "may_withdraw": State.WITHDRAWN in Declaration.MOVES.get(found.state, ()),
    }
    return page(request, "cooperative/own.html", context, language=found.language)


@public
@require_safe
def own_paper(request: HttpRequest, token: str) -> HttpResponse:
    found = opened(request, links.owned_by, token, at=timezone.now())
    return found if isinstance(found, HttpResponse) else paper_answer(found)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def printout(request: HttpRequest) -> HttpResponse:
    """The statute on paper, on request (§ 15 (1) sentence 2 GenG)."""
    now = timezone.now()
    try:
        law = statute.in_force(on=statute.day_of(now))
    except statute.NoStatute:
        return told(request, "closed", status=503)
    form = PrintoutForm()
    if request.method == "POST":
        if answer := refused(request):
            return answer
        form = PrintoutForm(request.POST)
        if form.is_valid():
            typed = form.cleaned_data
            lines = [typed["name"], typed["street"], f"{typed['postcode']} {typed['town']}"]
            joining.ask_printout(lines, law=law, at=now)
            return told(request, "printout")
    code = 422 if form.errors else 200
    context = {"form": form, "law": law}
    return page(
        request, "cooperative/printout.html", context, language=language_of(request), status=code
    )
