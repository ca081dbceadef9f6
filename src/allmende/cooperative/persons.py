"""What `cooperative` answers about a person: their membership, which law keeps on the list."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from allmende.cooperative import forgetting, overview, payout_accounts, reports
from allmende.cooperative.folding import Kind
from allmende.cooperative.models import Membership
from allmende.cooperative.models.register import KINDS
from allmende.people.answers import Event, Fate, Kept, Panel, Section, answer_for
from allmende.people.kin import family
from allmende.people.merging import CannotMerge
from allmende.people.models import Person
from allmende.people.signals import account_shown, erasing, exporting, merged, recalling

answer_for(
    {
        "cooperative.Conversion.by": Fate.NAMELESS,
        "cooperative.Conversion.second": Fate.NAMELESS,
        "cooperative.Declaration.typed_by": Fate.LOOSED,
        "cooperative.MemberRequest.answered_by": Fate.NAMELESS,
        "cooperative.Membership.person": Fate.NAMELESS,
        "cooperative.Printout.sent_by": Fate.LOOSED,
        "cooperative.Proposal.by": Fate.NAMELESS,
        "cooperative.RegisterEvent.actor": Fate.NAMELESS,
        "cooperative.RegisterEvent.second": Fate.NAMELESS,
        "cooperative.Statute.published_by": Fate.NAMELESS,
    }
)


@receiver(account_shown)
def on_account_shown(person: Person, **_more: Any) -> list[Panel]:
    """Nothing for whoever is no member: the account is no place to advertise."""
    lines = overview.lines(person)
    return [Panel(_("The cooperative"), lines, "")] if lines else []


@receiver(erasing)
def on_erasing(person: Person, **_more: Any) -> list[Kept]:
    """Nothing goes: the list of members is a duty, and ends by its own term (`forgetting`)."""
    why = _("The law demands a list of members, § 30 GenG.")
    return [
        Kept(
            _("Your entries in the list of members: name, address, shares and days"),
            why,
            forgetting.kept_until(row.ended_on) if row.ended_on else None,
        )
        for row in overview.memberships(person)
    ]


@receiver(merged)
def on_merged(person: Person, into: Person, **_more: Any) -> list[Any]:
    """Nobody is in two living memberships. One of them goes over to nobody: it stays where it is
    written, and is found through the family. Raises CannotMerge, which takes the merge back."""
    if Membership.objects.living().filter(person__in=family(into)).count() > 1:
        raise CannotMerge(
            _(
                "Both are members of the cooperative. Nobody is a member twice: first let one hand"
                " all shares to the other, or correct the admission that was wrong."
            )
        )
    return []


@receiver(exporting)
def on_exporting(person: Person, **_more: Any) -> list[Section]:
    labels = {
        "member": _("Member"),
        "entry": _("Entry"),
        "declared_on": _("Declared on"),
        "effective_on": _("Takes effect"),
        "recorded_at": _("Entered"),
        "shares": _("Shares"),
        "cents": _("Amount in cents"),
    }
    rows = [
        {
            "member": row.number,
            "entry": str(KINDS[Kind(event.kind)]),
            "declared_on": event.declared_on,
            "effective_on": event.effective_on,
            "recorded_at": event.recorded_at,
            "shares": event.shares,
            "cents": event.cents,
        }
        for row in overview.memberships(person)
        for event in reports.entries(row)
    ]
    accounts = [
        {"holder": told.holder, "iban": told.iban}
        for row in overview.memberships(person)
        if (told := payout_accounts.receiver(payout_accounts.of(row)))
    ]
    named = {"holder": _("Holder of the account"), "iban": "IBAN"}
    return [
        Section("membership", _("Your membership of the cooperative"), labels, rows),
        *(
            [Section("payout-account", _("Account for your payout"), named, accounts)]
            * bool(accounts)
        ),
    ]


@receiver(recalling)
def on_recalling(person: Person, **_more: Any) -> list[Event]:
    return [
        Event(
            event.recorded_at,
            _("Member %(number)s") % {"number": row.number},
            str(KINDS[Kind(event.kind)]),
        )
        for row in overview.memberships(person)
        for event in reports.entries(row)
    ]
