"""What is told about a person, and what stays of them."""

import datetime as dt

import pytest

from allmende.payments import mandates, payouts, retention, settle
from allmende.payments.models import Mandate, Pledge
from allmende.people import erasure, export
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()


def test_erasing_stops_all_collections_and_says_what_stays_until_when():
    pledge = make.pledge()
    mandate = make.mandate(pledge)
    item = make.item(pledge)
    settle.collected(make.attempt(item), into="bank", on=DAY, at=NOW)
    mandates.used(mandate, on=DAY)
    assert pledge.person
    report = erasure.erase(pledge.person, at=NOW, by=None)
    pledge.refresh_from_db()
    mandate.refresh_from_db()
    assert (pledge.state, mandate.state) == ("ended", "revoked")
    ours = {kept.until for kept in report.kept if kept.until}
    assert {dt.date(2037, 12, 31), dt.date(2028, 3, 15)} <= ours


def test_a_mandate_that_was_never_used_goes_at_once():
    pledge = make.pledge()
    make.mandate(pledge)
    assert pledge.person
    erasure.erase(pledge.person, at=NOW, by=None)
    row = Mandate.objects.get()
    assert (bytes(row.iban), bytes(row.holder), row.last4) == (b"", b"", "")


def test_a_used_mandate_is_emptied_when_nobody_can_dispute_it_any_more():
    mandate = make.mandate()
    mandates.used(mandate, on=DAY)
    mandates.revoke(mandate, at=NOW)
    kept_on, gone_on = dt.date(2028, 3, 15), dt.date(2028, 3, 16)
    assert retention.mandates(on=kept_on) == 0
    assert retention.mandates(on=gone_on) == 1


def test_the_export_tells_pledges_payments_and_mandates():
    pledge = make.pledge()
    make.mandate(pledge)
    settle.collected(make.attempt(make.item(pledge)), into="bank", on=DAY, at=NOW)
    assert pledge.person
    told = {section.key: section.rows for section in export.sections(pledge.person)}
    assert [row["state"] for row in told["pledges"]] == [str(Pledge.State.ACTIVE.label)]
    assert [row["collected"] for row in told["payments"]] == [DAY]
    assert [row["account"] for row in told["mandates"]] == ["DE … 2051"]


def test_only_the_giver_reads_the_account_in_full():
    pledge = make.pledge()
    make.mandate(pledge)
    assert pledge.person
    data = export.as_data(pledge.person, at=NOW, own=True)
    assert [row["account"] for row in data["mandates"]] == [make.IBAN]
    retention.empty(Mandate.objects.all())
    data = export.as_data(pledge.person, at=NOW, own=True)
    assert [row["account"] for row in data["mandates"]] == [""]


def test_whom_we_owe_money_is_still_paid_after_erasure_and_told_so():
    person = make.person()
    payout = make.payout(person=person)
    told = {section.key: section.rows for section in export.sections(person)}
    assert [row["account"] for row in told["payouts"]] == ["DE … 2051"]
    own = export.as_data(person, at=NOW, own=True)
    assert [row["account"] for row in own["payouts"]] == [make.IBAN]
    report = erasure.erase(person, at=NOW, by=None)
    assert any(
        "paid out" in str(kept.what) or "ausgezahlt" in str(kept.what) for kept in report.kept
    )
    payout.refresh_from_db()
    assert (payout.state, payouts.receiver(payout).iban) == ("waiting", make.IBAN)
