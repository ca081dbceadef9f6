"""Members at the office: found by whatever they say of themselves, and one of them with all that
ever happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from allmende.cooperative import (
    act_forms,
    acts,
    chronicle,
    correcting,
    filing,
    finding,
    member_papers,
    projecting,
    queries,
)
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Declaration, Detail, Membership
from allmende.cooperative.models.register import ADMITTED
from allmende.cooperative.wagtail_hooks.acts import act
from allmende.cooperative.wagtail_hooks.asking import sent_as
from allmende.cooperative.wagtail_hooks.rights import DECIDE, SEE, WRITE, Screen, allowed, may
from allmende.ledger.money import Money
from allmende.payments.models import DueItem
from allmende.people.views import person_of

ON_SCREEN = 50


@dataclass(frozen=True)
class Row:
    membership: Membership
    name: str
    where: str


def named(memberships: Iterable[Membership]) -> list[Row]:
    """With their names and addresses of today."""
    rows = list(memberships)
    found = queries.details(on=timezone.localdate(), of=[row.pk for row in rows])
    told = [(row, found.get(row.pk, {})) for row in rows]
    return [
        Row(
            row, queries.name_of(known) or _("erased"),
            f"{known.get('postcode', '')} {known.get('town', '')}".strip(),
        )
        for row, known in told
    ]  # fmt: skip


@require_safe
@allowed(SEE)
def every(request: HttpRequest) -> HttpResponse:
    words, view = request.GET.get("q", "").strip(), request.GET.get("zeige", "")
    view = view if view in finding.VIEWS else ""
    shown = Paginator(finding.search(words, view=view), ON_SCREEN).get_page(request.GET.get("p"))
    kept = urlencode({"q": words, "zeige": view})
    context = {
        "shown": shown,
        "rows": named(shown.object_list),
        "words": words,
        "view": view,
        "views": [
            ("", _("Members")),
            ("leaving", _("Under notice")),
            ("former", _("Former members")),
            ("all", _("All")),
        ],
        "kept": f"{kept}&",
    }
    return render(request, "cooperative/admin/members.html", context)


@require_safe
@allowed(SEE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Who, what they hold and owe, what is to come, and all that happened."""
    rows = Membership.objects.filter(stage__in=ADMITTED).select_related("person")
    membership = get_object_or_404(rows, pk=pk)
    on, state = timezone.localdate(), projecting.state_of(membership)
    entries = chronicle.of(membership)
    known = queries.details_of(pk, on=on)
    person = membership.person
    context: dict[str, Any] = {
        "member": membership,
        "name": queries.name_of(known) or _("erased"),
        "details": known,
        "email": person.email if person else "",
        "group": act_forms.groups_now(membership, on=on),
        "holdings": [(Money(cents), count) for cents, count in state.holdings.items()],
        "owed": Money(max(0, membership.nominal_cents - membership.credit_cents)),
        "pending": [
            (chronicle.PENDING[Kind(one.kind)](), one)
            for _number, one in sorted(state.pending.items())
        ],
        "items": DueItem.objects.filter(
            pledge__party=membership.party, pledge__purpose=queries.PURPOSE
        ).order_by("due_on", "pk"),
        "history": Detail.objects.filter(membership=membership, void_from=None).order_by(
            "-from_on", "-event"
        ),
        "entries": entries,
        "declaration": Declaration.objects.filter(key=membership.key).first(),
        "acts": acts.possible(membership, state, request.user),
        "correctable": correcting.among(
            (entry.event for entry in entries), kinds=kinds_to_correct(request)
        ),
        "provable": {
            entry.event.number
            for entry in entries
            if may(request, WRITE) and filing.possible(entry.event, of=membership)
        },
        "today": on,
    }
    return render(request, "cooperative/admin/member.html", context)


@require_safe
@allowed("cooperative.view_memberpaper")
def paper(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Of one entry; that somebody has opened it is written down."""
    membership = get_object_or_404(Membership, pk=pk)
    found = member_papers.of(membership, number)
    if found is None:
        raise Http404
    log(membership, "cooperative.paper_opened", user=person_of(request), data={"entry": number})
    form = member_papers.form_of(found)
    assert form is not None
    answer = HttpResponse(found, content_type=form.media)
    return sent_as(answer, f"{membership.number}-{number}.{form.ending}")


def kinds_to_correct(request: HttpRequest) -> set[Kind]:
    found: set[Kind] = correcting.OF_THE_OFFICE if may(request, WRITE) else set()
    return found | (correcting.DECIDED if may(request, DECIDE) else set())


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("cooperative/members/", every, name="coop_members"),
        path("cooperative/members/<int:pk>/", one, name="coop_member"),
        path("cooperative/members/<int:pk>/<slug:code>/", act, name="coop_act"),
        path("cooperative/members/<int:pk>/papers/<int:number>/", paper, name="coop_paper"),
    ]


def menu_items() -> list[MenuItem]:
    return [
        Screen(_("Members"), reverse("coop_members"), icon_name="group", order=15, rights=[SEE])
    ]  # fmt: skip
