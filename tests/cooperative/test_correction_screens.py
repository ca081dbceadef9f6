"""A wrong entry is corrected on the screen: seen before and after, with its reason, and kept."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from allmende.cooperative import admission, leaving, queries
from allmende.cooperative.models import Membership, RegisterEvent, Statute
from tests.cooperative import books, members
from tests.cooperative.cast import DAY, NOW, confirmed, statute_like
from tests.cooperative.screens import text
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
BASE = "/redaktion/cooperative/members/"


@pytest.fixture(autouse=True)
def bank(paper: object) -> None:
    make.bank_account()


def path_of(event: RegisterEvent) -> str:
    return f"{BASE}{event.membership_id}/correct/{event.number}/"


def correct(client: Client, event: RegisterEvent, *, sure: bool = True, **sent: Any) -> Any:
    """What the form begins with, with other values in it."""
    page = client.get(path_of(event))
    seen, form = page.context["seen"], page.context["form"]
    known = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    known.pop("never", None)
    confirmed = {"sure": "1"} if sure else {}
    data = {"seen": seen, "why": "so steht es im Protokoll", **known, **sent, **confirmed}
    return client.post(path_of(event), data, follow=True)


def test_too_few_shares_are_seen_before_and_after_and_asked_for_anew(bea: Client):
    ada = joined(statute_like(compulsory_shares=2))
    event = RegisterEvent.objects.get(kind="admitted")
    html = text(correct(bea, event, sure=False, shares="3"))
    assert "Aufgenommen als Mitglied" in html
    assert "Anteile 2 3" in html
    assert "Noch zu zahlen 1.000 € 1.500 €" in html
    assert members.refreshed(ada).shares == 2
    html = text(correct(bea, event, shares="3"))
    assert "Berichtigt." in html
    assert "so steht es im Protokoll" in html
    assert "seit Eintrag" in html  # the wrong one stays
    assert members.refreshed(ada).shares == 3
    assert sum(pledge.cents * (pledge.periods or 1) for pledge in books.asked(ada)) == 1500_00
    right = RegisterEvent.objects.filter(kind="admitted").last()
    assert (right.actor.first_name, right.member_number) == ("Bea", ada.number)
    assert books.wrong() == []


def joined(law: Statute) -> Membership:
    """With the two shares that everybody takes at once."""
    return admission.admit(confirmed(law), decided_on=DAY, by=make.person(), at=NOW)


def test_a_wrong_address_is_corrected_by_the_office_and_told(office: Client):
    statute_like()
    person = members.person()
    person.contact_addresses.create(email="ada@x.example", created_at=NOW)
    ada = members.member(by=person)
    wrong = members.record(
        "details", ada, payload={"details": {**members.DETAILS, "street": "Am Auwald 33"}}
    )
    assert "Am Auwald 33" in text(office.get(f"{BASE}{ada.pk}/"))
    html = text(correct(office, wrong, sure=False, street="Am Auwald 3a"))
    assert "Straße und Hausnummer Am Auwald 33 Am Auwald 3a" in html
    html = text(correct(office, wrong, street="Am Auwald 3a"))
    assert "Berichtigt." in html
    assert queries.details_of(ada.pk, on=DAY)["street"] == "Am Auwald 3a"
    assert "Am Auwald 3a" in mail.outbox[-1].body
    # What the board decides, the office does not correct.
    admitted = RegisterEvent.objects.get(kind="admitted")
    assert office.get(path_of(admitted)).status_code in (302, 403)


def test_a_notice_that_never_was_is_taken_out(office: Client):
    statute_like()
    ada = members.member()
    event = leaving.give_notice(ada, received_on=DAY, at=NOW)
    html = text(correct(office, event, sure=False, never="on"))
    assert "nichts: das war nie so" in html
    correct(office, event, never="on")
    assert members.refreshed(ada).leaving_on is None


def test_what_the_ledger_made_or_others_rest_on_is_not_offered(bea: Client):
    statute_like()
    ada = members.member(paid=100_00)
    notice = leaving.give_notice(ada, received_on=DAY, at=NOW)
    leaving.withdraw(ada, notice=notice.number, on=DAY, at=NOW)
    for event in [RegisterEvent.objects.get(kind="paid"), notice]:
        assert "Dieser Eintrag lässt sich hier nicht berichtigen" in text(
            bea.get(path_of(event), follow=True)
        )
    assert f"correct/{notice.number}/" not in bea.get(f"{BASE}{ada.pk}/").content.decode()


def test_what_the_register_refuses_is_said(bea: Client):
    ada = joined(statute_like(compulsory_shares=2))
    books.pay(ada, on=DAY)
    event = RegisterEvent.objects.get(kind="admitted")
    refused = correct(bea, event, shares="1")  # 1000 € are paid
    assert refused.status_code == 422
    assert "Das Register weist es ab" in text(refused)
    assert "Nichts würde sich ändern." in text(correct(bea, event))
    assert correct(bea, event, shares="3", why="").status_code == 422


def test_a_second_click_corrects_nothing(bea: Client):
    ada = joined(statute_like())
    event = RegisterEvent.objects.get(kind="admitted")
    page = bea.get(path_of(event))
    leaving.give_notice(ada, received_on=dt.date(2026, 4, 1), at=NOW)
    sent = {"seen": page.context["seen"], "why": "x", "shares": "1", "sure": "1"}
    assert "Nichts wurde doppelt geschrieben" in text(bea.post(path_of(event), sent, follow=True))
    assert not RegisterEvent.objects.filter(kind="correction").exists()
