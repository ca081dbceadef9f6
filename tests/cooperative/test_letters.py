"""Letters to members: reminders of what is overdue, and what is told of each deed."""

import datetime as dt
from fractions import Fraction

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from allmende.cooperative import (
    admission,
    changing,
    exclusion,
    inheriting,
    leaving,
    projecting,
    reminding,
    settling,
)
from allmende.cooperative.models import Membership, PaymentReminder
from allmende.cooperative.models.register import RegisterEvent
from allmende.ledger.money import Money
from allmende.payments import due
from allmende.payments.models import DueItem
from tests.cooperative import books, cast
from tests.cooperative.cast import LENE, statute_like
from tests.cooperative.test_member_pages import account, admitted

__all__ = ["account"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper", "account")]
FIRST = dt.date(2026, 3, 16)  # two weeks after the admission
DAY = dt.timedelta(days=1)


@pytest.fixture
def lene() -> Membership:
    """Pays 1,000 euros in twenty months."""
    law = statute_like("junge-welt")
    found = cast.declaration.declare(
        cast.applicant(), cast.wish(law, shares=2, instalments=20),
        way=cast.declaration.Way.ONLINE, at=cast.NOW,
    )  # fmt: skip
    cast.declaration.confirm(found, at=cast.NOW)
    found.refresh_from_db()
    member = admission.admit(found, decided_on=dt.date(2026, 3, 2), by=None, at=cast.NOW)
    mail.outbox.clear()
    return member


def remind(day: dt.date) -> int:
    """As every morning, after what is due was planned."""
    at = dt.datetime.combine(day, dt.time(8, 30), tzinfo=dt.UTC)
    due.plan(until=day + dt.timedelta(days=45), at=at)
    return reminding.remind_due(on=day, at=at)


def test_reminder_comes_a_week_after_the_day_and_once_a_stage(lene: Membership) -> None:
    assert [remind(FIRST + n * DAY) for n in range(31)] == [
        1 if n in (7, 28) else 0 for n in range(31)
    ]
    first, second = mail.outbox
    assert first.to == second.to == [LENE]
    assert first.subject == "Eine Zahlung für Ihre Geschäftsanteile fehlt noch"
    assert "50\N{NO-BREAK SPACE}€, fällig am 16. März 2026" in first.body
    assert "DE02 1203 0000 0000 2020 51" in first.body
    assert "Verwendungszweck: RF" in first.body
    assert "überschnitten" in first.body
    assert second.subject.startswith("Noch einmal")


def test_every_letter_ends_with_who_writes_and_from_where(lene: Membership) -> None:
    remind(FIRST + 7 * DAY)
    foot = "-- \nAuentaler Bote\nAuentaler Bote eG\nMarkt 1, 01234 Niederau"
    assert mail.outbox[0].body.rstrip().endswith(foot)


def test_letter_names_all_that_is_overdue_with_its_sum(lene: Membership) -> None:
    remind(dt.date(2026, 5, 20))
    (letter,) = mail.outbox
    assert letter.body.count("fällig am") == 3
    assert "Zusammen 150\N{NO-BREAK SPACE}€" in letter.body
    # What has just become due stood in it, and is no reason for another one.
    assert remind(dt.date(2026, 5, 23)) == 0


def test_nothing_is_skipped_to_a_later_stage(lene: Membership) -> None:
    """Whoever was away finds the friendly letter first."""
    remind(dt.date(2026, 5, 20))
    assert set(PaymentReminder.objects.values_list("stage", flat=True)) == {1}
    assert mail.outbox[0].subject.startswith("Eine Zahlung")


def test_reminder_in_english(lene: Membership) -> None:
    assert lene.person is not None
    lene.person.language = "en"
    lene.person.save()
    remind(FIRST + 7 * DAY)
    assert mail.outbox[0].subject == "A payment for your shares has not come yet"
    assert "€50, due on 16 March 2026" in mail.outbox[0].body


def test_who_has_paid_is_not_reminded(lene: Membership) -> None:
    books.pay(lene, on=FIRST)
    assert [remind(FIRST + n * DAY) for n in range(30)] == [0] * 30


def test_the_dead_the_excluded_and_who_left_are_not_reminded(lene: Membership) -> None:
    """They are told by the estate's or the office's letter, if at all."""
    day = FIRST + 10 * DAY
    with transaction.atomic():
        inheriting.died(lene, on=FIRST, by=None, at=cast.NOW)
        assert remind(day) == 0
        transaction.set_rollback(True)
    with transaction.atomic():
        exclusion.decide(lene, decided_on=FIRST, by=None, why="", at=cast.NOW)
        assert remind(day) == 0
        transaction.set_rollback(True)
    with transaction.atomic():
        leaving.give_notice(lene, received_on=FIRST, at=cast.NOW)
        lene.refresh_from_db()
        assert lene.leaving_on is not None
        assert remind(day) == 1  # who has given notice owes until the end
        leaving.end_due(on=lene.leaving_on + DAY, at=cast.NOW)
        mail.outbox.clear()
        assert remind(lene.leaving_on + 30 * DAY) == 0
        transaction.set_rollback(True)
    assert not PaymentReminder.objects.exists()


def test_who_has_no_address_stays_on_the_offices_list(lene: Membership) -> None:
    assert lene.person is not None
    lene.person.contact_addresses.all().delete()
    assert remind(FIRST + 10 * DAY) == 0
    assert not PaymentReminder.objects.exists()


def test_database_keeps_one_reminder_a_stage(lene: Membership) -> None:
    remind(FIRST + 10 * DAY)
    item = DueItem.objects.order_by("due_on").first()
    assert item is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentReminder.objects.create(item=item, stage=1, sent_at=cast.NOW)


# --- What is told of deeds ----------------------------------------------------------------------


def test_settlement_is_told_and_its_payment(lene: Membership) -> None:
    books.pay(lene, 4, on=FIRST)
    leaving.give_notice(lene, received_on=FIRST, at=cast.NOW)
    lene.refresh_from_db()
    last = lene.leaving_on
    assert last is not None
    leaving.end_due(on=last + DAY, at=cast.NOW)
    mail.outbox.clear()
    day = last + 90 * DAY
    settling.settle_year(last, on=day, loss=Fraction(1, 10), by=None, at=cast.NOW)
    (letter,) = mail.outbox
    assert "Von den 200\N{NO-BREAK SPACE}€" in letter.body
    assert "Sie bekommen 180\N{NO-BREAK SPACE}€ zurück" in letter.body
    assert "30. Juni" in letter.body
    (number,) = projecting.state_of(lene).payables
    settling.paid_out(lene, number, Money(180_00), entry="test:1", on=day, at=cast.NOW)
    settling.came_back(lene, number, Money(180_00), entry="test:2", on=day, at=cast.NOW)
    assert [one.subject for one in mail.outbox[1:]] == [
        "Ihr Geld ist unterwegs",
        "Ihr Geld ist zu uns zurückgekommen",
    ]


@pytest.mark.parametrize("loss", [Fraction(0), Fraction(1)])
def test_settlement_without_loss_and_without_rest(lene: Membership, loss: Fraction) -> None:
    books.pay(lene, 1, on=FIRST)
    leaving.give_notice(lene, received_on=FIRST, at=cast.NOW)
    lene.refresh_from_db()
    assert lene.leaving_on is not None
    leaving.end_due(on=lene.leaving_on + DAY, at=cast.NOW)
    mail.outbox.clear()
    settling.settle_year(lene.leaving_on, on=FIRST, loss=loss, by=None, at=cast.NOW)
    body = mail.outbox[0].body
    words = "Sie bekommen alles zurück" if not loss else "zurückzuzahlen bleibt nichts"
    assert words in body
    assert ("IBAN" in body) is (not loss)


def test_withdrawn_notice_and_new_address_are_told(lene: Membership) -> None:
    event = leaving.give_notice(lene, received_on=FIRST, at=cast.NOW)
    mail.outbox.clear()
    leaving.withdraw(lene, notice=event.number, on=FIRST, at=cast.NOW)
    details = {"last_name": "Ott", "first_names": "Lene", "street": "Neue Gasse 1",
               "postcode": "04109", "town": "Leipzig", "country": "DE"}  # fmt: skip
    changing.change_details(lene, details, on=FIRST, by=None, at=cast.NOW)
    assert [one.subject for one in mail.outbox] == [
        "Ihre Kündigung ist zurückgenommen",
        "Ihr Eintrag in der Mitgliederliste",
    ]
    assert "04109 Leipzig" in mail.outbox[1].body


def test_too_much_money_is_told_as_such(lene: Membership) -> None:
    books.credit(lene, 1200_00, on=FIRST)
    mail.outbox.clear()
    (number,) = projecting.state_of(lene).claims
    event = RegisterEvent.objects.get(pk=number)
    settling.settle(lene, event, on=FIRST, by=None, at=cast.NOW)
    assert mail.outbox[0].subject == "Sie haben mehr gezahlt, als zu zahlen war"
    assert "Sie bekommen 200\N{NO-BREAK SPACE}€ zurück" in mail.outbox[0].body


def test_no_two_memberships_share_a_letter() -> None:
    law = statute_like("nd")
    admitted(law)
    admitted(law, email="otto@bote.example", first_names="Otto")
    mail.outbox.clear()
    assert remind(FIRST + 7 * DAY) == 2
    assert sorted(one.to[0] for one in mail.outbox) == [LENE, "otto@bote.example"]
