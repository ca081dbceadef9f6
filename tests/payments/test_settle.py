"""When money becomes true: once, in the books and in the states, whatever comes how often."""

import datetime as dt
from typing import Any

import pytest

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import pledges, settle, signals
from allmende.payments.models import DueItem, PaymentAttempt, Pledge, Question
from tests.factories import payments as make
from tests.payments.books import told

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()


@pytest.fixture
def heard() -> Any:
    """Signals, in order: name and cents."""
    found: list[tuple[str, int]] = []
    receivers = []
    for name in ("settled", "returned", "refunded", "charged_back", "ended"):

        def hear(name: str = name, **more: Any) -> None:
            money = more.get("money")
            found.append((name, money.cents if money else 0))

        receivers.append((getattr(signals, name), hear))
        getattr(signals, name).connect(hear)
    yield found
    for signal, hear in receivers:
        signal.disconnect(hear)


def collect(attempt: PaymentAttempt, **more: Any) -> bool:
    values: dict[str, Any] = {"into": "bank", "on": DAY, "at": NOW, **more}
    return settle.collected(attempt, **values)


def state_of(item: DueItem) -> str:
    return DueItem.objects.get(pk=item.pk).state


def questions() -> list[str]:
    return list(Question.objects.order_by("pk").values_list("what", flat=True))


def test_collected_money_is_booked_once(heard: list[Any]):
    attempt = make.attempt()
    assert collect(attempt)
    assert not collect(attempt)
    assert told() == [("collected", [("bank", 1200), ("contributions", -1200)])]
    assert state_of(attempt.item) == "collected"
    assert heard == [("settled", 1200)]


def test_a_fee_is_booked_apart():
    collect(make.attempt(), fee=Money(65))
    assert told() == [("collected", [("bank", 1135), ("fees", 65), ("contributions", -1200)])]


def test_a_fee_that_is_told_later_is_booked_once_then():
    attempt = make.attempt()
    collect(attempt)
    for _ in range(2):
        collect(attempt, fee=Money(65))
    assert told()[1:] == [("fee", [("fees", 65), ("bank", -65)])]


def test_the_party_is_who_the_money_is_of():
    attempt = make.attempt()
    collect(attempt)
    party = attempt.item.pledge.party
    assert balances.balance("contributions", party=party) == Money(-1200)


def test_a_second_payment_of_a_period_goes_to_suspense():
    item = make.item()
    collect(make.attempt(item))
    collect(make.attempt(item))
    assert told()[1] == ("collected", [("bank", 1200), ("suspense", -1200)])
    assert questions() == ["surplus"]


def test_surplus_becomes_another_period_when_a_person_says_so(heard: list[Any]):
    pledge = make.pledge()
    first, second = make.item(pledge), make.item(pledge, period=1)
    collect(make.attempt(first))
    extra = make.attempt(first)
    collect(extra)
    assert settle.assign(extra, to=second, on=DAY, at=NOW)
    assert not settle.assign(extra, to=second, on=DAY, at=NOW)
    assert told()[2] == ("assigned", [("suspense", 1200), ("contributions", -1200)])
    assert state_of(second) == "collected"
    assert balances.balance("suspense") == Money(0)
    assert heard == [("settled", 1200), ("settled", 1200)]


def test_surplus_is_not_assigned_to_what_is_paid():
    item = make.item()
    collect(make.attempt(item))
    extra = make.attempt(item)
    collect(extra)
    with pytest.raises(settle.NotOurs):
        settle.assign(extra, to=item, on=DAY, at=NOW)


def test_another_currency_goes_to_suspense_in_that_currency():
    attempt = make.attempt()
    collect(attempt, amount=Money(1200, "USD"))
    assert balances.balance("suspense", currency="USD") == Money(-1200, "USD")
    assert state_of(attempt.item) == "planned"
    assert questions() == ["currency"]


@pytest.mark.parametrize("cents", [1, 100_000_000_00])
def test_any_amount_that_came_is_booked_as_it_came(cents: int):
    attempt = make.attempt()
    collect(attempt, amount=Money(cents))
    assert balances.balance("bank") == Money(cents)
    assert state_of(attempt.item) == "collected"


def test_a_return_is_a_new_entry_with_the_banks_fee_apart(heard: list[Any]):
    item = make.item()
    collect(make.attempt(item))
    for _ in range(2):
        settle.returned(item, code="MD06", on=DAY, at=NOW, fee=Money(350))
    assert told()[1:] == [("returned", [("contributions", 1200), ("fees", 350), ("bank", -1550)])]
    assert heard == [("settled", 1200), ("returned", 1200)]


def test_a_return_is_taken_from_where_the_money_is_whatever_the_caller_has_seen():
    seen = make.attempt()
    collect(seen)
    assert (seen.state, seen.account) == ("created", "")
    for _ in range(2):
        settle.returned(seen.item, code="MD06", on=DAY, at=NOW, attempt=seen)
    assert told()[1:] == [("returned", [("contributions", 1200), ("bank", -1200)])]


def test_surplus_that_comes_back_leaves_the_period_paid():
    item = make.item()
    collect(make.attempt(item))
    extra = make.attempt(item)
    collect(extra)
    settle.returned(item, code="AM05", on=DAY, at=NOW, attempt=extra)
    assert state_of(item) == "collected"
    assert balances.balance("suspense") == Money(0)
    assert balances.balance("bank") == Money(1200)


def test_money_in_transit_comes_back_from_where_the_bank_took_it():
    item = make.item()
    collect(make.attempt(item), into="sepa-transit")
    settle.moved("row:1", out_of="sepa-transit", into="bank", amount=Money(1200), on=DAY, at=NOW,
                 text="batch 1")  # fmt: skip
    settle.returned(item, code="MD06", on=DAY, at=NOW, out_of="bank")
    assert balances.balance("bank") == balances.balance("sepa-transit") == Money(0)


def test_a_return_without_money_is_a_failed_try():
    attempt = make.attempt()
    settle.submitted(attempt, at=NOW)
    settle.returned(attempt.item, code="AC04", on=DAY, at=NOW)
    attempt.refresh_from_db()
    assert (state_of(attempt.item), attempt.state, told()) == ("failed", "failed", [])


@pytest.mark.parametrize("code", ["AM04", "MS03"])
def test_no_money_on_the_account_is_tried_once_more_and_no_more(code: str):
    item = make.item()
    collect(make.attempt(item))
    settle.returned(item, code=code, on=DAY, at=NOW)
    item.refresh_from_db()
    assert (item.state, item.due_on) == ("reopened", DAY + dt.timedelta(days=21))
    collect(make.attempt(item))
    settle.returned(item, code=code, on=DAY, at=NOW)
    item.refresh_from_db()
    item.pledge.refresh_from_db()
    assert (item.state, item.pledge.state, questions()) == ("reopened", "paused", ["failed"])


@pytest.mark.parametrize(
    ("code", "item_state", "pledge_state", "mandate_state", "question"),
    [
        ("AC01", "reopened", "paused", "blocked", "iban_needed"),
        ("RC01", "reopened", "paused", "blocked", "iban_needed"),
        ("AC04", "reopened", "paused", "blocked", "method_needed"),
        ("AC06", "reopened", "paused", "blocked", "method_needed"),
        ("AG01", "reopened", "paused", "blocked", "method_needed"),
        ("MD01", "closed", "paused", "revoked", "never"),
        ("MD06", "closed", "paused", "revoked", "never"),
        ("MS02", "closed", "paused", "revoked", "never"),
        ("SL01", "closed", "paused", "revoked", "never"),
        ("MD07", "closed", "ended", "signed", "death"),
        ("AM05", "closed", "active", "signed", "alarm"),
        ("XT99", "closed", "paused", "signed", "question"),
    ],
)
def test_a_code_has_its_consequence(
    code: str, item_state: str, pledge_state: str, mandate_state: str, question: str
):
    item = make.item()
    mandate = make.mandate(item.pledge)
    collect(make.attempt(item))
    settle.returned(item, code=code, on=DAY, at=NOW)
    for row in (item, item.pledge, mandate):
        row.refresh_from_db()
    assert (item.state, item.pledge.state, mandate.state) == (
        item_state, pledge_state, mandate_state,
    )  # fmt: skip
    assert questions() == [question]


@pytest.mark.parametrize("code", ["AC01", "AC04", "MD06"])
@pytest.mark.parametrize("deed", ["resume", "end"])
def test_what_a_giver_mends_is_asked_about_no_more(code: str, deed: str):
    item = make.item()
    make.mandate(item.pledge)
    collect(make.attempt(item))
    settle.returned(item, code=code, on=DAY, at=NOW)
    other = make.item()
    collect(make.attempt(other))
    settle.returned(other, code=code, on=DAY, at=NOW)
    assert len(questions()) == 2
    item.pledge.refresh_from_db()
    if deed == "resume":
        pledges.resume(item.pledge, at=NOW)
    else:
        pledges.end(item.pledge, reason="reader", at=NOW)
    left = Question.objects.filter(answered_at=None)
    assert [row.item for row in left] == [other]


def test_death_ends_all_that_the_giver_pledged():
    item = make.item()
    other = make.pledge(person=item.pledge.person)
    collect(make.attempt(item))
    settle.returned(item, code="MD07", on=DAY, at=NOW)
    other.refresh_from_db()
    assert (other.state, other.reason) == ("ended", "death")


def test_a_return_after_the_pledge_ended_in_the_next_year_is_booked_then():
    item = make.item()
    collect(make.attempt(item))
    pledges.end(item.pledge, reason="reader", at=NOW)
    later = dt.date(2028, 1, 3)
    settle.returned(item, code="AM04", on=later, at=NOW + dt.timedelta(days=353))
    assert state_of(item) == "closed"
    assert balances.balance("contributions", on=dt.date(2027, 12, 31)) == Money(-1200)
    assert balances.balance("contributions", on=later) == Money(0)
    assert questions() == []


def test_a_partial_refund_leaves_the_period_paid_and_the_rest_ends_it(heard: list[Any]):
    attempt = make.attempt()
    collect(attempt)
    for key, cents in (("a", 500), ("a", 500), ("b", 700)):
        settle.refunded(attempt, amount=Money(cents), on=DAY, at=NOW, key=key)
    assert told()[1:] == [
        ("refund", [("contributions", 500), ("bank", -500)]),
        ("refund", [("contributions", 700), ("bank", -700)]),
    ]
    assert state_of(attempt.item) == "refunded"
    assert heard == [("settled", 1200), ("refunded", 500), ("refunded", 700)]


def test_no_more_is_refunded_than_came():
    attempt = make.attempt()
    collect(attempt)
    with pytest.raises(settle.NotOurs):
        settle.refunded(attempt, amount=Money(1201), on=DAY, at=NOW, key="a")


def test_a_dispute_and_then_a_refund_take_the_money_once():
    attempt = make.attempt()
    collect(attempt)
    assert settle.charged_back(attempt, on=DAY, at=NOW)
    settle.refunded(attempt, amount=Money(1200), on=DAY, at=NOW, key="a")
    assert balances.balance("bank") == balances.balance("contributions") == Money(0)
    attempt.refresh_from_db()
    assert (attempt.state, state_of(attempt.item)) == ("refunded", "refunded")


def test_a_dispute_after_a_partial_refund_takes_the_rest():
    attempt = make.attempt()
    collect(attempt)
    settle.refunded(attempt, amount=Money(500), on=DAY, at=NOW, key="a")
    settle.charged_back(attempt, on=DAY, at=NOW)
    assert balances.balance("bank") == balances.balance("contributions") == Money(0)


def test_disputes_may_be_won_and_lost_again():
    attempt = make.attempt()
    collect(attempt)
    for _ in range(2):
        assert settle.charged_back(attempt, on=DAY, at=NOW)
        assert settle.won_back(attempt, on=DAY, at=NOW)
        assert not settle.won_back(attempt, on=DAY, at=NOW)
    assert balances.balance("bank") == Money(1200)
    assert [what for what, _ in told()] == [
        "collected", "charged-back", "won-back", "charged-back", "won-back",
    ]  # fmt: skip
    assert state_of(attempt.item) == "collected"


def test_money_for_what_was_given_up_is_taken():
    item = make.item()
    pledges.end(item.pledge, reason="reader", at=NOW)
    assert state_of(item) == "waived"
    assert collect(make.attempt(item))
    assert state_of(item) == "collected"


def test_money_after_a_failure_is_taken():
    attempt = make.attempt()
    settle.failed(attempt.item, code="declined", on=DAY, at=NOW, attempt=attempt)
    assert collect(attempt)
    assert state_of(attempt.item) == "collected"


def test_a_late_failure_takes_nothing_away():
    attempt = make.attempt()
    collect(attempt)
    assert not settle.failed(attempt.item, code="late", on=DAY, at=NOW, attempt=attempt)
    assert state_of(attempt.item) == "collected"


def test_a_pledge_ends_by_itself_when_all_is_paid(heard: list[Any]):
    pledge = make.pledge(rhythm="once")
    collect(make.attempt(make.item(pledge)))
    pledge.refresh_from_db()
    assert (pledge.state, pledge.reason) == ("ended", "done")
    assert heard == [("settled", 1200), ("ended", 0)]


def test_money_confirms_a_pledge_that_waited_for_it():
    pledge = make.pledge(state="awaiting", activated_at=None)
    collect(make.attempt(make.item(pledge)))
    assert Pledge.objects.get(pk=pledge.pk).state == "active"


def test_an_attempt_has_one_id_at_the_provider():
    attempt = make.attempt()
    settle.known_as(attempt, "P-1")
    settle.known_as(attempt, "P-1")
    with pytest.raises(settle.NotOurs):
        settle.known_as(attempt, "P-2")
    with pytest.raises(settle.NotOurs):
        settle.known_as(make.attempt(), "P-1")
