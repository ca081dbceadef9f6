import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import ModelLogEntry

from allmende.payments import ibans, mandates
from allmende.payments.models import Mandate
from allmende.payments.pain.parts import Address
from tests.factories.payments import IBAN, NOW, bank_account, person, pledge

pytestmark = pytest.mark.django_db
OTHER = "DE89370400440532013000"
State = Mandate.State


def signed(of=None, *, iban: str = IBAN, **more) -> Mandate:
    account = more.pop("account", None) or bank_account()
    by = mandates.signature(account, language="en", origin="abc")
    return mandates.sign(
        of or pledge(), iban=iban, holder="Ada Lovelace", signature=by, at=NOW, **more
    )


def test_a_mandate_keeps_the_words_and_the_evidence():
    one = signed(iban="de02 1203 0000 0000 2020 51", account=bank_account(notice_days=5))
    assert mandates.iban_of(one) == IBAN
    assert mandates.holder_of(one) == "Ada Lovelace"
    assert "creditor identifier DE98ZZZ09999999999" in one.wording
    assert "at least 5 days before" in one.wording
    assert one.wording_version == mandates.version(one.wording)
    assert one.evidence["origin"] == "abc"
    assert mandates.notice_days(one) == 5
    assert one.reference == f"MANDAT-{one.pledge_id:09d}-01-{one.reference[-2:]}"
    assert IBAN.encode() not in bytes(one.iban)


def test_the_same_form_twice_makes_one_mandate_and_another_account_a_second():
    of, account = pledge(), bank_account()
    one = signed(of, account=account)
    assert signed(of, account=account) == one
    other = signed(of, iban=OTHER, account=account)
    one.refresh_from_db()
    assert (one.state, one.ended_at, other.state) == (State.REVOKED, NOW, State.SIGNED)
    assert mandates.of(of) == other


def test_two_pledges_may_use_one_account():
    account = bank_account()
    one, two = signed(account=account), signed(account=account)
    assert one.fingerprint == two.fingerprint
    assert one.reference != two.reference
    mandates.revoke(one, at=NOW)
    two.refresh_from_db()
    assert two.state == State.SIGNED


def test_an_account_outside_the_eea_needs_an_address():
    swiss = "CH9300762011623852957"
    with pytest.raises(mandates.NoAddress):
        signed(iban=swiss)
    home = Address("CH", "Zürich", "8001", "Gasse", "1")
    one = signed(iban=swiss, address=home, account=bank_account(is_main=False, iban=IBAN))
    assert mandates.address_of(one) == home


def test_a_bad_iban_makes_no_mandate():
    with pytest.raises(ibans.Mistyped):
        signed(iban="DE02120300000000202052")
    assert not Mandate.objects.exists()


def test_another_account_before_the_first_debit_needs_no_amendment():
    one = signed()
    assert mandates.change_account(one, iban=OTHER, at=NOW)
    one.refresh_from_db()
    assert (one.state, mandates.iban_of(one), mandates.iban_before(one)) == ("signed", OTHER, "")


def test_a_bank_that_knows_the_mandate_is_told_the_account_that_it_knows():
    one = signed()
    mandates.used(one, on=NOW.date())
    for iban in (OTHER, "NL91ABNA0417164300"):
        assert mandates.change_account(one, iban=iban, at=NOW)
    one.refresh_from_db()
    assert (one.state, mandates.iban_before(one)) == (State.AMENDED, IBAN)
    assert not mandates.change_account(one, iban="NL91ABNA0417164300", at=NOW)
    mandates.used(one, on=NOW.date())
    assert (one.state, mandates.iban_before(one)) == (State.ACTIVE, "")


def test_a_blocked_mandate_lives_again_with_another_account():
    one = signed()
    assert mandates.block(one, code="AC01")
    assert not mandates.block(one, code="AC01")
    assert mandates.of(one.pledge) is None
    assert mandates.change_account(one, iban=OTHER, at=NOW)
    one.refresh_from_db()
    assert (one.state, one.blocked_code) == (State.AMENDED, "")


def test_a_revoked_mandate_stays_so():
    one = signed()
    assert mandates.revoke(one, at=NOW)
    assert not mandates.revoke(one, at=NOW)
    assert not mandates.block(one, code="AC04")
    with pytest.raises(mandates.NotUsable):
        mandates.change_account(one, iban=OTHER, at=NOW)


def test_a_mandate_lapses_after_36_months_without_a_collection():
    one = signed()
    last = dt.date(2028, 2, 29)
    mandates.used(one, on=last)
    assert mandates.lapses_on(one) == dt.date(2031, 2, 28)
    assert mandates.lapse(on=dt.date(2031, 2, 28), at=NOW) == 0
    assert list(mandates.missing()) == []
    assert mandates.lapse(on=dt.date(2031, 3, 1), at=NOW) == 1
    assert mandates.lapse(on=dt.date(2031, 3, 1), at=NOW) == 0
    one.refresh_from_db()
    assert (one.state, one.ended_at) == (State.DORMANT, NOW)
    assert list(mandates.missing()) == [one.pledge]


def test_a_mandate_that_was_never_used_lapses_from_its_signature():
    one = signed()
    assert mandates.lapses_on(one) == dt.date(2030, 1, 15)
    assert mandates.lapse(on=dt.date(2030, 1, 16), at=NOW) == 1


def test_an_iban_is_seen_only_with_the_right_and_each_look_is_written_down():
    one, clerk = signed(), person()
    with pytest.raises(mandates.NoRight):
        mandates.look(one, by=clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="see_iban"))
    clerk = type(clerk).objects.get(pk=clerk.pk)
    assert mandates.look(one, by=clerk) == IBAN
    found = ModelLogEntry.objects.values_list("action", "user", "object_id")
    assert list(found) == [("payments.see_iban", clerk.pk, str(one.pk))]
    assert mandates.masked(one) == "DE … 2051"
