"""What givers do with what they give: see it, pause, change, end, withdraw."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils.formats import date_format

from allmende.contributions import letters, links, ways
from allmende.contributions.campaigns import PURPOSE
from allmende.contributions.models import Declaration, Draft
from allmende.contributions.words import gives
from allmende.ledger.money import Money
from allmende.payments import codes, mandates, pledges, providers, refunds
from allmende.payments.booking import left_of
from allmende.payments.models import Mandate, PaymentAttempt, Pledge, Refund
from allmende.people import addresses, consents
from allmende.people.answers import Line
from allmende.people.kin import family
from allmende.people.models import Person

State, Reason = Pledge.State, Pledge.Reason
LIVING = [State.AWAITING, State.ACTIVE, State.PAUSED]
WITHDRAWING = dt.timedelta(days=14)  # § 355 (2) BGB
PAUSE = dt.timedelta(hours=1)  # between two mails that anybody can cause
PAUSES = 12  # months that one may pause
Kind = Declaration.Kind


def of(person: Person) -> QuerySet[Pledge]:
    """Everything a human being gives or gave, what lives first."""
    rows = Pledge.objects.filter(person__in=family(person), purpose=PURPOSE)
    lives = Case(When(state__in=LIVING, then=0), default=1)
    return rows.exclude(state=State.DRAFT).order_by(lives, "-pk")


@dataclass(frozen=True)
class Can:
    """What a giver may do with a pledge now."""

    amount: bool
    account: bool
    pause: bool
    resume: bool
    replace: bool
    end: bool
    withdraw: bool


def can(pledge: Pledge, *, at: dt.datetime) -> Can:
    lives = pledge.state in LIVING
    again = pledge.rhythm != Pledge.Rhythm.ONCE
    return Can(
        amount=lives and again and not collects(pledge),
        account=lives and mandate_of(pledge) is not None,
        pause=again and pledge.state == State.ACTIVE,
        resume=again and pledge.state == State.PAUSED and not pledges.is_bereft(pledge),
        replace=lives and again,
        end=lives and again,
        withdraw=pledge.state != State.DRAFT
        and at - pledge.created_at <= WITHDRAWING
        and not Declaration.objects.filter(pledge=pledge, kind=Kind.WITHDRAW).exists(),
    )


def collects(pledge: Pledge) -> bool:
    """Whether the provider takes the money by itself: then other terms need its approval."""
    try:
        return providers.get(pledge.method).collects
    except providers.UnknownProvider:
        return False


def mandate_of(pledge: Pledge) -> Mandate | None:
    return pledge.mandates.filter(state__in=[*Mandate.USABLE, Mandate.State.BLOCKED]).first()


@transaction.atomic
def pause(pledge: Pledge, *, until: dt.date, at: dt.datetime) -> bool:
    if not can(pledge, at=at).pause or not pledges.pause(pledge, until=until, at=at):
        return False
    letters.changed(pledge, "paused", at=at)
    return True


@transaction.atomic
def resume(pledge: Pledge, *, at: dt.datetime) -> bool:
    if not can(pledge, at=at).resume or not pledges.resume(pledge, at=at):
        return False
    letters.changed(pledge, "resumed", at=at)
    return True


@transaction.atomic
def change_amount(pledge: Pledge, *, amount: Money, at: dt.datetime) -> bool:
    if not can(pledge, at=at).amount or amount == pledge.amount:
        return False
    pledges.change(pledge, amount=amount, at=at)
    letters.changed(pledge, "amount", at=at)
    return True


@transaction.atomic
def change_account(pledge: Pledge, *, iban: str, at: dt.datetime) -> bool:
    """What rests because the account was wrong goes on with the new one."""
    mandate = mandate_of(pledge)
    if mandate is None or not mandates.change_account(mandate, iban=iban, at=at):
        return False
    if pledge.state == State.PAUSED and codes.policy(pledge.paused_why) in codes.ACCOUNT:
        pledges.resume(pledge, at=at)
    letters.changed(pledge, "account", at=at)
    return True


def replace(pledge: Pledge, *, at: dt.datetime) -> Draft:
    """Another rhythm or way of paying is a new pledge: everything known is typed already. The one
    before ends when the new one is confirmed, so that there is never none, and never two."""
    draft = Draft(
        cents=pledge.cents,
        rhythm=pledge.rhythm,
        method=pledge.method,
        replaces=pledge,
        language=pledge.person.language.split("-")[0] if pledge.person else "de",
        begun_at=at,
    )
    if pledge.person:
        draft.keep(
            {
                "first_name": pledge.person.first_name,
                "last_name": pledge.person.last_name,
                "email": pledge.person.email,
            }
        )
    draft.save(force_insert=True)
    return draft


@transaction.atomic
def declare(
    pledge: Pledge, *, kind: str, at: dt.datetime, name: str = "", email: str = "",
    words: str = "", wanted_on: dt.date | None = None,
) -> Declaration:  # fmt: skip
    """Ends a pledge, or withdraws it: then money that has come is given back by the office. A
    second time is the same declaration."""
    made, new = Declaration.objects.get_or_create(
        pledge=pledge,
        kind=kind,
        defaults={
            "received_at": at,
            "person": pledge.person,
            "name": name,
            "email": email,
            "words": words,
            "wanted_on": wanted_on,
        },
    )
    if not new:
        return made
    pledges.end(pledge, reason=Reason.READER, at=at)
    if kind == Kind.END or not came(pledge):
        made.handled_at = at
        made.save(update_fields=["handled_at"])
    letters.declared(made, at=at)
    return made


def came(pledge: Pledge) -> bool:
    """Whether money is here that would go back, or is under way."""
    there = [PaymentAttempt.State.SUBMITTED, PaymentAttempt.State.SETTLED]
    return PaymentAttempt.objects.filter(item__pledge=pledge, state__in=there).exists()


@transaction.atomic
def declare_without_link(
    *, kind: str, name: str, email: str, words: str, wanted_on: dt.date | None, at: dt.datetime
) -> Declaration:
    """§ 312k (2) BGB: no sign-in may be asked for. What the address gives ends at once; the mail
    that says so goes there, so whoever did not want it can begin again. Where nothing is known of
    the address, the office looks."""
    email = email.strip().lower()
    found = [pledge for person in persons_of(email) for pledge in of(person)]
    living = [pledge for pledge in found if pledge.state in LIVING]
    told = {"name": name, "email": email, "words": words, "wanted_on": wanted_on}
    if kind == Kind.WITHDRAW:
        living = [pledge for pledge in living if can(pledge, at=at).withdraw]
    made = [declare(pledge, kind=kind, at=at, **told) for pledge in living]  # type: ignore[arg-type]
    if made:
        return made[0]
    alone = Declaration.objects.create(kind=kind, received_at=at, **told)
    letters.declared(alone, at=at)
    return alone


def persons_of(email: str) -> list[Person]:
    """Everybody who has an address for good: couples share one."""
    rows = Person.objects.filter(
        Q(contact_addresses__email=email) | Q(emailaddress__email=email), erased_at=None
    )
    return list(rows.distinct().order_by("pk"))


@transaction.atomic
def send_link(email: str, *, at: dt.datetime) -> None:
    """Somebody typed an address into the form. Tells nothing about it."""
    email = email.strip().lower()
    knock = consents.knock(email)
    giving = [person for person in persons_of(email) if of(person).exists()]
    if giving and consents.may_mail(knock, at=at, pause=PAUSE):
        letters.send_link(giving, to=email, at=at)


def lines(person: Person, *, at: dt.datetime) -> list[Line]:
    """For the account page: what lives."""
    return [
        Line(
            gives(pledge),
            f"{pledge.get_state_display()} · {ways.title(pledge.method)}",
            links.to_manage(person, email=addresses.of(person)[0].email, at=at),
        )
        for pledge in of(person).filter(state__in=LIVING)
    ]


def next_day(pledge: Pledge) -> dt.date | None:
    """When something is due next; None where nothing is, or nobody knows yet."""
    if pledge.state == State.PAUSED:
        return pledge.paused_until
    if pledge.state != State.ACTIVE:
        return None
    item = pledge.items.open().order_by("due_on").first()
    return item.due_on if item else None


def pause_choices(*, on: dt.date) -> list[tuple[str, str]]:
    """First days of the next months, as values and words."""
    day, found = on.replace(day=1), []
    for _n in range(PAUSES):
        day = (day + dt.timedelta(days=32)).replace(day=1)
        found.append((day.isoformat(), date_format(day, "DATE_FORMAT")))
    return found


def here(pledge: Pledge) -> list[PaymentAttempt]:
    """Money of it that is here, and that nobody has asked to give back."""
    there = [PaymentAttempt.State.SETTLED, PaymentAttempt.State.SURPLUS]
    rows = PaymentAttempt.objects.filter(item__pledge=pledge, state__in=there)
    asked = Refund.objects.filter(state__in=[Refund.State.ASKED, Refund.State.SUBMITTED])
    return list(rows.exclude(refunds__in=asked).select_related("item").order_by("pk"))


@transaction.atomic
def give_back(declaration: Declaration, *, by: Person, at: dt.datetime) -> int:
    """Everything that is here of a contribution that was withdrawn (§ 357 BGB). Returns how many
    payments. Nothing is left to do then: what cannot be sent is asked about."""
    if declaration.pledge is None or declaration.kind != Kind.WITHDRAW:
        return 0
    found = here(declaration.pledge)
    for attempt in found:
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"declaration:{declaration.pk}:{attempt.pk}")
        amount = left_of(attempt)
        refunds.ask(attempt, amount=amount, why="withdrawn", by=by, key=key, at=at)
    if found:
        settle(declaration, by=by, at=at)
    return len(found)


def settle(declaration: Declaration, *, by: Person, at: dt.datetime) -> bool:
    """Nothing is left to do. False where somebody else said so before."""
    rows = Declaration.objects.filter(pk=declaration.pk, handled_at=None)
    return rows.update(handled_at=at, handled_by=by) == 1
