"""Who cannot give now is reminded once, in the month they named, if they confirmed it by mail.

The form says the same for every address. The reminder is the consent's only mail; when it has left
or is not wanted any more, the consent is withdrawn.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.contributions import letters
from allmende.contributions.models import Reminder
from allmende.mailroom import suppression
from allmende.mailroom.models import Suppression
from allmende.people import addresses, consents
from allmende.people.kin import family, root
from allmende.people.models import Person

State = Reminder.State
PURPOSE = "contribution reminder"
PAUSE = dt.timedelta(hours=1)  # between two mails that anybody can cause
MONTHS = 12  # as far ahead as one may ask
KEPT = dt.timedelta(days=30)  # after the mail, until the row goes


def months(*, on: dt.date) -> list[dt.date]:
    """What one may choose from: the next twelve months."""
    first = on.replace(day=1)
    found = []
    for _n in range(MONTHS):
        first = (first + dt.timedelta(days=32)).replace(day=1)
        found.append(first)
    return found


def words(month: dt.date, *, language: str) -> str:
    """What one agrees to."""
    with translation.override(language):
        named = date_format(month, "F Y")
        return _("Remind me once, by one mail in %(month)s, that I may want to give.") % {
            "month": named
        }


@transaction.atomic
def ask(email: str, *, month: dt.date, language: str, at: dt.datetime) -> None:
    """Somebody typed an address into the form."""
    email = email.strip().lower()
    knock = consents.knock(email)
    known = suppression.why(email)
    if known is not None and known.why == Suppression.Why.COMPLAINT:
        return
    if not consents.may_mail(knock, at=at, pause=PAUSE):
        return
    address = addresses.reached(email) or addresses.newcomer(email, language=language, at=at)
    person = root(address.person)
    wording = consents.wording(PURPOSE, text=words(month, language=language), at=at)
    of_person(person, State.ASKED).delete()
    if of_person(person, State.CONFIRMED).exists():
        reminder = None  # one is promised already; the mail says so
    else:
        reminder = Reminder.objects.create(
            person=person,
            address=address,
            month=month,
            state=State.ASKED,
            wording=wording,
            asked_at=at,
        )
    letters.ask_to_remind(reminder, address=address, language=language, at=at)


def of_person(person: Person, *states: str) -> QuerySet[Reminder]:
    return Reminder.objects.filter(person__in=family(person), state__in=states)


@transaction.atomic
def confirm(reminder: Reminder, *, at: dt.datetime) -> bool:
    """The button behind the mailed link. False where it was pressed before, or is not wanted."""
    rows = Reminder.objects.filter(pk=reminder.pk, state=State.ASKED)
    if not rows.update(state=State.CONFIRMED, confirmed_at=at):
        return False
    address, person = reminder.address, root(reminder.person)
    suppression.lift(address.email)
    for row in (address, person):
        if row.confirmed_at is None:
            row.confirmed_at = at
            row.save(update_fields=["confirmed_at"])
    consents.give(
        person,
        wording=reminder.wording,
        asked_at=reminder.asked_at,
        at=at,
        source="/beitrag/erinnern/",
        email=address.email,
    )
    return True


@transaction.atomic
def end(reminder: Reminder, *, at: dt.datetime) -> bool:
    """It is not wanted any more. False where it was over."""
    rows = Reminder.objects.filter(pk=reminder.pk, state__in=[State.ASKED, State.CONFIRMED])
    if not rows.update(state=State.ENDED):
        return False
    consents.withdraw(root(reminder.person), purpose=PURPOSE, at=at, source="page")
    return True


def end_all_of(person: Person, *, at: dt.datetime) -> int:
    """Of a giver who has died. Returns how many ended."""
    rows = of_person(person, State.ASKED, State.CONFIRMED)
    return sum(end(row, at=at) for row in rows.select_related("person").order_by("pk"))


def send_due(*, at: dt.datetime, on: dt.date) -> int:
    """Sends what is due this month, each in a transaction of its own. Returns how many."""
    due = Reminder.objects.filter(state=State.CONFIRMED, month__lte=on)
    return sum(send(pk, at=at) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def send(pk: int, *, at: dt.datetime) -> bool:
    rows = Reminder.objects.filter(pk=pk, state=State.CONFIRMED)
    if not rows.update(state=State.SENT, sent_at=at):
        return False
    reminder = Reminder.objects.select_related("address", "person").get(pk=pk)
    letters.remind(reminder, at=at)
    consents.withdraw(root(reminder.person), purpose=PURPOSE, at=at, source="sent")
    return True


def sweep(*, at: dt.datetime, before: dt.datetime) -> int:
    """Removes what was never confirmed, is no longer wanted, or has been sent a while ago."""
    over = Reminder.objects.filter(state=State.SENT, sent_at__lt=at - KEPT)
    old = Reminder.objects.filter(state__in=[State.ASKED, State.ENDED], asked_at__lt=before)
    return over.delete()[0] + old.delete()[0]
