"""What members asked and somebody has to answer; it should be nothing. The office looks at names,
the board decides about notices."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from allmende.cooperative import asking, changing, leaving, queries, statute
from allmende.cooperative.models import MemberRequest
from allmende.cooperative.office_forms import AnswerForm
from allmende.cooperative.wagtail_hooks.rights import DECIDE, WRITE, Screen, check, may
from allmende.people.views import person_of

RIGHTS = {
    MemberRequest.Kind.NAME: WRITE,
    MemberRequest.Kind.EARLY: DECIDE,
    MemberRequest.Kind.WITHDRAW: DECIDE,
}


def right_of(found: MemberRequest) -> str:
    return RIGHTS[MemberRequest.Kind(found.kind)]


def waiting(request: HttpRequest) -> HttpResponse:
    check(request, WRITE, DECIDE)
    forms: dict[int, AnswerForm] = {}
    if request.method == "POST":
        found = get_object_or_404(MemberRequest, key=request.POST.get("request", ""))
        check(request, right_of(found))
        form = forms[found.pk] = AnswerForm(request.POST, prefix=str(found.pk))
        if form.is_valid():
            decide(request, found, form.cleaned_data, granted="grant" in request.POST)
            return redirect("member_requests")
    context = {"rows": rows(request, forms)}
    return TemplateResponse(request, "cooperative/admin/requests.html", context)


def rows(request: HttpRequest, forms: dict[int, AnswerForm]) -> list[dict[str, Any]]:
    """forms: those that were filled in, by the request's key."""
    today = statute.day_of(timezone.now())
    waits = list(asking.waiting())
    names = queries.details(on=today, of=[found.membership_id for found in waits])
    return [
        {
            "request": found,
            "told": asking.told_of(found),
            "now": names.get(found.membership_id, {}),
            "earlier": earlier(found),
            "form": forms.get(found.pk) or AnswerForm(prefix=str(found.pk)),
            "may": may(request, right_of(found)),
        }
        for found in waits
    ]


def earlier(found: MemberRequest) -> Any:
    """The end that is asked for."""
    notice = found.notice
    if found.kind != MemberRequest.Kind.EARLY or notice is None or notice.declared_on is None:
        return None
    return leaving.early_end(notice.declared_on)


def decide(
    request: HttpRequest, found: MemberRequest, told: dict[str, Any], *, granted: bool
) -> None:  # fmt: skip
    try:
        asking.answer(
            found, granted=granted, decided_on=told["decided_on"], by=person_of(request),
            words=told["words"], at=timezone.now(),
        )  # fmt: skip
    except asking.Answered:
        messages.warning(request, _("Somebody has answered it already."))
    except (changing.NotChanged, leaving.NotLeaving):
        words = _("That cannot be done any more: the membership or the notice has ended, or the"
                  " day is before it. Decline it, and say so.")  # fmt: skip
        messages.error(request, words)
    else:
        log(found, "cooperative.request_answered", user=person_of(request))
        messages.success(request, _("It is answered; the member gets a mail."))


def menu_items() -> list[MenuItem]:
    return [
        Screen(
            _("Requests of members"),
            reverse("member_requests"),
            icon_name="mail",
            order=40,
            rights=[WRITE, DECIDE],
        )
    ]


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/requests/", waiting, name="member_requests")]
