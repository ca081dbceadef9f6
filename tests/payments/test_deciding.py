"""What a person does with money that is here: another payment gets it, or it goes back."""

import re
import uuid

import pytest
from django.test import Client

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import deciding, pledges, proofs, settle
from allmende.payments.models import DueItem, PaymentAttempt, Question, Refund
from allmende.people.models import Person
from tests.factories import payments as make
from tests.people import cast

pytestmark = pytest.mark.django_db
NOW, DAY = make.NOW, make.NOW.date()
DESK = "/redaktion/geld/"


@pytest.fixture
def otto(client: Client) -> Person:
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


def came(item: DueItem, cents: int = 1200, *, currency: str = "EUR") -> PaymentAttempt:
    attempt = make.attempt(item, provider="paypal", external_id=f"P-{uuid.uuid4()}")
    settle.collected(attempt, amount=Money(cents, currency), into="paypal", on=DAY, at=NOW)
    attempt.refresh_from_db()
    return attempt


def surplus() -> PaymentAttempt:
    """Somebody paid a period twice."""
    item = make.item(make.pledge(method="paypal"))
    came(item)
    return came(item)


def open_questions() -> list[str]:
    return [row.what for row in Question.objects.filter(answered_at=None).order_by("pk")]


def page(client: Client, attempt: PaymentAttempt) -> str:
    answer = client.get(f"{DESK}zahlungen/{attempt.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def back_form(client: Client, attempt: PaymentAttempt, **typed: str) -> dict[str, str]:
    key = re.search(r'name="key" value="([^"]+)"', page(client, attempt))
    assert key
    return {"key": key[1], "amount": "12,00", "why": "doppelt gezahlt", **typed}


# --- Deeds -------------------------------------------------------------------------------------


def test_surplus_pays_what_is_owed_next_and_answers_its_question(otto: Person):
    attempt = surplus()
    pledge = attempt.item.pledge
    assert open_questions() == ["surplus"]
    item = deciding.assign(attempt, to=pledge, by=otto, at=NOW)
    item.refresh_from_db()
    assert (item.period, item.state) == (1, "collected")
    assert (open_questions(), balances.balance("suspense").cents) == ([], 0)
    answered = Question.objects.get()
    assert (answered.answered_by, str(pledge.pk) in answered.reply) == (otto, True)
    assert [row for proof in proofs.PROOFS for row in proof.wrong()] == []
    with pytest.raises(settle.NotOurs):
        deciding.assign(attempt, to=pledge, by=otto, at=NOW)


def test_surplus_goes_to_pledges_of_the_same_giver_and_currency_that_live():
    attempt = surplus()
    giver = attempt.item.pledge.person
    twin = make.person(merged_into=giver)
    wanted = [attempt.item.pledge, make.pledge(person=twin)]
    make.pledge()  # somebody else's
    make.pledge(person=giver, currency="CHF")
    gone = make.pledge(person=giver)
    pledges.end(gone, reason="reader", at=NOW)
    assert deciding.takers(attempt) == wanted
    assert deciding.takers(came(make.item())) == []  # nothing to decide


def test_a_pledge_of_one_payment_that_is_paid_takes_no_more(otto: Person):
    attempt = surplus()
    once = make.pledge(person=attempt.item.pledge.person, rhythm="once", method="paypal")
    came(make.item(once))
    once.refresh_from_db()
    assert once.state == "ended"
    with pytest.raises(settle.NotOurs):
        deciding.assign(attempt, to=once, by=otto, at=NOW)
    assert open_questions() == ["surplus"]


def test_surplus_in_another_currency_goes_back_only(otto: Person):
    item = make.item(make.pledge(method="paypal"))
    attempt = came(item, 1300, currency="CHF")
    assert (open_questions(), deciding.takers(attempt)) == (["currency"], [])
    deciding.give_back(
        attempt, amount=Money(1300, "CHF"), why="Franken", by=otto, key=uuid.uuid4(), at=NOW
    )
    assert open_questions() == []


def test_money_goes_back_once_and_never_more_than_is_here(otto: Person):
    attempt, key = surplus(), uuid.uuid4()
    for _twice in range(2):
        deciding.give_back(attempt, amount=Money(500), why="x", by=otto, key=key, at=NOW)
    assert Refund.objects.count() == 1
    assert deciding.may_go_back(attempt) == Money(700)
    assert open_questions() == ["surplus"]
    with pytest.raises(settle.NotOurs):
        deciding.give_back(attempt, amount=Money(701), why="x", by=otto, key=uuid.uuid4(), at=NOW)
    deciding.give_back(attempt, amount=Money(700), why="x", by=otto, key=uuid.uuid4(), at=NOW)
    assert (deciding.may_go_back(attempt), open_questions()) == (Money(0), [])
    for refund in Refund.objects.order_by("pk"):
        settle.refunded(attempt, amount=Money(refund.cents), on=DAY, at=NOW, key=refund.key)
    assert (balances.balance("suspense"), balances.balance("paypal")) == (Money(0), Money(1200))
    assert [row for proof in proofs.PROOFS for row in proof.wrong()] == []


def test_of_surplus_that_went_back_in_part_only_the_rest_is_assigned(otto: Person):
    attempt, key = surplus(), uuid.uuid4()
    refund = deciding.give_back(attempt, amount=Money(500), why="x", by=otto, key=key, at=NOW)
    settle.refunded(attempt, amount=Money(500), on=DAY, at=NOW, key=refund.key)
    deciding.assign(attempt, to=attempt.item.pledge, by=otto, at=NOW)
    assert (balances.balance("suspense"), balances.balance("paypal")) == (Money(0), Money(1900))
    assert balances.balance("contributions") == Money(-1900)
    attempt.refresh_from_db()
    assert deciding.may_go_back(attempt) == Money(700)
    assert [row for proof in proofs.PROOFS for row in proof.wrong()] == []


# --- Screens -----------------------------------------------------------------------------------


def test_office_assigns_surplus_from_the_question_on(client: Client, otto: Person):
    attempt = surplus()
    assert f"{DESK}zahlungen/{attempt.pk}/" in client.get(DESK).content.decode()
    pledge = attempt.item.pledge
    path = f"{DESK}zahlungen/{attempt.pk}/zuordnen/"
    assert path in page(client, attempt)
    for key in ("", "17x", str(make.pledge().pk)):  # nobody else's pledge
        client.post(path, {"pledge": key})
    assert open_questions() == ["surplus"]
    for _twice in range(2):
        client.post(path, {"pledge": str(pledge.pk)})
    assert (pledge.items.filter(state="collected").count(), open_questions()) == (2, [])
    assert path not in page(client, attempt)


def test_office_gives_one_payment_back_in_part_and_sent_twice_is_once(client: Client, otto: Person):
    attempt = came(make.item(make.pledge(method="paypal")))
    path = f"{DESK}zahlungen/{attempt.pk}/zurueck/"
    form = back_form(client, attempt, amount="5,50")
    for _twice in range(2):
        assert client.post(path, form).status_code == 302
    refund = Refund.objects.get()
    assert (refund.cents, refund.by, refund.why) == (550, otto, "doppelt gezahlt")
    html = page(client, attempt)
    assert 'value="6,50"' in html
    assert "doppelt gezahlt" in html


@pytest.mark.parametrize("amount", ["", "x", "0", "-1", "12,01", "1e9"])
def test_wrong_amount_is_told_beside_the_field_and_nothing_is_asked(
    client: Client, otto: Person, amount: str
):
    attempt = came(make.item(make.pledge(method="paypal")))
    answer = client.post(
        f"{DESK}zahlungen/{attempt.pk}/zurueck/", back_form(client, attempt, amount=amount)
    )
    assert (answer.status_code, Refund.objects.count()) == (422, 0)
    assert "amount" in answer.context["form"].errors


def test_payments_are_closed_to_other_roles(client: Client):
    attempt = surplus()
    cast.come_in(client, cast.staff("Jana", "chief editor"))
    path = f"{DESK}zahlungen/{attempt.pk}/"
    assert client.get(path).status_code == 302
    client.post(f"{path}zuordnen/", {"pledge": str(attempt.item.pledge_id)})
    client.post(f"{path}zurueck/", {"key": str(uuid.uuid4()), "amount": "1", "why": "x"})
    attempt.refresh_from_db()
    assert (attempt.state, Refund.objects.count()) == ("surplus", 0)


def test_timeline_leads_to_the_payment(client: Client, otto: Person):
    attempt = surplus()
    timeline = client.get(f"{DESK}personen/{attempt.item.pledge.person_id}/").content.decode()
    assert f"{DESK}zahlungen/{attempt.pk}/" in timeline


def test_screen_speaks_both_languages(client: Client, otto: Person):
    attempt = surplus()
    path = f"{DESK}zahlungen/{attempt.pk}/"
    german, english = (
        client.get(path, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        for language in ("de", "en")
    )
    assert "Zurückgeben" in german
    assert "Give back" in english
    assert "Zurückgeben" not in english
