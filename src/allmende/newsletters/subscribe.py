"""How somebody comes to get a newsletter, and no longer: double opt-in, pause, leaving.

Whoever asks is told the same, whether the address is known or not. Nothing but the mail that asks
for confirmation goes out before the click, and no address gets more than one such mail an hour.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Case, When

from allmende.mailroom import outbox, suppression
from allmende.mailroom.models import Suppression
from allmende.newsletters import letters
from allmende.newsletters.models import (
    Change,
    Issue,
    Newsletter,
    Subscription,
    SubscriptionQuerySet,
)
from allmende.people import addresses, consents
from allmende.people.kin import family, root
from allmende.people.models import ContactAddress, Person

State = Subscription.State
# Of one human being's subscriptions to a newsletter, which one counts.
STRONGEST = (State.CONFIRMED, State.PAUSED, State.SUSPENDED, State.ASKED, State.LEFT)
PAUSE = dt.timedelta(hours=1)  # between two mails that anybody can cause


@transaction.atomic
def ask(newsletter: Newsletter, *, email: str, at: dt.datetime, source: str = "") -> None:
    """Somebody typed an address into a form. Tells nothing about what was there before."""
    email = email.strip().lower()
    knock = consents.knock(email)
    if complained_before(email):
        return
    address = addresses.reached(email) or new_address(email, newsletter=newsletter, at=at)
    note(newsletter, address=address, at=at, source=source)
    if consents.may_mail(knock, at=at, pause=PAUSE):
        waiting = asked_by(address.person)
        if waiting:
            letters.ask_to_confirm(waiting, address=address, at=at)
        else:
            letters.say_already_there(newsletter, address=address, at=at)


def complained_before(email: str) -> bool:
    """Its reader called a letter spam. Anybody can type an address into a form, so a form is no
    sign that they think otherwise now; they tell the office, which forgives (`forgive`)."""
    known = suppression.why(email)
    return known is not None and known.why == Suppression.Why.COMPLAINT


@transaction.atomic
def send_link(email: str, *, at: dt.datetime) -> None:
    """Somebody typed an address into the form for a fresh link. Tells nothing about it."""
    email = email.strip().lower()
    knock = consents.knock(email)
    address = addresses.reached(email)
    if address is None or complained_before(email):
        return
    waiting = asked_by(address.person)
    if not waiting and not of_person(address.person).exists():
        return
    if not consents.may_mail(knock, at=at, pause=PAUSE):
        return
    if waiting:
        letters.ask_to_confirm(waiting, address=address, at=at)
    else:
        letters.send_link(address, at=at)


def new_address(email: str, *, newsletter: Newsletter, at: dt.datetime) -> ContactAddress:
    return addresses.newcomer(email, language=newsletter.language, at=at)


def note(
    newsletter: Newsletter, *, address: ContactAddress, at: dt.datetime, source: str
) -> Subscription:
    """Writes the wish down, unless the person has the newsletter, or has it paused or suspended."""
    words = consents.wording(newsletter.purpose, text=newsletter.consent_text, at=at)
    asked = {"address": address, "wording": words, "asked_at": at, "source": source[:200]}
    subscription = of_person(address.person).filter(newsletter=newsletter).first()
    if subscription is None:
        subscription = Subscription.objects.create(
            person=root(address.person),
            newsletter=newsletter,
            state=State.ASKED,
            changed_at=at,
            **asked,
        )
        write_down(subscription, was="", at=at, way=Change.Way.FORM)
    elif subscription.state in (State.ASKED, State.LEFT):
        for name, value in asked.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=list(asked))
        move(subscription, State.ASKED, at=at, way=Change.Way.FORM)
    return subscription


def of_person(person: Person) -> SubscriptionQuerySet:
    """What a human being has, or had; of each newsletter what is most alive first, and then what
    the row has that stays."""
    keys = family(person)
    rank = Case(*(When(state=state, then=rank) for rank, state in enumerate(STRONGEST)))
    own = Case(When(person=keys[0], then=0), default=1)
    rows = Subscription.objects.filter(person__in=keys).select_related("newsletter")
    return rows.order_by("newsletter__position", rank, own, "pk")


def asked_by(person: Person) -> list[Subscription]:
    """What waits for the person's confirmation."""
    return list(of_person(person).filter(state=State.ASKED))


@transaction.atomic
def confirm(
    address: ContactAddress, *, newsletters: Iterable[int], at: dt.datetime
) -> list[Subscription]:
    """The person pressed the button behind the mailed link. Returns what began by that."""
    begun = []
    person = root(address.person)
    rows = Subscription.objects.select_for_update().filter(
        state=State.ASKED, address=address, newsletter__in=newsletters
    )
    for subscription in rows:
        subscription.confirmed_at = at
        subscription.save(update_fields=["confirmed_at"])
        move(subscription, State.CONFIRMED, at=at, way=Change.Way.MAIL)
        assert subscription.wording is not None
        consents.give(
            person,
            wording=subscription.wording,
            asked_at=subscription.asked_at,
            at=at,
            source=subscription.source,
            email=address.email,
        )
        begun.append(subscription)
    if begun:  # the mail with the link arrived
        suppression.lift(address.email)
    for row in (address, person):
        if begun and row.confirmed_at is None:
            row.confirmed_at = at
            row.save(update_fields=["confirmed_at"])
    return begun


@transaction.atomic
def leave(
    subscription: Subscription, *, at: dt.datetime, way: str, by: Person | None = None
) -> bool:
    """Ends a subscription, and the consent with it. False when it had ended."""
    if subscription.state == State.LEFT:
        return False
    move(subscription, State.LEFT, at=at, way=way, by=by)
    purpose = subscription.newsletter.purpose
    consents.withdraw(subscription.person, purpose=purpose, at=at, source=way)
    return True


def left_by_mail(batch: int, recipient: int, *, at: dt.datetime) -> bool:
    """Somebody wrote to the address for leaving in their letter of a mailing, both given by key.
    False where there is nothing to leave."""
    issue = Issue.objects.filter(batch=batch).first()
    person = Person.objects.filter(pk=recipient).first()
    if issue is None or person is None:
        return False
    rows = of_person(person).filter(newsletter=issue.newsletter_id).exclude(state=State.LEFT)
    way = Change.Way.BY_MAIL
    ended = [leave(row, at=at, way=way) for row in rows.select_for_update(of=("self",))]
    return any(ended)


def pause(
    subscription: Subscription, *, at: dt.datetime, way: str, by: Person | None = None
) -> bool:
    """No issue comes until the person resumes. False where nothing came anyway."""
    if subscription.state != State.CONFIRMED:
        return False
    move(subscription, State.PAUSED, at=at, way=way, by=by)
    return True


def resume(
    subscription: Subscription, *, at: dt.datetime, way: str, by: Person | None = None
) -> bool:
    """Issues come again, after a pause or a suspension: then the reader says that mail arrives."""
    if subscription.state not in (State.PAUSED, State.SUSPENDED):
        return False
    if subscription.state == State.SUSPENDED:
        suppression.lift(subscription.address.email)
        if suppression.why(subscription.address.email):  # a complaint stays
            return False
    move(subscription, State.CONFIRMED, at=at, way=way, by=by)
    return True


def readdress(subscription: Subscription, *, to: ContactAddress, at: dt.datetime) -> None:
    """Sends letters to another address; what was suspended for the old one comes again."""
    subscription.address = to
    subscription.save(update_fields=["address"])
    if subscription.state == State.SUSPENDED and not suppression.why(to.email):
        move(subscription, State.CONFIRMED, at=at, way=Change.Way.PAGE)


@transaction.atomic
def unite(person: Person, *, at: dt.datetime) -> int:
    """Of subscriptions that merged rows have to one newsletter, lets the strongest stand.

    It is no withdrawal: what was agreed to stays agreed to. Returns how many ended.
    """
    standing: set[int] = set()
    ended = 0
    for row in of_person(person).exclude(state=State.LEFT):
        if row.newsletter_id in standing:
            move(row, State.LEFT, at=at, way=Change.Way.MERGE)
            ended += 1
        standing.add(row.newsletter_id)
    return ended


@transaction.atomic
def part(person: Person, *, merged_at: dt.datetime, at: dt.datetime) -> int:
    """A merge is undone: what ended by it comes back, where its consent is still in force.

    Returns how many came back.
    """
    ended = Change.objects.filter(
        subscription__person=person, way=Change.Way.MERGE, became=State.LEFT, at=merged_at
    )
    back = 0
    for change in ended.select_related("subscription__newsletter").order_by("pk"):
        row = change.subscription
        agreed = consents.current(person, purpose=row.newsletter.purpose) if row else None
        if row and row.state == State.LEFT and (agreed or change.was == State.ASKED):
            move(row, change.was, at=at, way=Change.Way.MERGE, reason=row.reason)
            back += 1
    return back


def forget(person: Person, *, at: dt.datetime) -> None:
    """Ends and removes what an erased row has; changes stay, for they are counted."""
    for row in person.subscriptions.select_related("newsletter"):
        leave(row, at=at, way=Change.Way.ERASURE)
        row.delete()
    Change.objects.filter(by=person).update(by=None)
    outbox.withdraw_everywhere(person.pk, prefix="newsletter:", at=at)
    outbox.forget(person.pk)


def sweep(*, before: dt.datetime) -> int:
    """Removes wishes that were never confirmed; who had left before has left again."""
    old = Subscription.objects.filter(state=State.ASKED, asked_at__lt=before)
    left = old.filter(changes__became=State.CONFIRMED).distinct()
    for row in left:
        move(row, State.LEFT, at=row.asked_at, way=Change.Way.FORM)
    return old.delete()[0]


@transaction.atomic
def forgive(
    subscription: Subscription, *, at: dt.datetime, way: str, by: Person | None = None
) -> bool:
    """The person told the office that a complaint shall count no longer. Nothing comes by that: it
    only lets them subscribe again, as anybody does. False where there was no complaint."""
    return suppression.forgive(subscription.address.email)


def suspend(subscription: Subscription, *, reason: str, at: dt.datetime, way: str) -> bool:
    """Stops issues because mail comes back; `reason` is shown to the reader, who can mend it."""
    if subscription.state not in (State.CONFIRMED, State.PAUSED):
        return False
    move(subscription, State.SUSPENDED, at=at, way=way, reason=reason)
    return True


def came_back(email: str, *, reason: str, at: dt.datetime) -> int:
    """Suspends all that goes to an address that gets no mailing any more. Returns how many."""
    way = Change.Way.BOUNCE
    return sum(suspend(row, reason=reason, at=at, way=way) for row in to_address(email))


def complained(email: str, *, at: dt.datetime) -> int:
    """Ends all that goes to an address whose reader called a letter spam. Returns how many."""
    return sum(leave(row, at=at, way=Change.Way.COMPLAINT) for row in to_address(email))


def to_address(email: str) -> list[Subscription]:
    """Locked, so that what the reader does this moment comes before or after."""
    rows = Subscription.objects.filter(address__email__iexact=email).exclude(state=State.LEFT)
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return list(locked.select_related("newsletter", "person"))


@transaction.atomic
def move(
    subscription: Subscription,
    to: str,
    *,
    at: dt.datetime,
    way: str,
    reason: str = "",
    by: Person | None = None,
) -> None:
    """Puts a subscription into a state and writes the change down; the same state is none.

    Who gets no issues any more gets none of those letters that still wait.
    """
    was, subscription.state = subscription.state, to
    subscription.changed_at, subscription.reason = at, reason[:200]
    subscription.save(update_fields=["state", "changed_at", "reason"])
    if was != to:
        write_down(subscription, was=was, at=at, way=way, by=by)
    if was == State.CONFIRMED and to != was:
        mailings = subscription.newsletter.mailings
        outbox.withdraw_everywhere(subscription.person_id, prefix=mailings, at=at)


def write_down(
    subscription: Subscription, *, was: str, at: dt.datetime, way: str, by: Person | None = None
) -> None:
    Change.objects.create(
        newsletter=subscription.newsletter,
        subscription=subscription,
        at=at,
        was=was,
        became=subscription.state,
        way=way,
        by=by,
    )
