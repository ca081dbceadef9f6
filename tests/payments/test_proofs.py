"""Each proof is empty for what our deeds did, and tells of what they cannot do."""

import datetime as dt

import pytest

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import arrangements, pledges, proofs, settle
from allmende.payments.models import Arrangement, PaymentAttempt, Pledge
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()


def wrong() -> dict[str, list[str]]:
    found = {proof.name: list(proof.wrong()) for proof in proofs.PROOFS}
    return {name: lines for name, lines in found.items() if lines}


def collected() -> PaymentAttempt:
    attempt = make.attempt()
    settle.collected(attempt, into="bank", on=DAY, at=NOW, fee=Money(35))
    attempt.refresh_from_db()
    return attempt


def test_deeds_leave_nothing_to_tell():
    settle.returned(collected().item, code="AM04", on=DAY, at=NOW)
    settle.refunded(collected(), amount=Money(1200), on=DAY, at=NOW, key="r")
    settle.charged_back(collected(), on=DAY, at=NOW)
    pledges.end(make.item().pledge, reason="reader", at=NOW)
    assert wrong() == {}


def test_a_collected_item_without_its_payment_is_told():
    item = make.item(state="collected", collected_on=DAY)
    told = f"item {item.pk} is collected and has 0 paid attempts"
    assert wrong() == {"payments-collected": [told]}


def test_a_payment_without_its_entry_is_told():
    attempt = make.attempt(
        make.item(state="collected", collected_on=DAY), state="settled", settled_on=DAY
    )
    assert wrong() == {"payments-booked": [f"attempt {attempt.pk} of 1200 cents: booked None"]}


def test_a_payment_of_another_amount_than_booked_is_told():
    attempt = collected()
    PaymentAttempt.objects.update(cents=1300)
    assert wrong() == {"payments-booked": [f"attempt {attempt.pk} of 1300 cents: booked 1200"]}


def test_an_entry_without_a_payment_is_told():
    attempt = collected()
    key = f"payments:attempt:{attempt.pk + 1}:collected"
    lines = [Line("bank", Money(1)), Line("contributions", Money(-1))]
    post.post(key, on=DAY, at=NOW, text="no payment", lines=lines)
    assert wrong() == {"payments-entries": [f"entry {key}: no such payment"]}


def test_a_pledge_unlike_its_terms_is_told():
    pledge = make.pledge()
    Pledge.objects.update(cents=1300)
    assert wrong() == {"payments-terms": [f"pledge {pledge.pk}: 1300 cents, its terms 1200"]}


def test_what_lives_at_the_provider_alone_is_told():
    pledge = make.pledge()
    row = arrangements.made(pledge, provider="paypal", external_id="I-1", at=NOW)
    Pledge.objects.update(state="ended", reason="reader", ended_at=NOW)
    assert wrong() == {"payments-undead": [f"{row}: pledge {pledge.pk} has ended"]}


def test_what_is_planned_of_an_ended_pledge_is_told():
    item = make.item()
    Pledge.objects.update(state="ended", reason="reader", ended_at=NOW)
    told = f"item {item.pk} is planned, pledge {item.pledge_id} has ended"
    assert wrong() == {"payments-ended": [told]}


def test_an_active_pledge_for_which_nothing_collects_is_told():
    pledge = make.pledge(method="paypal")
    arrangements.made(pledge, provider="paypal", external_id="I-1", at=NOW)
    assert wrong() == {}
    Arrangement.objects.update(wanted="ended")
    told = f"pledge {pledge.pk}: nothing at paypal collects for it"
    assert wrong() == {"payments-bereft": [told]}


def test_surplus_money_is_told_until_somebody_decides():
    first = collected()
    extra = make.attempt(first.item)
    settle.collected(extra, into="bank", on=DAY, at=NOW)
    assert wrong() == {"payments-surplus": [f"attempt {extra.pk}: 12.00 EUR"]}
    later = make.item(first.item.pledge, period=1, due_on=DAY + dt.timedelta(days=31))
    settle.assign(extra, to=later, on=DAY, at=NOW)
    assert wrong() == {}
