"""A member's own pages, in the reader's account: what there is, and its papers. What a member
declares there stands in `member_deeds`."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.cooperative import (
    capital,
    keeping,
    member_papers,
    overview,
    payout_accounts,
    projecting,
    queries,
    reports,
    statute,
)
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from allmende.cooperative.wording import spoken
from allmende.ledger.money import Money
from allmende.paper import identity
from allmende.payments import pledges
from allmende.payments.models import Pledge
from allmende.people.account_views import own
from allmende.people.models import Person


def of_person(person: Person, number: int) -> Membership:
    """Nobody learns here which numbers there are. Raises Http404."""
    found = overview.memberships(person).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def shown(
    request: HttpRequest, template: str, membership: Membership, context: dict[str, Any],
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    own = {"membership": membership, "at": timezone.now()}
    with timezone.override(identity.paper().time_zone_info):
        return render(request, f"cooperative/member/{template}", own | context, status=status)


@require_safe
@own
def home(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    membership = of_person(person, number)
    on = statute.day_of(timezone.now())
    state = projecting.state_of(membership)
    living = Pledge.objects.filter(
        party=membership.party, purpose=capital.PURPOSE, state__in=pledges.LIVING
    )
    parts = overview.instalments(membership, on=on)
    joined, law = joined_by(membership), statute.in_force(on=on)
    coin = joined.currency if joined else "EUR"
    context = {
        "name": queries.details_of(membership.pk, on=on),
        "is_member": membership.stage == Stage.MEMBER,
        "credit": Money(state.credit, coin),
        "nominal": Money(state.nominal, coin),
        "owed": Money(max(0, state.nominal - state.credit), coin),
        "parts": parts,
        "late": [part for part in parts if part.late],
        "transfers": capital.transfers_to(living) if any(not one.paid_on for one in parts) else [],
        "notices": overview.notices(membership, state),
        "claims": overview.claims(state),
        "awaits_money": overview.awaits_money(membership),
        "account": payout_accounts.of(membership),
        "wishes": overview.wishes(membership),
        "requests": membership.requests.filter(answered_at=None),
        "ending": ending(state),
        "declared": overview.joined_by(membership),
        "papers": overview.papers(membership),
        "joined_by": joined,
        "law": law,
        "group": group_of(joined or law, membership),
    }
    return shown(request, "home.html", membership, context)


def joined_by(membership: Membership) -> Statute | None:
    """The version that was in force when they joined."""
    rows = membership.events.filter(statute__isnull=False).order_by("number")
    event = rows.select_related("statute").first()
    return event.statute if event else None


def group_of(law: Statute, membership: Membership) -> str:
    found = law.groups.filter(code=membership.group).first()
    return str(found.name(spoken())) if found else ""


def ending(state: State) -> RegisterEvent | None:
    """What ends the whole membership, and is no notice of the member's own."""
    kinds = [Kind.EXCLUDED, Kind.DIED]
    numbers = [number for number, one in state.pending.items() if one.kind in kinds]
    return RegisterEvent.objects.filter(pk__in=numbers).first()


# --- Papers -------------------------------------------------------------------------------------


def as_file(made: bytes | None, name: str) -> HttpResponse:
    """A PDF; what came on paper may be a picture. Raises Http404 where there is none."""
    form = member_papers.form_of(made) if made else None
    if made is None or form is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form.ending}"'}
    return HttpResponse(made, content_type=form.media, headers=headers)


@require_safe
@own
def extract(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """One's own entries in the list (§ 31 (2) GenG)."""
    membership = of_person(person, number)
    made = reports.extract(membership, language=spoken(), at=timezone.now())
    return as_file(made, _("own-entries"))


@require_safe
@own
def declaration(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """By which they joined."""
    found = overview.joined_by(of_person(person, number))
    return as_file(keeping.paper_of(found) if found else None, _("declaration-to-join"))


@require_safe
@own
def further_paper(request: HttpRequest, person: Person, number: int, event: int) -> HttpResponse:
    membership = of_person(person, number)
    if event not in [one.number for one in overview.papers(membership)]:
        raise Http404
    return as_file(member_papers.of(membership, event), _("declaration-of-shares"))
