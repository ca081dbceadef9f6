"""What the office and the board write into the register of one member, by the deeds that check it.

possible(membership, state, person)     what may be done now, by whom asks
foreseen(act, …)                        what it will do, in sentences
do(act, …)                              done, unless the register has changed since it was seen
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import (
    act_forms,
    admission,
    calendar,
    capital,
    changing,
    chronicle,
    exclusion,
    inheriting,
    leaving,
    member_letters,
    member_papers,
    projecting,
    register,
    shares,
    statute,
    transfers,
)
from allmende.cooperative.act_forms import ActForm
from allmende.cooperative.folding import Kind, Stage, State
from allmende.cooperative.models import Membership, Proposal, RegisterEvent
from allmende.people.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WRITE = "cooperative.keep_register"
DECIDE = "cooperative.decide_membership"
Values = Mapping[str, Any]


class Stale(Exception):
    """The register has changed since the form was opened, as by a second click."""


@dataclass(frozen=True)
class Act:
    """may: whether it makes sense now. foresee: what it will do, in sentences; None where it is
    done at once. right: who may."""

    code: str
    label: "StrOrPromise"
    form: type[ActForm]
    may: Callable[[Membership, State], bool]
    do: Callable[[Membership, Values, Person, dt.datetime], object]
    foresee: Callable[[Membership, Values], list[str]] | None = None
    right: str = WRITE


def possible(
    membership: Membership, state: State, person: Person | AnonymousUser
) -> list[Act]:  # fmt: skip
    return [
        act for act in ACTS.values() if person.has_perm(act.right) and act.may(membership, state)
    ]


def seen(membership: Membership) -> int:
    """The last that is recorded about it."""
    rows = RegisterEvent.objects.filter(membership=membership)
    rows = rows | RegisterEvent.objects.filter(other=membership)
    return rows.order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def do(
    act: Act, membership: Membership, values: Values, *, last: int, by: Person, at: dt.datetime
) -> None:
    """last: what was `seen` with the form. Raises Stale, and one of `FAULTS`."""
    other = values.get("taker")
    unchanged(membership, *([other] if other else []), last=last)
    done = act.do(membership, values, by, at)
    if values.get("paper"):
        first = done[0] if isinstance(done, list) else done
        assert isinstance(first, RegisterEvent)
        member_papers.keep(first, values["paper"])


def hash_of(values: Values) -> str:
    """Of the paper that came with it, for the chain; "" without."""
    return sha256(values["paper"]).hexdigest() if values.get("paper") else ""


def unchanged(membership: Membership, *others: Membership, last: int) -> None:
    """Held until the transaction ends. Raises Stale."""
    capital.hold(membership, *others)
    if seen(membership) != last:
        raise Stale


# --- What there is to do ----------------------------------------------------------------------


def lives(membership: Membership, state: State) -> bool:
    return membership.stage == Stage.MEMBER


def stays(membership: Membership, state: State) -> bool:
    return lives(membership, state) and state.leaving_on is None and state.died_on is None


def under_notice(membership: Membership, state: State) -> bool:
    return any(one.kind == Kind.NOTICE for one in state.pending.values())


def excluded(membership: Membership, state: State) -> bool:
    return any(one.kind == Kind.EXCLUDED for one in state.pending.values())


def change_details(of: Membership, values: Values, by: Person, at: dt.datetime) -> object:
    return changing.change_details(of, values, on=values["on"], by=by, at=at)


def give_notice(of: Membership, values: Values, by: Person, at: dt.datetime) -> object:
    return leaving.give_notice(
        of, shares=values["shares"], received_on=values["received_on"], early=values["early"],
        decided_on=values["decided_on"] if values["early"] else None,
        document=hash_of(values), by=by, at=at,
    )  # fmt: skip


def transfer(of: Membership, values: Values, by: Person, at: dt.datetime) -> object:
    """Whoever joins by it takes a decision of the board, and a second person's as the statute
    says: theirs that waits."""
    to, second = values["taker"], None
    if to.stage == Stage.APPLIED:
        if not by.has_perm(DECIDE):
            raise admission.OnePerson
        earlier = Proposal.objects.filter(membership=to, wish=None, admits=True)
        earlier = earlier.exclude(by=by).select_related("by")
        second = earlier[0].by if earlier else None
    events = transfers.transfer(
        of, to=to, shares=values["shares"], declared_on=values["declared_on"], on=values["on"],
        by=by, second=second, document=hash_of(values), at=at,
    )  # fmt: skip
    Proposal.objects.filter(membership=to, wish=None).delete()
    return events


# --- What it will do --------------------------------------------------------------------------


def said(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else "–"


def of_notice(of: Membership, values: Values) -> list[str]:
    found = leaving.foreseen(
        of, shares=values["shares"], received_on=values["received_on"], early=values["early"]
    )
    state = projecting.state_of(of)
    count = state.shares if found.shares is None else found.shares
    freed = sum(part[3] for part in leaving.parts(state, count))
    due_on = calendar.payout_due(found.last_on, statute=found.statute)
    told = {
        "shares": chronicle.shares(count),
        "day": said(found.last_on),
        "amount": chronicle.money(freed, found.statute.currency),
        "due": said(due_on),
        "months": (values["early"] and found.statute.early_exit_months)
        or found.statute.notice_months,
    }
    whole = gettext("The membership ends on %(day)s, with %(shares)s.") % told
    part = gettext("%(shares)s end on %(day)s; the membership goes on.") % told
    return [
        whole if found.shares is None else part,
        gettext("The period is %(months)s months to the end of a business year.") % told,
        gettext(
            "By the credit of today, %(amount)s are set free, to be settled and paid until %(due)s."
        )
        % told,
        gettext("The member is told by mail.")
        if member_letters.email_of(of)
        else gettext("The member has no mail address: confirm it by letter."),
    ]


def of_more(of: Membership, values: Values) -> list[str]:
    state, law = projecting.state_of(of), statute.in_force(on=values["declared_on"])
    told = {
        "count": values["shares"],
        "amount": chronicle.money(values["shares"] * law.share_cents, law.currency),
    }
    sentences = [gettext("Further shares: %(count)s, %(amount)s, for the board to decide.") % told]
    if capital.to_pay_first(state, compulsory=law.compulsory_shares):
        sentences.append(
            gettext("The board cannot admit them yet: the shares held are not paid (§ 15b GenG).")
        )
    return sentences


def of_transfer(of: Membership, values: Values) -> list[str]:
    to: Membership = values["taker"]
    giving, taking = projecting.state_of(of), projecting.state_of(to)
    law = statute.in_force(on=values["on"])
    transfers.check(giving, taking, shares=values["shares"], statute=law)
    freed = sum(part[3] for part in leaving.parts(giving, values["shares"]))
    told = {
        "left": chronicle.shares(giving.shares - values["shares"]),
        "taken": chronicle.shares(taking.shares + values["shares"]),
        "amount": chronicle.money(freed, law.currency),
        "number": of.number,
        "other": to.number,
        "day": said(values["on"]),
    }
    joins = to.stage == Stage.APPLIED
    return [
        gettext("Member %(number)s holds %(left)s after %(day)s.") % told,
        *([gettext("This membership ends with it.")] if giving.shares == values["shares"] else []),
        gettext("Whoever joins holds %(taken)s then, and gets a member number.") % told
        if joins
        else gettext("Member %(other)s holds %(taken)s then.") % told,
        gettext("Credit of %(amount)s goes along; nothing is paid out. Both are told by mail.")
        % told,
    ]


def of_exclusion(of: Membership, values: Values) -> list[str]:
    law = statute.in_force(on=values["decided_on"])
    day = calendar.year_end(values["decided_on"], statute=law)
    return [
        gettext("The membership ends on %(day)s.") % {"day": said(day)},
        gettext("Rights end with the posting of the letter: record that day next."),
    ]


def of_death(of: Membership, values: Values) -> list[str]:
    law = statute.in_force(on=values["on"])
    day = said(calendar.year_end(values["on"], statute=law))
    goes_on = law.on_death == law.OnDeath.CONTINUES
    return [
        gettext("Nothing is collected any more, whatever it was for, and no mail is sent."),
        gettext("The heirs go on as members.")
        if goes_on
        else gettext("The heirs are members until %(day)s.") % {"day": day},
    ]


ACTS = {
    act.code: act
    for act in [
        Act(
            "told", _("Told by letter"), act_forms.DayForm,
            lambda of, state: lives(of, state) and not state.told,
            lambda of, to, by, at: admission.told(of, on=to["on"], by=by, at=at),
        ),
        Act("details", _("Name, address"), act_forms.DetailsForm, lives, change_details),
        Act(
            "representative", _("Representative"), act_forms.RepresentativeForm, lives,
            lambda of, to, by, at: changing.change_representative(
                of, name=to["name"], why=to["why"], on=to["on"], document=hash_of(to), by=by, at=at
            ),
        ),
        Act(
            "group", _("Change the group"), act_forms.GroupForm, lives,
            lambda of, to, by, at: changing.change_group(
                of, to["group"], on=to["on"], by=by, at=at
            ),
        ),
        Act(
            "more", _("Further shares"), act_forms.MoreForm, stays,
            lambda of, to, by, at: shares.declare(
                of, shares=to["shares"], instalments=to["instalments"],
                declared_on=to["declared_on"], document=hash_of(to), by=by, at=at,
            ),
            of_more,
        ),
        Act(
            "notice", _("Notice"), act_forms.NoticeForm,
            lambda of, state: lives(of, state) and state.leaving_on is None,
            give_notice, of_notice,
        ),
        Act(
            "withdraw", _("Withdraw a notice"), act_forms.WithdrawalForm, under_notice,
            lambda of, to, by, at: leaving.withdraw(
                of, notice=to["notice"], on=to["on"], by=by, at=at
            ),
        ),
        Act("transfer", _("Transfer"), act_forms.TransferForm, lives, transfer, of_transfer),
        Act(
            "exclude", _("Exclude"), act_forms.ExclusionForm,
            lambda of, state: lives(of, state) and not excluded(of, state),
            lambda of, to, by, at: exclusion.decide(
                of, decided_on=to["decided_on"], why=to["why"], document=hash_of(to), by=by, at=at
            ),
            of_exclusion, DECIDE,
        ),
        Act(
            "posted", _("Exclusion posted"), act_forms.DayForm,
            lambda of, state: excluded(of, state) and state.rights_end_on is None,
            lambda of, to, by, at: exclusion.posted(of, on=to["on"], by=by, at=at),
        ),
        Act(
            "revoke", _("Revoke the exclusion"), act_forms.DayForm, excluded,
            lambda of, to, by, at: exclusion.revoke(of, on=to["on"], by=by, at=at),
            right=DECIDE,
        ),
        Act(
            "died", _("Death"), act_forms.DeathForm,
            lambda of, state: lives(of, state) and state.died_on is None,
            lambda of, to, by, at: inheriting.died(
                of, on=to["on"], document=hash_of(to), by=by, at=at
            ),
            of_death,
        ),
        Act(
            "heirs", _("Heirs"), act_forms.HeirsForm,
            lambda of, state: state.died_on is not None,
            lambda of, to, by, at: inheriting.name_heirs(
                of, to["heirs"], on=to["on"], document=hash_of(to), by=by, at=at
            ),
        ),
    ]
}  # fmt: skip

#: Where the form says why a deed refused, and the words.
FAULTS: dict[type[Exception], tuple[str, "StrOrPromise"]] = {
    admission.AlreadyMember: ("joining", _("This person is a member already.")),
    admission.NotOpen: ("joining", _("This declaration is decided already, or withdrawn.")),
    admission.OnePerson: (
        "joining",
        _("Whoever joins is admitted by the board: a member of it transfers, and where the statute"
          " wants two persons, the other one decides to admit first."),
    ),
    admission.TooEarly: ("on", _("This is before the declaration to join.")),
    changing.NotChanged: ("", _("Nothing would change, or this is no member any more.")),
    exclusion.NotExcluded: ("", _("There is no decision to exclude, or it came later.")),
    inheriting.NotDead: ("", _("The death is known already, or this is no member any more.")),
    leaving.Compulsory: (
        "shares",
        _("Fewer shares would be left than every member has to hold. Only the whole can end."),
    ),
    leaving.Leaving: ("", _("The whole membership is to end already.")),
    leaving.NoDecision: ("decided_on", _("An earlier end takes a decision of the board.")),
    leaving.NoMember: ("", _("This is no member any more.")),
    leaving.NoNotice: ("notice", _("This notice has ended something, or is withdrawn.")),
    leaving.NotEarly: (
        "early",
        _("The statute knows no earlier end, or the member has not been one for a whole business"
          " year."),
    ),
    leaving.TooMany: ("shares", _("More than is held and not under notice already.")),
    shares.NoMember: ("", _("This membership has ended, or is to end.")),
    shares.TooMany: (
        "shares", _("The statute does not allow so many shares, or so many instalments.")
    ),
    statute.NoStatute: ("", _("No statute was in force on this day.")),
    transfers.Excluded: ("", _("The statute does not allow transfers.")),
    transfers.NoMember: ("to", _("One of the two is no member.")),
    transfers.TooMany: (
        "shares",
        _("More than is held and not under notice, or fewer would be left than every member has to"
          " hold."),
    ),
    transfers.TooManyTaken: (
        "shares", _("The other may not hold so many, or has to take more to join.")
    ),
    transfers.Unpaid: ("to", _("The other's own shares have to be paid first (§ 15b GenG).")),
    register.Broken: ("", _("The register refuses it: it contradicts what is entered already.")),
}  # fmt: skip
