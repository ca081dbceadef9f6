"""Somebody asks to be reminded: one mail, if they confirmed it, and no other."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.contributions import remembering
from allmende.contributions.models import Reminder
from allmende.payments import pledges
from allmende.people import consents, erasure
from allmende.people.models import Person
from tests.contributions import money
from tests.contributions.cast import AT, LENE, OURS, links

pytestmark = pytest.mark.django_db
MAY = dt.date(2027, 5, 1)
DAYS = dt.timedelta(days=1)


def asked() -> Reminder:
    remembering.ask(LENE, month=MAY, language="de", at=AT)
    return Reminder.objects.get()


def confirmed() -> Reminder:
    found = asked()
    remembering.confirm(found, at=AT)
    found.refresh_from_db()
    return found


def month(client: Client) -> str:
    """The first month that the form offers."""
    html = client.get("/beitrag/erinnern/").content.decode()
    return html.split('<option value="')[1][:7]


def test_form_sends_one_mail_and_promises_nothing_before_its_button(client: Client):
    form = {"email": LENE, "month": month(client)}
    answer = client.post("/beitrag/erinnern/", form, headers=OURS)
    assert answer.status_code == 200
    assert not answer.cookies
    assert [one.to for one in mail.outbox] == [[LENE]]
    (path,) = links()
    assert client.get(path).status_code == 200
    assert Reminder.objects.get().state == "asked"
    assert client.post(path, headers=OURS).status_code == 200
    assert Reminder.objects.get().state == "confirmed"


def test_form_from_elsewhere_is_refused(client: Client):
    form = {"email": LENE, "month": month(client)}
    answer = client.post("/beitrag/erinnern/", form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not mail.outbox


def test_form_says_the_same_for_every_address(client: Client):
    form = {"email": LENE, "month": month(client)}
    answers = [client.post("/beitrag/erinnern/", form, headers=OURS).content for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 1


def test_mistakes_stand_beside_the_field_and_what_was_typed_is_kept(client: Client):
    form = {"email": "lene", "month": "1999-01"}
    answer = client.post("/beitrag/erinnern/", form, headers=OURS)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="lene"' in html
    assert 'href="#id_email"' in html
    assert 'id="id_email_error"' in html


def test_confirming_is_the_consent_and_is_proved():
    found = confirmed()
    consent = consents.current(found.person, purpose=remembering.PURPOSE)
    assert consent is not None
    assert consent.wording.text == remembering.words(MAY, language="de")


def test_reminder_comes_once_in_its_month_and_ends_the_consent():
    found = confirmed()
    mail.outbox.clear()
    assert remembering.send_due(at=AT, on=MAY - DAYS) == 0
    assert remembering.send_due(at=AT, on=MAY) == 1
    assert remembering.send_due(at=AT, on=MAY + DAYS) == 0
    assert [one.to for one in mail.outbox] == [[LENE]]
    assert consents.current(found.person, purpose=remembering.PURPOSE) is None


def test_reminder_that_is_not_confirmed_never_comes():
    asked()
    mail.outbox.clear()
    assert remembering.send_due(at=AT, on=MAY) == 0
    assert not mail.outbox


def test_reminder_that_is_no_longer_wanted_does_not_come(client: Client):
    found = confirmed()
    remembering.send_due(at=AT, on=MAY)
    (_page, path) = links()
    assert client.post(path, headers=OURS).status_code == 200
    assert remembering.end(found, at=AT) is False


def test_second_wish_changes_what_was_only_asked():
    asked()
    later = AT + dt.timedelta(hours=2)
    remembering.ask(LENE, month=dt.date(2027, 7, 1), language="de", at=later)
    assert [row.month for row in Reminder.objects.all()] == [dt.date(2027, 7, 1)]


def test_second_wish_leaves_what_was_promised():
    confirmed()
    later = AT + dt.timedelta(hours=2)
    remembering.ask(LENE, month=dt.date(2027, 7, 1), language="de", at=later)
    assert [(row.month, row.state) for row in Reminder.objects.all()] == [(MAY, "confirmed")]
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    "wrong", [{"state": "confirmed"}, {"month": dt.date(2027, 5, 2)}], ids=["no consent", "day"]
)
def test_database_refuses_reminders_without_consent_or_month(wrong: dict[str, Any]):
    found = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.filter(pk=found.pk).update(**wrong)


def test_old_wishes_and_sent_ones_are_swept():
    confirmed()
    remembering.send_due(at=AT, on=MAY)
    later = AT + 40 * DAYS
    assert remembering.sweep(at=later, before=later - 30 * DAYS) == 1
    assert not Reminder.objects.exists()


def test_erasure_takes_reminders_along():
    found = confirmed()
    erasure.erase(Person.objects.get(pk=found.person_id), at=AT)
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(("reason", "state"), [("death", "ended"), ("reader", "confirmed")])
def test_who_has_died_is_not_reminded(reason: str, state: str):
    found = confirmed()
    pledges.end(money.pledged(person=found.person), reason=reason, at=AT)
    found.refresh_from_db()
    assert found.state == state
