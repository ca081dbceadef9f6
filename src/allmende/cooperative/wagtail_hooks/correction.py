"""A wrong entry, corrected: what it was, what it will be, why, and what that changes."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from allmende.cooperative import acts, chronicle, correcting, queries, register
from allmende.cooperative.act_forms import CorrectionForm
from allmende.cooperative.folding import Kind, State
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.wagtail_hooks.acts import stale
from allmende.cooperative.wagtail_hooks.rights import DECIDE, SEE, WRITE, allowed, check
from allmende.people.views import person_of


def right_of(event: RegisterEvent) -> str:
    return DECIDE if Kind(event.kind) in correcting.DECIDED else WRITE


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SEE)
def shown(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    rows = RegisterEvent.objects.filter(membership=pk).select_related("membership", "statute")
    event = get_object_or_404(rows, pk=number)
    check(request, right_of(event))
    assert event.membership is not None
    last = acts.seen(event.membership)
    if request.method == "POST" and request.POST.get("seen") != str(last):
        return stale(request, pk)
    if not correcting.possible(event):
        words = _("This entry cannot be corrected here: it was corrected already, it follows money"
                  " that was booked, or a later entry rests on it.")  # fmt: skip
        messages.warning(request, words)
        return redirect("coop_member", pk)
    form = CorrectionForm(request.POST or None, event=event)
    told: dict[str, Any] | None = None
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        answer = tried(request, form, last)
        if isinstance(answer, HttpResponse):
            return answer
        told = answer
    context = {
        "member": event.membership,
        "name": queries.name_of(queries.details_of(pk, on=timezone.localdate())),
        "event": event,
        "was": words_of(event, correcting.payload(event)),
        "form": form,
        "told": told,
        "seen": last,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/correction.html", context, status=422 if wrong else 200
    )  # fmt: skip


def tried(
    request: HttpRequest, form: CorrectionForm, last: int
) -> HttpResponse | dict[str, Any] | None:
    """Done, or what it will do; None where the register refuses it, as the form says then."""
    event, now = form.event, timezone.now()
    membership = event.membership
    assert membership is not None
    try:
        draft = None if form.never_was else correcting.instead(event, form.changes)
        before, after = correcting.foreseen(event, draft)
        if "sure" not in request.POST:
            return {
                "now": words_of(register.drafted(draft, None, at=now), dict(draft.payload or {}))
                if draft
                else "",
                "changes": [*changes(before, after), *(reworded(form) if draft else [])],
                "asks": Kind(event.kind) in {*correcting.SHARES, Kind.DIED},
            }
        acts.unchanged(membership, last=last)
        why = form.cleaned_data["why"]
        correcting.correct(event, instead=draft, why=why, by=person_of(request), at=now)
    except acts.Stale:
        return stale(request, membership.pk)
    except correcting.Same:
        form.add_error(None, _("Nothing would change."))
    except (correcting.Impossible, register.Broken):
        form.add_error(None, str(acts.FAULTS[register.Broken][1]))
    else:
        messages.success(request, _("Corrected. What was entered first stays in the timeline."))
        return redirect("coop_member", membership.pk)
    return None


def words_of(event: RegisterEvent, told: dict[str, Any], *, of: Membership | None = None) -> str:
    """As in the timeline, with its days. of: whose, where it is not the first side's."""
    assert event.membership is not None
    said = chronicle.sentence(event, told, of=of or event.membership)
    days = {
        _("declared %(day)s"): event.declared_on,
        _("decided %(day)s"): event.decided_on,
        _("effective %(day)s"): event.effective_on,
    }
    parts = [text % {"day": spoken(found)} for text, found in days.items() if found]
    return f"{said} ({', '.join(parts)})"


def spoken(found: dt.date | None) -> str:
    return date_format(found, "SHORT_DATE_FORMAT") if found else "–"


def changes(before: State, after: State) -> Any:
    """What of the membership will be different: a name, before, after."""
    for name, told in FACTS.items():
        was, will = told(before), told(after)
        if was != will:
            yield name, was, will


def reworded(form: CorrectionForm) -> Any:
    """What of name and address will be different: the sentences do not tell it."""
    for name in form.details:
        field = form.fields[name]
        names = dict(getattr(field, "choices", []))
        was, will = field.initial, form.cleaned_data[name]
        if was != will:
            yield field.label, names.get(was, was), names.get(will, will)


FACTS = {
    gettext_lazy("Shares"): lambda state: str(state.shares),
    gettext_lazy("Still to be paid"): lambda state: chronicle.money(
        max(0, state.nominal - state.credit), "EUR"
    ),
    gettext_lazy("Member since"): lambda state: spoken(state.joined_on),
    gettext_lazy("Group of members"): lambda state: state.group,
    gettext_lazy("Leaves on"): lambda state: spoken(state.leaving_on),
    gettext_lazy("Under notice"): lambda state: chronicle.shares(state.given_notice),
    gettext_lazy("Died on"): lambda state: spoken(state.died_on),
    gettext_lazy("Told of the admission"): lambda state: _("yes") if state.told else _("no"),
}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    address = "cooperative/members/<int:pk>/correct/<int:number>/"
    return [path(address, shown, name="coop_correct")]
