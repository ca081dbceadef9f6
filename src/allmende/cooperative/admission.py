"""What the board decides about declarations (§ 15 GenG).

    admit(declaration, decided_on=day, by=person, at=now)
    admit_many(declarations, …)                  each by itself; who cannot be is named
    refuse(declaration, decided_on=day, by=person, at=now)

An admission is one transaction: decision, number, entry, what is to be paid, and the notice by
mail. Of several shares it enters at once what the law lets in unpaid (§ 15b GenG); each of the
others counts when those before it are paid (`capital.credited`). Who has no mail address is told by
post (`told`); until then they stand on a list that should be empty. A refusal tells the applicant
and leaves nothing of them: what they declared goes as soon as the mail has left
(`declaration.forget_due`).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from allmende.cooperative import (
    capital,
    declaration,
    keeping,
    letters,
    member_letters,
    projecting,
    register,
    terms,
)
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration, Membership, RegisterEvent
from allmende.cooperative.register import Draft
from allmende.people.kin import family, root
from allmende.people.models import ContactAddress, Person

State = Declaration.State


class NotDecided(Exception):
    """This cannot be decided so; nothing was written.

    NotDecided
      x NotOpen         it is decided already, or was withdrawn
      x OnePerson       the statute wants a second person to decide
      x AlreadyMember   this person is a member, or has applied by another declaration
      x TooEarly        before it was declared
    """


class NotOpen(NotDecided):
    """It is decided already, or was withdrawn."""


class OnePerson(NotDecided):
    """The statute wants a second person to decide."""


class AlreadyMember(NotDecided):
    """This person is a member, or has applied by another declaration."""


class TooEarly(NotDecided):
    """Before it was declared."""


@transaction.atomic
def admit(
    found: Declaration, *, decided_on: dt.date, by: Person | None, second: Person | None = None,
    at: dt.datetime,
) -> Membership:  # fmt: skip
    """by, second: who decided. Raises NotDecided."""
    membership, applicant = opened(found, decided_on=decided_on, by=by, second=second)
    join(membership, applicant, found, at=at)
    law = found.statute
    group = law.groups.filter(code=found.group).first()
    now = min(found.shares, terms.most_unpaid(law, group))
    later = found.shares - now
    told: dict[str, Any] = {
        "declared_on": found.declared_on, "decided_on": decided_on, "actor": by, "second": second,
        "statute": law, "document": found.paper_hash,
    }  # fmt: skip
    drafts = [
        Draft(
            Kind.ADMITTED, membership, decided_on, shares=now, nominal=law.share_cents,
            word=found.group, member_number=register.next_number(), payload=personal(applicant),
            **told,
        )
    ]  # fmt: skip
    if later:
        drafts.append(Draft(Kind.MORE_DECLARED, membership, decided_on, shares=later, **told))
    if member_letters.email_of(membership):
        drafts.append(Draft(Kind.NOTIFIED, membership, projecting.day_of(at)))
    event, *_more = register.record_many(drafts, at=at)
    parts = terms.plan(law, shares=found.shares, instalments=found.instalments)
    ways = capital.asked(
        event, parts, of=membership, months=law.instalment_months, language=found.language,
        first_on=decided_on + dt.timedelta(days=law.payment_days), at=at,
    )  # fmt: skip
    membership.refresh_from_db()
    member_letters.admitted(membership, ways, decided_on, later=later)
    return membership


def opened(
    found: Declaration, *, decided_on: dt.date, by: Person | None, second: Person | None
) -> tuple[Membership, Applicant]:
    """What is to be decided, with the register held. Raises NotDecided."""
    register.hold()
    found.refresh_from_db()
    membership = Membership.objects.filter(key=found.key, stage=Stage.APPLIED).first()
    applicant = keeping.applicant_of(found)
    if membership is None or applicant is None or found.declared_on is None:
        raise NotOpen
    if found.statute.second_person and (second is None or second == by):
        raise OnePerson
    if decided_on < found.declared_on:
        raise TooEarly
    return membership, applicant


def obstacle(found: Declaration, *, decided_on: dt.date) -> NotDecided | None:
    """Why this could not be admitted now, by one person or two."""
    applicant = keeping.applicant_of(found)
    if found.state != State.STANDS or applicant is None or found.declared_on is None:
        return NotOpen()
    if decided_on < found.declared_on:
        return TooEarly()
    person = declarer(applicant, proven=found.way == Declaration.Way.ONLINE)
    twice = person and Membership.objects.living().filter(person__in=family(person)).exists()
    return AlreadyMember() if twice else None


def joins(
    membership: Membership, *, decided_on: dt.date, by: Person | None, second: Person | None,
    at: dt.datetime,
) -> Applicant:  # fmt: skip
    """Whoever applied is admitted by a transfer, which gives them shares. Raises NotDecided."""
    found = Declaration.objects.filter(key=membership.key).first()
    if found is None:
        raise NotOpen
    _same, applicant = opened(found, decided_on=decided_on, by=by, second=second)
    join(membership, applicant, found, at=at)
    return applicant


def join(
    membership: Membership, applicant: Applicant, found: Declaration, *, at: dt.datetime
) -> None:
    """From now on it is known whose membership it is. Raises NotDecided."""
    try:
        declaration.decide(found, State.ADMITTED, at=at)
    except declaration.NotNow as error:
        raise NotOpen from error
    proven = found.way == Declaration.Way.ONLINE
    person = person_of(applicant, language=found.language, proven=proven, at=at)
    if Membership.objects.living().filter(person__in=family(person)).exists():
        raise AlreadyMember
    Membership.objects.filter(pk=membership.pk).update(person=person)
    membership.person = person


def person_of(applicant: Applicant, *, language: str, proven: bool, at: dt.datetime) -> Person:
    """Who is reached by the address and has the name; couples share one. Somebody new otherwise.
    proven: the address was confirmed with the declaration."""
    email = applicant.email.strip().lower()
    found = declarer(applicant, proven=proven)
    if found and not found.get_full_name():
        found.first_name, found.last_name = applicant.first_names, applicant.last_name
        found.save(update_fields=["first_name", "last_name"])
    if found is None:
        found = Person.objects.create_user(
            language=language, created_at=at, confirmed_at=at,
            first_name=applicant.first_names,
            last_name=applicant.organisation or applicant.last_name,
        )  # fmt: skip
        there = False
        if email:
            confirmed_at = at if proven else None
            found.contact_addresses.create(email=email, created_at=at, confirmed_at=confirmed_at)
    else:
        there = found.contact_addresses.exclude(town="").exists()
        if proven:
            rows = found.contact_addresses.filter(email=email, confirmed_at=None)
            rows.update(confirmed_at=at)
    if applicant.town and not there:
        found.contact_addresses.create(
            street=applicant.street, postcode=applicant.postcode, town=applicant.town,
            country=applicant.country, created_at=at, confirmed_at=at,
        )  # fmt: skip
    return found


def declarer(applicant: Applicant, *, proven: bool) -> Person | None:
    """Who is here already. An address that the office typed in from paper may be a slip, and counts
    as soon as somebody of the same name has proven that it is theirs: by a declaration online."""
    found = known(applicant.email.strip().lower(), applicant.name)
    return found or (on_paper(applicant) if proven else None)


def on_paper(applicant: Applicant) -> Person | None:
    """Who was admitted by a paper with this name and address."""
    email, name = keeping.email_mark(applicant.email), keeping.name_mark(applicant)
    papers = Declaration.objects.filter(state=State.ADMITTED, email_mark=email, name_mark=name)
    papers = papers.exclude(way=Declaration.Way.ONLINE).exclude(email_mark="")
    rows = Membership.objects.filter(key__in=papers.values("key"), person__isnull=False)
    found = rows.select_related("person").order_by("-pk").first()
    return root(found.person) if found and found.person else None


def known(email: str, name: str) -> Person | None:
    """By address and name. Who has told no name yet, and is alone with the address, is meant."""
    wanted = Q(confirmed_at=None, person__confirmed_at__isnull=False)
    rows = ContactAddress.objects.filter(email=email, person__erased_at=None).exclude(email="")
    persons = {root(row.person).pk: root(row.person) for row in rows.exclude(wanted)}
    for person in persons.values():
        if person.get_full_name() == name:
            return person
    nameless = [person for person in persons.values() if not person.get_full_name()]
    return nameless[0] if len(persons) == 1 and nameless else None


def personal(applicant: Applicant) -> dict[str, Any]:
    """The payload of an admission."""
    more = {
        "born_on": applicant.born_on,
        "representative": applicant.representative,
        "guardians": applicant.guardians,
    }
    kept = {name: value for name, value in more.items() if value}
    return {"details": applicant.details, **kept}


@transaction.atomic
def told(
    membership: Membership, *, on: dt.date, by: Person | None, at: dt.datetime
) -> RegisterEvent:
    """They were told that they are entered: by mail, or by the office's letter (`by`)."""
    register.hold()
    return register.record(Draft(Kind.NOTIFIED, membership, on, actor=by), at=at)


def admit_many(
    found: Iterable[Declaration], *, decided_on: dt.date, by: Person | None,
    second: Person | None = None, at: dt.datetime,
) -> tuple[list[Membership], list[tuple[Declaration, NotDecided]]]:  # fmt: skip
    """In the order given, which is that of their numbers. Returns who was admitted, and who could
    not be and why."""
    admitted, left = [], []
    for one in found:
        try:
            admitted.append(admit(one, decided_on=decided_on, by=by, second=second, at=at))
        except NotDecided as error:
            left.append((one, error))
    return admitted, left


@transaction.atomic
def refuse(
    found: Declaration, *, decided_on: dt.date, by: Person | None, second: Person | None = None,
    words: str = "", at: dt.datetime,
) -> None:  # fmt: skip
    """words: of the board, in the mail. Raises NotDecided."""
    membership, applicant = opened(found, decided_on=decided_on, by=by, second=second)
    draft = Draft(
        Kind.REFUSED, membership, decided_on, declared_on=found.declared_on,
        decided_on=decided_on, actor=by, second=second, statute=found.statute,
    )  # fmt: skip
    register.record(draft, at=at)
    try:
        declaration.decide(found, State.REFUSED, at=at)
    except declaration.NotNow as error:
        raise NotOpen from error
    letters.refused(found, applicant, on=decided_on, words=words)
