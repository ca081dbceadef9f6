import datetime as dt

import pytest

from allmende.mailroom.models import Message
from allmende.payments import mandates, notices
from allmende.payments.models import BankAccount, DueItem, Notice
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sepa import TODAY, announce, arrive, debit, giver

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


def test_a_giver_is_told_amount_day_mandate_and_creditor(account):
    item = debit(giver(first_name="Ada", language="de"))
    assert announce(account) == 1
    item.refresh_from_db()
    assert item.state == DueItem.State.ANNOUNCED
    notice, letter = Notice.objects.get(), Message.objects.get()
    assert (notice.item, notice.cents, notice.due_on) == (item, 1200, dt.date(2027, 1, 29))
    assert notice.message == letter
    assert letter.recipient == item.pledge.person_id
    assert letter.personal == {
        "name": " Ada",  # after the greeting, which has no space where there is no name
        "amount": "12 €".replace(" ", "\N{NO-BREAK SPACE}"),
        "day": "29. Januar 2027",
        "iban": "DE … 2051",
        "mandate": notice.mandate.reference,
    }
    assert account.creditor_id in letter.batch.content["text"]
    assert "[[amount]]" in letter.batch.content["html"]


def test_announcing_twice_writes_once(account):
    debit()
    assert (announce(account), announce(account)) == (1, 0)
    assert Message.objects.count() == 1


def test_a_collection_is_never_earlier_than_the_notice_allows(account):
    debit(on=dt.date(2027, 1, 20))
    announce(account)
    assert Notice.objects.get().due_on == dt.date(2027, 1, 29)


def test_a_mandate_that_agrees_to_less_is_collected_sooner(account):
    debit(on=dt.date(2027, 1, 20), days=2)
    announce(account)
    assert Notice.objects.get().due_on == dt.date(2027, 1, 20)


def test_good_friday_is_collected_after_easter(account):
    debit(on=dt.date(2027, 3, 26))
    announce(account, on=dt.date(2027, 3, 10))
    assert Notice.objects.get().due_on == dt.date(2027, 3, 30)


def test_the_leap_day_is_collected_on_itself(account):
    debit(on=dt.date(2028, 2, 29))
    announce(account, on=dt.date(2028, 2, 14))
    assert Notice.objects.get().due_on == dt.date(2028, 2, 29)


def test_what_is_due_later_waits(account):
    debit(on=dt.date(2027, 3, 1))
    assert announce(account) == 0


@pytest.mark.parametrize("change", ["paused", "revoked", "transfer", "currency"])
def test_what_is_not_to_be_debited_is_not_announced(account, change):
    item = debit()
    if change == "paused":
        item.pledge.state = "paused"
        item.pledge.save()
    elif change == "revoked":
        mandates.revoke(item.pledge.mandates.get(), at=NOW)
    elif change == "transfer":
        DueItem.objects.update(method="transfer")
    else:
        DueItem.objects.update(currency="CHF")
    assert announce(account) == 0


def test_who_gives_twice_gets_two_letters(account):
    person = giver()
    debit(person)
    debit(person)
    assert announce(account) == 2
    assert Notice.objects.values("message").distinct().count() == 2


def test_languages_have_letters_of_their_own(account):
    debit(giver(language="de"))
    debit(giver(language="en"))
    assert announce(account) == 2
    found = Message.objects.values_list("batch__content__language", "personal__day")
    assert sorted(found) == [("de", "29. Januar 2027"), ("en", "29 January 2027")]


def test_who_has_no_address_is_told_by_post(account):
    item = debit(made.person())
    assert announce(account) == 0
    assert notices.unreachable(on=TODAY) == [item]
    notice = notices.by_post(item, on=TODAY, at=NOW)
    item.refresh_from_db()
    assert (notice.way, notice.message, item.state) == ("post", None, "announced")
    assert notices.unreachable(on=TODAY) == []


def test_a_notice_is_good_for_exactly_what_it_said_once_it_left(account):
    item = debit()
    announce(account)
    mandate, day = item.pledge.mandates.get(), dt.date(2027, 1, 29)
    asked = {"mandate": mandate, "collect_on": day}
    assert not notices.good_for(item, **asked).exists()
    arrive()
    assert notices.good_for(item, **asked).exists()
    assert not notices.good_for(item, mandate=mandate, collect_on=dt.date(2027, 1, 28)).exists()
    item.cents = 1300
    assert not notices.good_for(item, **asked).exists()
    item.cents = 1200
    mandates.change_account(mandate, iban="DE89370400440532013000", at=NOW)
    mandate.refresh_from_db()
    assert not notices.good_for(item, mandate=mandate, collect_on=day).exists()


def test_a_letter_that_was_refused_is_no_notice(account):
    item = debit()
    announce(account)
    Message.objects.update(state=Message.State.REFUSED, finished_at=NOW, code="5.1.1")
    found = notices.good_for(
        item, mandate=item.pledge.mandates.get(), collect_on=dt.date(2027, 1, 29)
    )
    assert not found.exists()


def test_announcing_anew_after_a_change_of_account_writes_another_notice(account):
    item = debit()
    announce(account)
    assert notices.take_back([item.pk], at=NOW) == 1
    mandates.change_account(item.pledge.mandates.get(), iban="DE89370400440532013000", at=NOW)
    assert announce(account) == 1
    assert Notice.objects.values("iban_fingerprint").distinct().count() == 2


def test_few_queries_whatever_the_number(account, django_assert_max_num_queries):
    for _ in range(3):
        debit()
    with django_assert_max_num_queries(40):
        announce(account)
