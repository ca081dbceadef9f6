"""Debits that only a letter by post can announce."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from allmende.mailroom.models import Message
from allmende.payments import batches, mandates, notices
from allmende.payments.models import BankAccount, DueItem, Notice
from allmende.people.models import ContactAddress, Person
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sepa import BEFORE, TODAY, announce, debit, gathered
from tests.people import cast

pytestmark = pytest.mark.django_db
LETTERS = "/redaktion/geld/briefe/"
FOURTEEN = dt.timedelta(days=14)


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


@pytest.fixture
def otto(client: Client) -> Person:
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


def on_paper(**more: str) -> Person:
    """Without an e-mail address, but with one for letters."""
    person = made.person(first_name="Ada", last_name="Ott", language="de", **more)
    ContactAddress.objects.create(
        person=person, street="Uferweg 3", postcode="01234", town="Auental"
    )
    return person


def refused(item: DueItem) -> None:
    Message.objects.filter(recipient=item.pledge.person_id).update(
        state="refused", code="550", finished_at=NOW
    )


def state_of(item: DueItem) -> str:
    return DueItem.objects.get(pk=item.pk).state


def test_a_letter_that_the_mail_server_refused_waits_for_the_post(account):
    good, bad = debit(), debit()
    assert announce(account) == 2
    assert notices.unreachable(on=TODAY) == []
    refused(bad)
    assert notices.unreachable(on=TODAY) == [bad]
    notice = notices.by_post(bad, on=TODAY, at=NOW)
    assert (notice.way, notice.message, notice.due_on) == ("post", None, TODAY + FOURTEEN)
    assert (notices.unreachable(on=TODAY), state_of(bad)) == ([], "announced")
    assert Notice.objects.filter(item=bad).count() == 1  # the same debit is announced once
    assert state_of(good) == "announced"


def test_a_debit_announced_by_post_is_collected_on_the_day_of_its_letter(account):
    item = debit(on_paper())
    notices.by_post(item, on=TODAY, at=NOW)
    batch = gathered(account)
    assert [line.item for line in batch.lines.all()] == [item]
    frozen = batches.freeze(batch, by=made.person(), at=BEFORE)
    assert frozen.count == 1


def test_a_debit_whose_letter_names_a_later_day_leaves_its_batch(account):
    item = debit()
    batch = gathered(account)
    refused(item)
    later = TODAY + dt.timedelta(days=3)
    notice = notices.by_post(item, on=later, at=NOW + dt.timedelta(days=3))
    assert notice.due_on > batch.collect_on
    assert not batch.lines.filter(live=True).exists()
    assert batches.gather(account, collect_on=notice.due_on, at=BEFORE) == 1
    assert state_of(item) == "announced"


def test_what_is_handed_in_is_announced_no_more(account):
    item = debit(on_paper(), on=TODAY)
    DueItem.objects.filter(pk=item.pk).update(state="submitted")
    with pytest.raises(mandates.NotUsable):
        notices.by_post(item, on=TODAY, at=NOW)
    assert not Notice.objects.exists()


def test_letter_is_printed_sent_and_written_down_once(client: Client, otto: Person, account):
    item = debit(on_paper(), on=timezone.localdate() + dt.timedelta(days=3))
    assert f"{LETTERS}{item.pk}/" in client.get(LETTERS).content.decode()
    shown = client.get(f"{LETTERS}{item.pk}/")
    html = shown.content.decode()
    for words in ("Ada Ott", "Uferweg 3", "01234 Auental", account.creditor_id, "… 2051"):
        assert words in html
    assert made.IBAN not in html
    assert "[[" not in shown.context["letter"].text
    assert "-- " not in shown.context["letter"].text  # a mail's signature
    with translation.override("de"):
        day = date_format(timezone.localdate(), "DATE_FORMAT")
    for words in (account.holder, day):
        assert words in html
    letter = notices.letter(item, account=account, on=timezone.localdate())
    assert letter
    sent = f"{LETTERS}{item.pk}/abgeschickt/"
    client.post(sent, {"day": "2026-01-01"})  # printed long ago
    assert not Notice.objects.exists()
    done = client.post(sent, {"day": letter.collect_on.isoformat()}, follow=True)
    assert f"{letter.collect_on:%-d.%-m.%Y}" in done.content.decode()
    client.post(sent, {"day": letter.collect_on.isoformat()})
    assert Notice.objects.get().due_on == letter.collect_on
    assert "So soll es sein" in client.get(LETTERS).content.decode()


def test_who_has_no_postal_address_either_is_named(client: Client, otto: Person, account):
    item = debit(made.person(), on=timezone.localdate())
    assert "keine Postanschrift" in client.get(f"{LETTERS}{item.pk}/").content.decode()


def test_letters_are_closed_to_other_roles(client: Client, account):
    item = debit(on_paper(), on=timezone.localdate())
    cast.come_in(client, cast.staff("Jana", "chief editor"))
    for path in (LETTERS, f"{LETTERS}{item.pk}/"):
        assert client.get(path).status_code == 302
    assert client.post(f"{LETTERS}{item.pk}/abgeschickt/").status_code == 302
    assert not Notice.objects.exists()


def test_first_screen_names_what_of_the_money_waits(client: Client, otto: Person, account):
    assert "Kein Geld wartet" in client.get("/redaktion/").content.decode()
    debit(on_paper(), on=timezone.localdate())
    html = client.get("/redaktion/").content.decode()
    assert f'<a href="{LETTERS}">' in html
    assert "Kein Geld wartet" not in html
