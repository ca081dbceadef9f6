"""Declarations to join, from the form to the board (§ 15 GenG).

    found = declaration.declare(applicant, statute=found, group="readers", shares=3, …, at=now)
    declaration.confirm(found, at=now)              # the button behind the mailed link
    declaration.arrived(found, on=day, at=now)      # the office has the signed paper
    declaration.withdraw(found, at=now)
    declaration.decide(found, State.ADMITTED, at=now)     # by `admission`

Each step is taken once, however often its button is pressed.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from allmende.cooperative import applications, keeping, letters, papers, terms, wording
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import (
    Declaration,
    JoinDraft,
    MemberGroup,
    Printout,
    Statute,
)
from allmende.cooperative.statute import day_of
from allmende.cooperative.wording import Text
from allmende.mailroom import outbox
from allmende.mailroom.models import Message
from allmende.people import addresses
from allmende.people.models import Person

Who, Way, State = Declaration.Who, Declaration.Way, Declaration.State
LAPSE = dt.timedelta(days=30)  # after which an address that nobody confirmed is forgotten
PAPER_LAPSE = dt.timedelta(days=180)  # ... a form that nobody signed
NOTICE_TIME = dt.timedelta(days=7)  # a notice that has not left by then is of no use (mailroom)
DRAFTS_KEPT = dt.timedelta(days=2)
PRINTOUTS_KEPT = dt.timedelta(days=30)


class DeclarationRule(Exception):
    """A rule about declarations was broken.

    DeclarationRule
      x NotAllowed    the statute does not allow what is declared; `faults` says what
      x NotNow        this step does not follow on where the declaration stands
    """


class NotAllowed(DeclarationRule):
    """The statute does not allow what is declared."""


class NotNow(DeclarationRule):
    """This step does not follow on where the declaration stands."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants. group: its code. language: of the words that they read."""

    statute: Statute
    group: str
    shares: int
    instalments: int = 1
    language: str = "de"

    @property
    def member_group(self) -> MemberGroup | None:
        return self.statute.groups.filter(code=self.group).first()


def text_of(applicant: Applicant, wish: Wish) -> Text:
    """The words that are declared."""
    group = wish.member_group
    with translation.override(wish.language):
        return wording.declaration(
            applicant,
            statute=wish.statute,
            group=group.name(wish.language) if group else "",
            shares=wish.shares,
            instalments=wish.instalments,
        )


@transaction.atomic
def declare(
    applicant: Applicant,
    wish: Wish,
    *,
    way: Declaration.Way,
    at: dt.datetime,
    own_hand: bool = True,
    together: uuid.UUID | None = None,
) -> Declaration:
    """Writes down what was filled in online, and asks for what proves it: a button, or a signature.

    own_hand: False where somebody else filled it in, a partner or who makes a gift; it is declared
    by the button behind the mailed link, which shows every word.
    Raises NotAllowed.
    """
    found = written(applicant, wish, way=way, own_hand=own_hand, together=together, at=at)
    if way == Way.PRINTED:
        letters.ask_to_sign(found, applicant, at=at)
    else:
        letters.ask_to_confirm(found, applicant, at=at)
    return found


def written(
    applicant: Applicant,
    wish: Wish,
    *,
    way: Declaration.Way,
    at: dt.datetime,
    own_hand: bool = True,
    together: uuid.UUID | None = None,
    by: Person | None = None,
) -> Declaration:
    """The rows, with their words. Raises NotAllowed."""
    checked(wish)
    found = Declaration.objects.create(
        who=who(applicant),
        way=way,
        statute=wish.statute,
        group=wish.group,
        shares=wish.shares,
        instalments=wish.instalments,
        language=wish.language,
        together=together or uuid.uuid4(),
        is_gift=bool(applicant.giver),
        own_hand=own_hand,
        created_at=at,
        typed_by=by,
        email_mark=keeping.email_mark(applicant.email),
        name_mark=keeping.name_mark(applicant),
    )
    keeping.keep(found, applicant, words=wording.kept(text_of(applicant, wish)))
    return found


def checked(wish: Wish) -> None:
    """Raises NotAllowed."""
    wrong = terms.faults(
        wish.statute, group=wish.member_group, shares=wish.shares, instalments=wish.instalments
    )
    if first := next(wrong, None):
        raise NotAllowed(str(first[1]))


def who(applicant: Applicant) -> Declaration.Who:
    if applicant.organisation:
        return Who.ORGANISATION
    return Who.MINOR if applicant.guardians else Who.PERSON


# --- From one state to the next ---------------------------------------------------------------


@transaction.atomic
def confirm(declaration: Declaration, *, at: dt.datetime) -> bool:
    """The address is proven, and what somebody else filled in is declared. True the first time.

    Raises NotNow for what waits for a signature, was withdrawn, or is forgotten.
    """
    found = held(declaration)
    if found.state in (State.STANDS, State.ADMITTED):
        return False
    applicant, words = keeping.applicant_of(found), keeping.words_of(found)
    if found.state != State.WAITING or found.way != Way.ONLINE or not applicant or not words:
        raise NotNow(found.state)
    declared = found.created_at if found.own_hand else at
    stand(found, declared_on=day_of(declared), at=at)
    paper = papers.declared(found, applicant, wording.read(words), at=at)
    keeping.keep_paper(found, paper)
    hand_over(found, at=at)
    letters.received(found, applicant, paper=paper, at=at)
    return True


@transaction.atomic
def arrived(
    declaration: Declaration, *, on: dt.date, scan: bytes | None = None, at: dt.datetime
) -> bool:
    """The signed paper of a form is there since a day. True the first time.

    Raises NotNow for what needs no signature, was withdrawn, or is forgotten.
    """
    found = held(declaration)
    if found.state in (State.STANDS, State.ADMITTED):
        return False
    applicant = keeping.applicant_of(found)
    if found.state != State.WAITING or found.way != Way.PRINTED or not applicant:
        raise NotNow(found.state)
    stand(found, declared_on=on, at=at)
    if scan:
        keeping.keep_paper(found, scan)
    hand_over(found, at=at)
    letters.received(found, applicant, paper=None, at=at)
    return True


def stand(found: Declaration, *, declared_on: dt.date, at: dt.datetime) -> None:
    """From now on the board decides about it. Saved by `hand_over`."""
    found.state, found.declared_on, found.proven_at = State.STANDS, declared_on, at


def hand_over(found: Declaration, *, at: dt.datetime) -> None:
    """To the board, and to the register."""
    found.save()
    applications.stands(found, at=at)


@transaction.atomic
def withdraw(declaration: Declaration, *, at: dt.datetime) -> bool:
    """Its applicant no longer wants it; possible until the decision. True the first time.

    Raises NotNow.
    """
    found = held(declaration)
    if found.state == State.WITHDRAWN:
        return False
    applicant = keeping.applicant_of(found)
    decide(found, State.WITHDRAWN, at=at)
    applications.withdrawn(found, at=at)
    if applicant:
        letters.withdrawn(found, applicant, at=at)
    return True


@transaction.atomic
def decide(declaration: Declaration, state: Declaration.State, *, at: dt.datetime) -> None:
    """Admitted, refused or withdrawn, once. Who decides writes to the applicant.

    Raises NotNow.
    """
    found = held(declaration)
    if state not in Declaration.MOVES.get(found.state, ()) or state == State.STANDS:
        raise NotNow(f"{found.state} → {state}")
    declaration.state, declaration.decided_at = state, at
    declaration.save(update_fields=["state", "decided_at"])


def held(declaration: Declaration) -> Declaration:
    """The row as it is now, locked: two who press a button come one after the other."""
    rows = Declaration.objects.select_for_update(of=("self",))
    rows = rows.select_related("statute")
    return rows.get(pk=declaration.pk)


# --- Forgetting -------------------------------------------------------------------------------


def forget_due(*, at: dt.datetime) -> int:
    """Destroys the data of what was refused or withdrawn, as soon as its notice has left (§ 15 (2)
    sentence 4 GenG). Returns of how many."""
    ended = Declaration.objects.filter(
        state__in=[State.REFUSED, State.WITHDRAWN], forgotten_at=None
    )
    due = [one for one in ended.order_by("pk") if notice_has_left(one, at=at)]
    for one in due:
        forget(one, at=at)
    return len(due)


def notice_has_left(declaration: Declaration, *, at: dt.datetime) -> bool:
    """By mail; or by the office's letter, which takes the address and the paper to give back."""
    applicant = keeping.applicant_of(declaration)
    assert declaration.decided_at is not None
    if applicant and needs_letter(declaration, applicant):
        return False
    if not applicant or not applicant.email or at - declaration.decided_at > NOTICE_TIME:
        return True
    mails = outbox.single_letters(applicant.email).filter(created_at__gte=declaration.decided_at)
    return not mails.filter(state__in=Message.OPEN).exists()


def needs_letter(declaration: Declaration, applicant: Applicant) -> bool:
    """Was refused, has no mail address, and nobody has noted a letter yet."""
    refused = declaration.state == State.REFUSED and declaration.told_on is None
    return refused and not applicant.email


def without_letter() -> list[tuple[Declaration, Applicant]]:
    """Who was refused and is to be told by letter; it should be nobody."""
    rows = Declaration.objects.filter(state=State.REFUSED, forgotten_at=None, told_on=None)
    known = [(one, keeping.applicant_of(one)) for one in rows.order_by("decided_at", "pk")]
    return [(one, who) for one, who in known if who and needs_letter(one, who)]


@transaction.atomic
def told(declaration: Declaration, *, on: dt.date) -> bool:
    """The letter of a refusal is posted, and what they had signed goes back with it (§ 15 (2)
    GenG). From now on nothing keeps their data. True the first time."""
    rows = Declaration.objects.filter(pk=declaration.pk, state=State.REFUSED, told_on=None)
    return rows.update(told_on=on) == 1


@transaction.atomic
def forget(declaration: Declaration, *, at: dt.datetime) -> None:
    """Nothing of who it was is left: in no table, and in no backup once the key is gone."""
    applicant = keeping.applicant_of(declaration)
    if applicant and applicant.email and is_nobody_elses(declaration, applicant.email):
        outbox.forget_address(applicant.email)
    keeping.forget(declaration, at=at)


@transaction.atomic
def restored(*, at: dt.datetime) -> int:
    """A backup was put in place. What was being filled in when it was made is filled in anew: who
    declared it since may be refused by now. Returns how many were forgotten again."""
    JoinDraft.objects.all().delete()
    count = forget_lost(resting=True, at=at)
    sweep(at=at)
    return count


@transaction.atomic
def forget_lost(*, resting: bool = False, at: dt.datetime) -> int:
    """What a backup has brought back, though its key was destroyed since, is forgotten again:
    whoever was refused or had withdrawn is before the board no more. Returns of how many.

    resting: no sender of mail is at work."""
    rows = Declaration.objects.filter(forgotten_at=None).order_by("pk")
    lost = [one for one in rows if keeping.was_forgotten(one)]
    forget_mails(lost, resting=resting)
    for one in lost:
        if one.state == State.STANDS:
            decide(one, State.WITHDRAWN, at=at)
            applications.withdrawn(one, at=at)
        keeping.forget(one, at=at)
        if one.state == State.WAITING:
            one.delete()
    return len(lost)


def forget_mails(lost: list[Declaration], *, resting: bool) -> None:
    """By the marks of their addresses, which nobody can read any more."""
    marked = {one.email_mark: one for one in lost if one.email_mark}
    mails = Message.objects.filter(batch=None).values_list("address", flat=True)
    for address in mails.distinct() if marked else ():
        one = marked.get(keeping.email_mark(address))
        if one and is_nobody_elses(one, address):
            outbox.forget_address(address, resting=resting)


def is_nobody_elses(declaration: Declaration, email: str) -> bool:
    """Couples share an address, and readers have theirs for newsletters too."""
    others = Declaration.objects.filter(email_mark=declaration.email_mark)
    return not others.exclude(pk=declaration.pk).exists() and addresses.reached(email) is None


@transaction.atomic
def sweep(*, at: dt.datetime) -> None:
    """What nobody confirmed or signed, and drafts and printouts that are done, go whole."""
    waiting = Declaration.objects.filter(state=State.WAITING)
    late = Q(way=Way.PRINTED, created_at__lt=at - PAPER_LAPSE)
    for one in waiting.filter(late | Q(way=Way.ONLINE, created_at__lt=at - LAPSE)):
        keeping.forget(one, at=at)
        one.delete()
    JoinDraft.objects.filter(begun_at__lt=at - DRAFTS_KEPT).delete()
    Printout.objects.filter(sent_at__lt=at - PRINTOUTS_KEPT).delete()


# --- Looking for two that are one ---------------------------------------------------------------


def alike(
    *, name_mark: str, email_mark: str, beside: Declaration | None = None
) -> QuerySet[Declaration]:
    """Declarations of the same name or address, the newest first."""
    same = Q(name_mark=name_mark) & ~Q(name_mark="") | Q(email_mark=email_mark) & ~Q(email_mark="")
    rows = Declaration.objects.filter(same, forgotten_at=None)
    return rows.exclude(pk=beside.pk) if beside else rows
