"""What providers tell: kept once, understood by asking, true whatever order it comes in."""

import datetime as dt
import itertools
import json
import uuid
from typing import Any

import pytest
from django.test import Client

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import arrangements, chasing, checkout, events, pledges, refunds, settle
from allmende.payments.models import Arrangement, Checkout, InboundEvent, Pledge, Question
from allmende.payments.providers import PROVIDERS
from allmende.payments.providers.port import (
    Arranged,
    Delivery,
    Failed,
    GaveBack,
    NotTheirs,
    Paid,
    Pending,
    Refused,
    Step,
    TakenBack,
    Trouble,
    WonBack,
)
from tests.factories import payments as make
from tests.payments.books import told
from tests.payments.scripted import Scripted

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()
TWELVE = Money(1200)
WORDS = checkout.Words("Beitrag", "Bote", "de", "https://bote.example/a", "https://bote.example/b")
numbers = itertools.count(1)


def begun(rhythm: str = "monthly", key: uuid.UUID | None = None) -> Checkout:
    terms = pledges.Terms(TWELVE, rhythm, DAY, "scripted")
    cause = pledges.Cause("contribution", "contributions", "person:1")
    return checkout.begin(
        key or uuid.uuid4(), person=make.person(), terms=terms, cause=cause, at=NOW
    )


def sent(rhythm: str = "monthly") -> Checkout:
    made = begun(rhythm)
    checkout.proceed(made, words=WORDS, at=NOW)
    return made


def live(scripted: Scripted) -> tuple[Checkout, str]:
    """A subscription that the giver has approved; its id."""
    made = sent()
    id = f"A-{made.key}"
    scripted.states[id] = "live"
    tell(scripted, f"a:{made.key}", Arranged(id, "live", NOW, key=str(made.key)))
    return made, id


def delivery(subject: str, id: str = "", seal: str = "good") -> Delivery:
    body = json.dumps({"id": id or f"WH-{next(numbers)}", "subject": subject}).encode()
    return Delivery({"X-Seal": seal}, body)


def tell(scripted: Scripted, subject: str, *facts: Any, at: dt.datetime = NOW) -> int:
    """The provider says this now, and an event makes us look."""
    scripted.says[subject] = list(facts)
    events.take("scripted", delivery(subject), at=at)
    return events.process(at=at)


def state(made: Checkout) -> str:
    assert made.pledge
    return Pledge.objects.get(pk=made.pledge.pk).state


def paid(id: str, key: object, amount: Money = TWELVE, at: dt.datetime = NOW, **more: Any) -> Paid:
    return Paid(id, amount, at, key=str(key), **more)


# --- Checkout --------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_makes_one_pledge(scripted: Scripted):
    key = uuid.uuid4()
    first, second = begun(key=key), begun(key=key)
    assert first.pledge == second.pledge
    assert Pledge.objects.count() == 1


def test_the_provider_is_asked_once_and_answers_the_same_again(scripted: Scripted):
    made = sent()
    again = Checkout.objects.get(pk=made.pk)
    assert checkout.proceed(again, words=WORDS, at=NOW).url == f"https://pay.example/{made.key}"
    assert list(scripted.asks) == [str(made.key)]
    assert state(made) == "awaiting"


def test_a_lost_answer_is_asked_for_with_the_same_key(scripted: Scripted):
    made = begun()
    scripted.trouble.append(Trouble("500 after the deed was done"))
    with pytest.raises(Trouble):
        checkout.proceed(made, words=WORDS, at=NOW)
    checkout.proceed(made, words=WORDS, at=NOW)
    assert Arrangement.objects.get().external_id == f"A-{made.key}"


def test_a_refusal_ends_the_checkout(scripted: Scripted):
    made = begun()
    scripted.trouble.append(Refused("NOT_ALLOWED"))
    with pytest.raises(Refused):
        checkout.proceed(made, words=WORDS, at=NOW)
    assert checkout.standing(made, at=NOW) == "failed"
    assert Checkout.objects.get().code == "NOT_ALLOWED"


def test_who_comes_back_before_the_event_is_believed_by_looking(scripted: Scripted):
    made = sent("once")
    scripted.says[f"o:{made.key}"] = [paid("P-1", made.key)]
    assert checkout.came_back(made, at=NOW) == "done"
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert balances.balance("paypal") == TWELVE


def test_an_event_before_the_way_back_is_enough(scripted: Scripted):
    made = sent("once")
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert checkout.standing(made, at=NOW) == "done"
    assert state(made) == "ended"


def test_who_comes_back_while_the_provider_is_out_is_looked_after_later(scripted: Scripted):
    made = sent("once")
    scripted.says[f"o:{made.key}"] = [paid("P-1", made.key)]
    scripted.trouble.append(Trouble("503"))
    assert checkout.came_back(made, at=NOW) == "waiting"
    events.process(at=NOW)
    assert checkout.standing(made, at=NOW) == "done"


def test_who_did_not_want_to_and_paid_all_the_same_has_paid(scripted: Scripted):
    made = sent("once")
    checkout.abandon(made, at=NOW)
    assert state(made) == "ended"
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert balances.balance("contributions") == -TWELVE


def test_pending_is_not_money(scripted: Scripted):
    made = sent("once")
    tell(scripted, f"o:{made.key}", Pending("P-1", TWELVE, NOW, key=str(made.key)))
    assert (told(), checkout.standing(made, at=NOW)) == ([], "waiting")
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert balances.balance("paypal") == TWELVE


def test_a_decline_and_then_a_payment_is_a_payment(scripted: Scripted):
    made = sent("once")
    tell(scripted, f"o:{made.key}", Failed("", "DECLINED", NOW, key=str(made.key)))
    assert checkout.standing(made, at=NOW) == "failed"
    tell(scripted, f"o:{made.key}", paid("P-2", made.key))
    assert checkout.standing(made, at=NOW) == "done"
    assert Question.objects.count() == 0


def test_two_payments_of_one_order_are_two_and_one_is_surplus(scripted: Scripted):
    made = sent("once")
    both = [paid("P-1", made.key), paid("P-2", made.key)]
    tell(scripted, f"o:{made.key}", *both)
    tell(scripted, f"o:{made.key}", *both)
    assert balances.balance("paypal") == Money(2400)
    assert balances.balance("suspense") == -TWELVE


# --- Events ----------------------------------------------------------------------------------


def test_an_event_is_kept_once(scripted: Scripted):
    assert events.take("scripted", delivery("o:1", id="WH"), at=NOW) == 1
    assert events.take("scripted", delivery("o:1", id="WH"), at=NOW) == 0
    assert InboundEvent.objects.count() == 1


def test_what_was_sent_is_unreadable_in_the_database(scripted: Scripted):
    events.take("scripted", delivery("o:secret"), at=NOW)
    assert b"o:secret" not in bytes(InboundEvent.objects.get().raw)


def test_a_forged_event_is_refused_and_not_kept(scripted: Scripted):
    with pytest.raises(NotTheirs):
        events.take("scripted", delivery("o:1", seal="bad"), at=NOW)
    assert InboundEvent.objects.count() == 0


def test_events_of_an_unknown_object_wait_a_while_and_then_somebody_is_asked(scripted: Scripted):
    scripted.says["o:x"] = [paid("P-9", uuid.uuid4())]
    events.take("scripted", delivery("o:x"), at=NOW)
    looked = 0
    for minute in range(60):
        looked += events.process(at=NOW + dt.timedelta(minutes=minute))
    assert looked == events.PATIENCE
    assert [row.what for row in Question.objects.all()] == ["unknown"]
    assert InboundEvent.objects.get().outcome == "unknown"
    assert told() == []


def test_an_event_before_our_own_answer_was_written_down_finds_the_checkout(scripted: Scripted):
    made = begun()
    id = f"A-{made.key}"
    tell(scripted, "a:1", Arranged(id, "live", NOW, key=str(made.key)),
         Paid("P-1", TWELVE, NOW, arrangement=id))  # fmt: skip
    assert state(made) == "active"
    assert balances.balance("paypal") == TWELVE


def test_a_provider_that_is_out_for_a_day_loses_nothing(scripted: Scripted):
    made = sent("once")
    scripted.says[f"o:{made.key}"] = [paid("P-1", made.key)]
    events.take("scripted", delivery(f"o:{made.key}"), at=NOW)
    for hour in range(24):
        scripted.trouble = [Trouble("503")] * 20
        events.process(at=NOW + dt.timedelta(hours=hour))
    scripted.trouble = []
    events.process(at=NOW + dt.timedelta(hours=48))
    assert balances.balance("paypal") == TWELVE


def test_an_event_in_the_hands_of_a_dead_worker_is_taken_up_again(scripted: Scripted):
    made = sent("once")
    scripted.says[f"o:{made.key}"] = [paid("P-1", made.key)]
    events.take("scripted", delivery(f"o:{made.key}"), at=NOW)
    assert len(events.claim(at=NOW)) == 1
    assert events.process(at=NOW + dt.timedelta(seconds=1)) == 0
    assert events.process(at=NOW + events.LEASE) == 1
    assert balances.balance("paypal") == TWELVE


def test_any_order_of_events_gives_the_same_books(scripted: Scripted):
    """What the provider says is its whole state: the first look knows all, the others nothing
    new."""
    made, id = live(scripted)
    both = [
        Paid("P-2", TWELVE, NOW + dt.timedelta(days=31), arrangement=id),
        Paid("P-1", TWELVE, NOW, arrangement=id, fee=Money(65)),
    ]
    subject = f"a:{made.key}"
    for facts in (both, both[::-1], both):
        tell(scripted, subject, Arranged(id, "live", NOW), *facts)
    assert balances.balance("contributions") == Money(-2400)
    assert balances.balance("fees") == Money(65)
    assert made.pledge
    states = made.pledge.items.order_by("period").values_list("period", "state")
    assert list(states) == [(0, "collected"), (1, "collected")]


def test_a_restored_backup_and_all_events_again_change_nothing(scripted: Scripted):
    made = sent("once")
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    before = told()
    InboundEvent.objects.all().delete()  # a backup from before they came
    for _ in range(3):
        tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert told() == before


def test_a_payment_just_before_midnight_is_of_the_papers_day(scripted: Scripted):
    """Summer begins on 28 March 2027 at 02:00; midnight of the 28th is 23:00 UTC, of the 29th
    22:00 UTC."""
    for number, (hour, day) in enumerate([(22, 27), (23, 28)]):
        made = sent("once")
        at = dt.datetime(2027, 3, 27, hour, 59, tzinfo=dt.UTC)
        tell(scripted, f"o:{made.key}", paid(f"P-{number}", made.key, at=at))
        assert made.pledge
        assert made.pledge.items.get().collected_on == dt.date(2027, 3, day)
    made = sent("once")
    at = dt.datetime(2027, 3, 28, 22, 0, tzinfo=dt.UTC)
    tell(scripted, f"o:{made.key}", paid("P-3", made.key, at=at))
    assert made.pledge
    assert made.pledge.items.get().collected_on == dt.date(2027, 3, 29)


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=-10), dt.timedelta(minutes=10)])
def test_a_clock_that_is_off_does_not_lose_money(scripted: Scripted, ahead: dt.timedelta):
    made = sent("once")
    tell(scripted, f"o:{made.key}", paid("P-1", made.key, at=NOW + ahead))
    assert balances.balance("paypal") == TWELVE


def test_disputes_and_refunds_are_told_in_one_look(scripted: Scripted):
    made = sent("once")
    subject = f"o:{made.key}"
    first = paid("P-1", made.key)
    tell(scripted, subject, first, TakenBack("P-1", TWELVE, NOW))
    assert balances.balance("paypal") == Money(0)
    tell(scripted, subject, first, WonBack("P-1", TWELVE, NOW))
    assert balances.balance("paypal") == TWELVE
    for _ in range(2):
        tell(scripted, subject, first, GaveBack("P-1", "R-1", Money(500), NOW))
    assert balances.balance("paypal") == Money(700)


# --- Arrangements ----------------------------------------------------------------------------


def test_a_live_arrangement_confirms_the_pledge(scripted: Scripted):
    made, _id = live(scripted)
    assert state(made) == "active"
    assert checkout.standing(made, at=NOW) == "done"


def test_ending_waits_until_the_provider_has_confirmed(scripted: Scripted):
    made, id = live(scripted)
    assert made.pledge
    pledges.end(made.pledge, reason="reader", at=NOW)
    assert state(made) == "ending"
    scripted.trouble.append(Trouble("503"))
    assert arrangements.turn_all(at=NOW) == 0
    assert state(made) == "ending"
    assert arrangements.turn_all(at=NOW + dt.timedelta(minutes=1)) == 1
    assert (state(made), scripted.states[id]) == ("ended", "ended")
    assert list(arrangements.zombies("scripted")) == []


def test_what_is_ended_at_the_provider_ends_here(scripted: Scripted):
    made, id = live(scripted)
    tell(scripted, f"a:{made.key}", Arranged(id, "ended", NOW))
    made.pledge.refresh_from_db()  # type: ignore[union-attr]
    assert made.pledge
    assert (made.pledge.state, made.pledge.reason) == ("ended", "reader")


def test_what_rests_at_the_provider_rests_here_until_it_lives_again(scripted: Scripted):
    made, id = live(scripted)
    subject = f"a:{made.key}"
    tell(scripted, subject, Arranged(id, "resting", NOW, code="CARD_EXPIRED"),
         Failed("", "CARD_EXPIRED", NOW, arrangement=id))  # fmt: skip
    assert state(made) == "paused"
    assert arrangements.turn_all(at=NOW) == 0
    tell(scripted, subject, Arranged(id, "live", NOW))
    assert state(made) == "active"
    assert Question.objects.count() == 0


def test_a_pause_that_was_wished_for_is_told_and_ends(scripted: Scripted):
    made, id = live(scripted)
    assert made.pledge
    made.pledge.refresh_from_db()
    pledges.pause(made.pledge, until=DAY + dt.timedelta(days=60), at=NOW)
    arrangements.turn_all(at=NOW)
    assert scripted.states[id] == "resting"
    later = NOW + dt.timedelta(days=60)
    pledges.resume_all(at=later)
    arrangements.turn_all(at=later)
    assert (scripted.states[id], state(made)) == ("live", "active")
    states = made.pledge.items.order_by("period").values_list("period", "state")
    assert list(states)[2:4] == [(2, "waived"), (3, "planned")]


def test_a_provider_that_cannot_rest_is_ended(scripted: Scripted):
    made, id = live(scripted)
    assert made.pledge
    made.pledge.refresh_from_db()
    pledges.pause(made.pledge, at=NOW)
    scripted.trouble.append(Refused("CANNOT"))
    arrangements.turn_all(at=NOW)
    arrangements.turn_all(at=NOW)
    assert (scripted.states[id], state(made)) == ("ended", "paused")
    made.pledge.refresh_from_db()
    assert not pledges.resume(made.pledge, at=NOW)
    made.pledge.refresh_from_db()
    assert (made.pledge.state, made.pledge.paused_why) == ("paused", "method_needed")
    assert Question.objects.get().detail == f"pledge {made.pledge.pk}"


def test_a_provider_in_trouble_is_asked_more_and_more_seldom(scripted: Scripted):
    made, id = live(scripted)
    assert made.pledge
    made.pledge.refresh_from_db()
    pledges.pause(made.pledge, at=NOW)
    asked = []
    for minute in range(60):
        scripted.trouble[:] = [Trouble("out")]
        at = NOW + dt.timedelta(minutes=minute)
        arrangements.turn_all(at=at)
        if not scripted.trouble:
            asked.append(minute)
    assert asked == [0, 1, 2, 4, 8, 16, 32]
    scripted.trouble.clear()
    pledges.end(made.pledge, reason="reader", at=NOW)  # another wish is told at once
    assert arrangements.turn_all(at=NOW) == 1
    assert scripted.states[id] == "ended"


@pytest.mark.parametrize(("why", "reason"), [("reader", "reader"), ("CARD_EXPIRED", "failed")])
def test_what_is_ended_at_the_provider_while_it_rests_ends_here(
    scripted: Scripted, why: str, reason: str
):
    made, id = live(scripted)
    assert made.pledge
    made.pledge.refresh_from_db()
    pledges.pause(made.pledge, until=DAY + dt.timedelta(days=60), why=why, at=NOW)
    arrangements.turn_all(at=NOW)
    tell(scripted, f"a:{made.key}", Arranged(id, "ended", NOW))
    made.pledge.refresh_from_db()
    assert (made.pledge.state, made.pledge.reason) == ("ended", reason)


def test_other_terms_hold_when_the_provider_has_approved_them(scripted: Scripted):
    made, old = live(scripted)
    assert made.pledge
    change = checkout.begin_change(
        uuid.uuid4(), made.pledge, method="scripted", amount=Money(2000), at=NOW
    )
    step: Step = checkout.proceed(change, words=WORDS, at=NOW)
    assert scripted.asks[str(change.key)].amount == Money(2000)
    made.pledge.refresh_from_db()
    assert (made.pledge.cents, checkout.standing(change, at=NOW)) == (1200, "waiting")
    scripted.states[step.arrangement] = "live"
    tell(scripted, step.subject, Arranged(step.arrangement, "live", NOW))
    made.pledge.refresh_from_db()
    assert (made.pledge.cents, checkout.standing(change, at=NOW)) == (2000, "done")
    arrangements.turn_all(at=NOW)
    assert scripted.states[old] == "ended"
    assert state(made) == "active"


def test_terms_that_nobody_approved_leave_the_old_ones(scripted: Scripted):
    made, _old = live(scripted)
    assert made.pledge
    change = checkout.begin_change(uuid.uuid4(), made.pledge, method="scripted", at=NOW)
    step = checkout.proceed(change, words=WORDS, at=NOW)
    tell(scripted, step.subject, Arranged(step.arrangement, "ended", NOW))
    assert state(made) == "active"


def test_a_zombie_becomes_a_question(scripted: Scripted):
    live(scripted)
    scripted.states["A-zombie"] = "live"
    assert arrangements.look_for_zombies(at=NOW) == 1
    assert Question.objects.get().detail == "scripted:A-zombie"


def test_a_provider_that_does_not_answer_keeps_no_other_from_being_asked(
    scripted: Scripted, monkeypatch
):
    monkeypatch.setitem(PROVIDERS, "mollie", "tests.payments.scripted.Deaf")
    live(scripted)
    scripted.states["A-zombie"] = "live"
    assert arrangements.look_for_zombies(at=NOW) == 1
    assert Question.objects.get().detail == "scripted:A-zombie"


def test_a_payment_after_the_end_is_taken_and_the_arrangement_ended(scripted: Scripted):
    made, id = live(scripted)
    assert made.pledge
    pledges.end(made.pledge, reason="reader", at=NOW)
    tell(scripted, f"a:{made.key}", Arranged(id, "live", NOW),
         Paid("P-1", TWELVE, NOW, arrangement=id))  # fmt: skip
    assert balances.balance("contributions") == -TWELVE
    arrangements.turn_all(at=NOW)
    assert scripted.states[id] == "ended"


# --- Refunds ---------------------------------------------------------------------------------


def test_a_refund_is_true_when_the_provider_says_so(scripted: Scripted):
    made = sent("once")
    tell(scripted, f"o:{made.key}", paid("P-1", made.key))
    assert made.pledge
    attempt = made.pledge.items.get().attempts.get()
    key = uuid.uuid4()
    for _ in range(2):
        refunds.ask(attempt, amount=Money(500), why="wish", by=None, key=key, at=NOW)
    refunds.send_all(at=NOW)
    assert balances.balance("paypal") == TWELVE
    back = GaveBack("P-1", "R-1", Money(500), NOW, key=str(key))
    for _ in range(2):
        tell(scripted, f"o:{made.key}", paid("P-1", made.key), back)
    assert balances.balance("paypal") == Money(700)
    with pytest.raises(settle.NotOurs):
        refunds.ask(attempt, amount=Money(701), why="", by=None, key=uuid.uuid4(), at=NOW)


# --- The address for events ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "seal", "trouble", "status"),
    [
        ("/-/payments/scripted", "good", [], 200),
        ("/-/payments/scripted", "bad", [], 400),
        ("/-/payments/scripted", "good", [Trouble("certificate")], 503),
        ("/-/payments/nobody", "good", [], 404),
    ],
)
def test_the_senders_are_answered_so_that_they_come_again_only_where_it_helps(
    scripted: Scripted, client: Client, path: str, seal: str, trouble: list[Trouble], status: int
):
    scripted.trouble = trouble
    body = delivery("o:1").body
    answer = client.post(path, body, content_type="application/json", headers={"X-Seal": seal})
    assert answer.status_code == status


# --- What nobody told ------------------------------------------------------------------------


def test_a_form_of_which_nothing_was_heard_is_looked_after(scripted: Scripted):
    made = sent("once")
    scripted.says[f"o:{made.key}"] = [paid("P-1", made.key)]
    assert chasing.chase_checkouts(at=NOW) == 0
    later = NOW + dt.timedelta(minutes=20)
    assert [chasing.chase_checkouts(at=later) for _ in range(2)] == [1, 0]
    events.process(at=later)
    assert balances.balance("paypal") == TWELVE


def test_a_collection_of_which_nobody_told_is_found(scripted: Scripted):
    made, id = live(scripted)
    scripted.says[f"a:{made.key}"] = [Paid("P-1", TWELVE, NOW, arrangement=id)]
    assert chasing.chase_payments(on=DAY, at=NOW) == 0
    later = NOW + dt.timedelta(days=1)
    assert [chasing.chase_payments(on=later.date(), at=later) for _ in range(2)] == [1, 0]
    events.process(at=later)
    assert balances.balance("paypal") == TWELVE


def test_a_valid_event_that_is_replayed_months_later_changes_nothing(scripted: Scripted):
    """Signed by the provider, and true once: whoever sends it again, as a backup that was restored
    or somebody who kept it, finds it known, and what it is about is asked for anew anyway."""
    made = sent("once")
    parcel = delivery(f"p:{made.key}", "WH-KEPT")
    scripted.says[f"p:{made.key}"] = [paid("P-1", made.key)]
    assert events.take("scripted", parcel, at=NOW) == 1
    events.process(at=NOW)
    before = told()
    later = NOW + dt.timedelta(days=200)
    assert events.take("scripted", parcel, at=later) == 0
    assert events.process(at=later) == 0
    assert told() == before
    InboundEvent.objects.all().delete()  # an old backup knows nothing of it
    assert events.take("scripted", parcel, at=later) == 1
    events.process(at=later)
    assert told() == before
    assert Pledge.objects.get().state == "ended"


def test_a_replayed_event_of_a_payment_that_went_back_since_does_not_pay_again(scripted: Scripted):
    made = sent("once")
    parcel = delivery(f"p:{made.key}", "WH-KEPT")
    scripted.says[f"p:{made.key}"] = [paid("P-1", made.key)]
    events.take("scripted", parcel, at=NOW)
    events.process(at=NOW)
    refund = GaveBack("P-1", "R-1", TWELVE, NOW)
    tell(scripted, f"p:{made.key}", paid("P-1", made.key), refund)
    before = told()
    InboundEvent.objects.all().delete()
    events.take("scripted", parcel, at=NOW)
    events.process(at=NOW)
    assert told() == before
